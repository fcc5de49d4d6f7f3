// Live parts: <div data-live="topic" data-live-url="/console/..."> is fetched again when a message says that something
// changed. The push process only names what changed; the rows come from an ordinary page. See docs/howto/pages.md.

const AGAIN_SECONDS = [1, 2, 5, 10, 30];
const STILL_SECONDS = 1.5;               // so long a pointer must rest before a list may move under it
let moved = 0;

export function initLive() {
  const meta = document.querySelector('meta[name="liuke-push"]');
  const parts = () => [...document.querySelectorAll("[data-live]")];
  if (!meta || !parts().length) return;
  const lost = document.getElementById("lost");
  document.addEventListener("pointermove", () => { moved = Date.now(); }, {passive: true});
  let tries = 0;
  let last = "";

  const at = new WeakMap();              // part -> whether it is being fetched, must be again, and when it last was
  const touched = (part) => part.querySelector(".pick input:checked") ||
    (part.matches(":hover") && Date.now() - moved < STILL_SECONDS * 1000);

  async function fetchAnew(part) {
    const row = part.querySelector("[data-row].at a")?.getAttribute("href");
    const low = "bottom" in part.dataset && part.scrollHeight - part.scrollTop - part.clientHeight < 80;
    // without a source all parts would share the queue of <body>, which keeps one request and forgets the others
    await window.htmx?.ajax("GET", part.dataset.liveUrl, {source: part, target: part, swap: "innerHTML"});
    if (row) part.querySelector(`[data-row] a[href="${CSS.escape(row)}"]`)?.closest("[data-row]").classList.add("at");
    if (low) part.scrollTop = part.scrollHeight;
    part.classList.remove("changed");
    requestAnimationFrame(() => part.classList.add("changed"));
  }

  // One fetch at a time and at most one each `data-live-every` seconds; lists wait while somebody works in them.
  async function refresh(part) {
    const state = at.get(part) ?? {busy: false, again: false, last: 0};
    at.set(part, state);
    state.again = true;
    if (state.busy) return;
    state.busy = true;
    while (state.again && part.isConnected) {
      const early = state.last + Number(part.dataset.liveEvery || 0) * 1000 - Date.now();
      if (early > 0) await new Promise((go) => { setTimeout(go, early); });
      while ("liveEvery" in part.dataset && touched(part)) await new Promise((go) => { setTimeout(go, 500); });
      state.again = false;
      state.last = Date.now();
      await fetchAnew(part);
    }
    state.busy = false;
  }

  const hear = (event) => {
    last = event.lastEventId || last;
    const {topic} = JSON.parse(event.data);
    parts().filter((part) => part.dataset.live === topic).forEach(refresh);
  };

  const connect = () => {
    const address = new URL("/events", meta.content);
    address.searchParams.set("ticket", meta.dataset.ticket);
    if (last) address.searchParams.set("last", last);
    const source = new EventSource(address);
    source.onopen = () => {
      tries = 0;
      lost.hidden = true;
    };
    source.onmessage = hear;
    source.addEventListener("reload", () => parts().forEach(refresh));
    source.onerror = () => {
      if (tries >= 2) lost.hidden = false;
      const pause = AGAIN_SECONDS[Math.min(tries, AGAIN_SECONDS.length - 1)] * 1000;
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, pause);   // else the browser comes back itself
      tries += 1;
    };
  };
  connect();
}
