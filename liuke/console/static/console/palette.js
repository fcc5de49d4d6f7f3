// Ctrl+K: search over everything. The answer is HTML from /console/search/; arrows choose, Enter opens.

export function initPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const ask = dialog.querySelector("#palette-q");
  const found = dialog.querySelector("#palette-found");
  const links = () => [...found.querySelectorAll("a")];

  const choose = (link) => {
    links().forEach((one) => one.setAttribute("aria-selected", String(one === link)));
    if (link) {
      ask.setAttribute("aria-activedescendant", link.id);
      link.scrollIntoView({block: "nearest"});
    }
  };
  const move = (by) => {
    const all = links();
    const at = all.findIndex((link) => link.getAttribute("aria-selected") === "true");
    choose(all[(at + by + all.length) % all.length]);
  };
  const open = (text) => {
    if (dialog.open) return;
    dialog.showModal();
    ask.value = text;
    ask.focus();
    ask.dispatchEvent(new CustomEvent("open"));
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("");
    } else if (dialog.open && event.key === "Escape") {       // else the browser only empties the field at first
      event.preventDefault();
      dialog.close();
    } else if (dialog.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    const chosen = found.querySelector('a[aria-selected="true"]');
    if (chosen) {
      event.preventDefault();
      location.assign(chosen.href);
    }
  });
  found.addEventListener("htmx:afterSwap", () => choose(links()[0]));
}
