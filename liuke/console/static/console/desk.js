// The page of a ticket: says that it is open and who types, keeps the draft, inserts ready answers, stays at the newest.

const BEAT_SECONDS = 20;
const TYPED_SECONDS = 1;

export function initTalk() {
  const place = document.querySelector("[data-talk]");
  const form = document.getElementById("answer");
  const text = form?.elements.namedItem("text");
  const saved = form?.querySelector("[data-saved]");
  const box = place.querySelector("[data-bottom]");
  let typed = 0;
  let timer = 0;
  let sent = false;
  if (box) box.scrollTop = box.scrollHeight;

  async function say(writes) {
    const body = new URLSearchParams({writes: writes ? "yes" : "no"});
    if (writes && text) body.set("text", text.value);
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const answer = await fetch(place.dataset.look, {method: "POST", body, headers: {"X-CSRFToken": token}}).catch(() => null);
    if (answer?.ok && writes && saved) saved.hidden = false;
  }
  const beat = () => { if (!document.hidden && !sent) say(Date.now() - typed < BEAT_SECONDS * 1000); };
  beat();
  setInterval(beat, BEAT_SECONDS * 1000);

  if (!form) return;
  form.addEventListener("input", () => {
    typed = Date.now();
    if (saved) saved.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => say(true), TYPED_SECONDS * 1000);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  form.addEventListener("click", (event) => {          // also when it is chosen already: the key is to begin to write
    if (event.target.name === "mode") text.focus();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-count]")) {
      form.querySelector("[data-files]").textContent = [...event.target.files].map((file) => file.name).join(", ");
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("[data-main]"));
    if (event.key === "Escape") text.blur();
  });
  // <button data-insert="words" data-macro="3"> puts its words where the cursor is, after what was typed.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    if (button.dataset.macro) form.elements.namedItem("macro").value = button.dataset.macro;
    form.querySelector("[name=mode][value=reply]").checked = true;
    text.focus();
    text.dispatchEvent(new Event("input", {bubbles: true}));
  });
}
