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
  "?": () => document.getElementById("keys")?.showModal(),
  Enter: () => here()?.querySelector(".first a, a")?.click(),
};

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
    if (ACTIONS[event.key]) {
      event.preventDefault();
      ACTIONS[event.key]();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) ACTIONS["?"]();
  });
}
