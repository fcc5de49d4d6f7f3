// Everything that moves on a console page. Pages work without it, except the live parts.
import {initForms} from "./forms.js";
import {initKeys} from "./keys.js";
import {initPalette} from "./palette.js";
import {initLive} from "./live.js";
import {initTimes} from "./times.js";

const TOAST_SECONDS = 8;

function initTheme() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-form] button[name=theme]");
    if (!button) return;
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    document.cookie = `liuke_theme=${button.value}; path=/; max-age=31536000; samesite=lax`;
    for (const other of button.form.elements) {
      if (other.name === "theme") other.setAttribute("aria-pressed", String(other === button));
    }
    document.dispatchEvent(new CustomEvent("liuke:theme"));
  });
}

function initMenus() {
  const shut = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
  document.addEventListener("click", (event) => shut(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// On a phone the tabs are a strip that moves; the one that is open is in sight.
function initTabs() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const strip = tab.closest(".tabs");
    strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  }
}

function initToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  const fade = (toast) => {
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), TOAST_SECONDS * 1000); };
    const stop = () => clearTimeout(timer);
    for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
    for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, start);
    start();
  };
  region.querySelectorAll("[data-toast]").forEach(fade);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.matches?.("[data-toast]")) fade(node);
  }))).observe(region, {childList: true, subtree: true});
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
  });
}

// <button data-open="id"> opens the dialog; [data-close] inside closes it. A click beside a dialog closes it too.
function initDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog) {
        event.preventDefault();
        dialog.showModal();
      }
    } else if (event.target.closest("dialog [data-close]")) {
      event.target.closest("dialog").close();
    } else if (event.target.matches("dialog")) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right &&
        event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
  });
}

// What is half typed survives a closed tab: <form data-draft="name"> keeps its text fields in this browser.
function initDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = `liuke-draft:${form.dataset.draft}`;
    const kept = () => [...form.elements].filter((one) => one.matches("textarea, input[type=text]"));
    try {
      const draft = JSON.parse(localStorage.getItem(key) || "{}");
      for (const one of kept()) if (!one.value && draft[one.name]) one.value = draft[one.name];
    } catch { localStorage.removeItem(key); }
    form.addEventListener("input", () => {
      localStorage.setItem(key, JSON.stringify(Object.fromEntries(kept().map((one) => [one.name, one.value]))));
    });
    form.addEventListener("submit", () => localStorage.removeItem(key));
  }
}

// A list keeps its place: the row that was opened is marked, and scrolled to, when one comes back.
function initPlace() {
  const key = `liuke-place:${location.pathname}${location.search}`;
  for (const link of document.querySelectorAll("tr[data-row] .first > a")) {
    link.addEventListener("click", () => sessionStorage.setItem(key, link.getAttribute("href")));
  }
  const last = sessionStorage.getItem(key);
  const row = last && [...document.querySelectorAll("tr[data-row] .first > a")]
    .find((link) => link.getAttribute("href") === last)?.closest("tr");
  if (row) {
    row.classList.add("at");
    row.scrollIntoView({block: "nearest"});
  }
}

function initPicks() {
  const said = (form) => {
    const boxes = [...form.querySelectorAll("tbody .pick input")];
    const count = boxes.filter((box) => box.checked).length;
    form.querySelectorAll("[data-picked]").forEach((place) => { place.textContent = String(count); });
    const all = form.querySelector("thead .pick input");
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest(".pick input");
    if (!box?.form) return;
    if (box.closest("thead")) box.form.querySelectorAll("tbody .pick input").forEach((one) => { one.checked = box.checked; });
    said(box.form);
  });
}

function initFilters() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
}

for (const start of [initTheme, initMenus, initTabs, initToasts, initDialogs, initDrafts, initPlace, initPicks,
  initFilters, initForms, initTimes, initKeys, initPalette, initLive]) start();

if (document.querySelector("[data-talk]")) import("./desk.js").then((desk) => desk.initTalk());
if (document.querySelector("[data-chart]")) import("./charts.js").then((charts) => charts.initCharts());
