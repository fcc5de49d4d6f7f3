// Keeps "3 分钟前" true while a page is open. Only moments of the last hour change their words.

const words = () => JSON.parse(document.getElementById("time-words")?.textContent || "null");

export function initTimes() {
  const say = words();
  if (!say) return;
  setInterval(() => {
    for (const place of document.querySelectorAll("time[data-ago]")) {
      const seconds = (Date.now() - Date.parse(place.dateTime)) / 1000;
      if (seconds < 0 || seconds >= 3600) continue;
      const minutes = Math.floor(seconds / 60);
      const text = minutes === 0 ? say.now : (minutes === 1 ? say.minute : say.minutes).replace("{n}", String(minutes));
      if (place.textContent !== text) place.textContent = text;
    }
  }, 20_000);
}
