// j k Enter x e ? g1-g8 on every page. Rows are <tr data-row> or [data-row] whose first link opens them.

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("at"));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  all[at]?.classList.remove("at");
  next.classList.add("at");
  next.scrollIntoView({block: "nearest"});
  next.querySelector("a")?.focus({preventScroll: true});
}

const here = () => document.querySelector("[data-row].at");

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => here()?.querySelector(".pick input")?.click(),
  e: () => (document.querySelector("[data-main]") || document.querySelector(".page-head .actions .btn"))?.click(),
  "?": () => {
    listOwn();
    document.getElementById("keys")?.showModal();
  },
  Enter: () => here()?.querySelector(".first a, a")?.click(),
};

// A page's own keys: <button data-key="r" data-key-word="..."> is pressed, a field is entered; the overlay lists them.
const own = () => [...document.querySelectorAll("[data-key]")];

function press(key) {
  const found = own().find((one) => one.dataset.key === key && !one.disabled);
  if (!found) return false;
  if (found.matches("input:not([type=radio], [type=checkbox]), textarea, select")) found.focus();
  else found.click();
  return true;
}

function listOwn() {
  const table = document.getElementById("own-keys");
  if (!table) return;
  table.replaceChildren(...own().map((one) => {
    const row = document.createElement("tr");
    const key = row.insertCell().appendChild(document.createElement("kbd"));
    key.textContent = one.dataset.key;
    row.insertCell().textContent = one.dataset.keyWord;
    return row;
  }));
}

export function initKeys() {
  let leader = 0;
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element)) return;
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (Date.now() - leader < 1200 && /^[1-8]$/.test(event.key)) {
      document.querySelectorAll("#nav a.item")[Number(event.key) - 1]?.click();
      return;
    }
    leader = event.key === "g" ? Date.now() : 0;
    if (press(event.key)) {
      event.preventDefault();
      return;
    }
    if (ACTIONS[event.key]) {
      event.preventDefault();
      ACTIONS[event.key]();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) ACTIONS["?"]();
  });
}
