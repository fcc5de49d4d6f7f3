// What forms want everywhere. <button data-confirm="words"> sends its form only after a yes;
// <div data-only="kind=percent gift"> shows what is in it only while the form's `kind` is one of these words; and a
// double click sends a form once.

const AGAIN_SECONDS = 5;

function ask(button) {
  const dialog = document.getElementById("asking");
  dialog.querySelector("p").textContent = button.dataset.confirm;
  const yes = dialog.querySelector("[value=yes]");
  yes.textContent = button.textContent.trim();
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") button.form.requestSubmit(button);
    else button.focus();
  }, {once: true});
  dialog.showModal();
}

function initConfirm() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button) return;
    event.preventDefault();
    if (button.formNoValidate || button.form.noValidate || button.form.reportValidity()) ask(button);
  });
}

function initOnly() {
  const show = (part) => {
    const [name, words] = part.dataset.only.split("=");
    const chosen = part.closest("form").elements[name]?.value ?? "";
    const fits = words.split(" ").some((word) => chosen === word || chosen.startsWith(`${word}:`));
    part.hidden = !fits && !part.querySelector("[aria-invalid=true]");
  };
  const showAll = () => document.querySelectorAll("[data-only]").forEach(show);
  document.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=radio]")) showAll();
  });
  showAll();
}

function initOnce() {
  let sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (Date.now() - (sent.get(form) ?? 0) < AGAIN_SECONDS * 1000) event.preventDefault();
    else sent.set(form, Date.now());
  });
  addEventListener("pageshow", () => { sent = new WeakMap(); });          // back on a page that the browser kept
}

export function initForms() {
  initConfirm();
  initOnce();
  initOnly();
}
