// Live parts: <div data-live="topic" data-live-url="/console/..."> is fetched again when a message says that something
// changed. The push process only names what changed; the rows come from an ordinary page. See docs/howto/pages.md.

const AGAIN_SECONDS = [1, 2, 5, 10, 30];

export function initLive() {
  const meta = document.querySelector('meta[name="liuke-push"]');
  const parts = () => [...document.querySelectorAll("[data-live]")];
  if (!meta || !parts().length) return;
  const lost = document.getElementById("lost");
  let tries = 0;
  let last = "";

  const refresh = (part) => window.htmx?.ajax("GET", part.dataset.liveUrl, {target: part, swap: "innerHTML"})
    .then(() => {
      part.classList.remove("changed");
      requestAnimationFrame(() => part.classList.add("changed"));
    });

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
