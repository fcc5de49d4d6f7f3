// Live parts: <div data-live="room" data-live-url="/console/..."> is fetched again when the room says that something
// changed. The push process only names what changed; the rows come from an ordinary page. See docs/howto/pages.md.

const AGAIN_SECONDS = [1, 2, 5, 10, 30];

export function initLive() {
  const meta = document.querySelector('meta[name="liuke-push"]');
  const parts = () => [...document.querySelectorAll("[data-live]")];
  if (!meta || !parts().length) return;
  const lost = document.getElementById("lost");
  let tries = 0;
  let last = "";
  let missed = false;

  const refresh = (part) => window.htmx?.ajax("GET", part.dataset.liveUrl, {target: part, swap: "innerHTML"})
    .then(() => {
      part.classList.remove("changed");
      requestAnimationFrame(() => part.classList.add("changed"));
    });

  const hear = (event) => {
    last = event.lastEventId || last;
    let room = "";
    try { room = JSON.parse(event.data).room || ""; } catch { room = event.data; }
    parts().filter((part) => room === "" || part.dataset.live === room).forEach(refresh);
  };

  const connect = () => {
    const address = new URL("/events", meta.content);
    address.searchParams.set("ticket", meta.dataset.ticket);
    if (last) address.searchParams.set("last", last);
    const source = new EventSource(address);
    source.onopen = () => {
      tries = 0;
      lost.hidden = true;
      if (missed) parts().forEach(refresh);
      missed = false;
    };
    source.onmessage = hear;
    source.addEventListener("changed", hear);
    source.onerror = () => {
      source.close();
      missed = true;
      if (tries >= 2) lost.hidden = false;
      setTimeout(connect, AGAIN_SECONDS[Math.min(tries, AGAIN_SECONDS.length - 1)] * 1000);
      tries += 1;
    };
  };
  connect();
}
