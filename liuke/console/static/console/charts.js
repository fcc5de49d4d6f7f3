// Draws <div data-chart="name"> from the JSON beside it: lines, bars or stacked bars, labelled directly instead of by a
// legend, with uncertainty as a band and baselines dashed. What it means stands in the sentence above and the table below.

const drawn = new Map();
const language = () => (document.documentElement.lang.startsWith("en") ? "en" : "zh-CN");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function clear(hex, part) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red} ${green} ${blue} / ${part})`;
}

function sayer(unit) {
  const short = new Intl.NumberFormat(language(), {notation: "compact", maximumFractionDigits: 1});
  const long = new Intl.NumberFormat(language(), {maximumFractionDigits: 1});
  const yuan = new Intl.NumberFormat(language(), {minimumFractionDigits: 2, maximumFractionDigits: 2});
  const says = {
    money: [(value) => `¥${short.format(value / 100)}`, (value) => `¥${yuan.format(value / 100)}`],
    percent: [(value) => `${long.format(value * 100)}%`, (value) => `${long.format(value * 100)}%`],
    number: [(value) => short.format(value), (value) => long.format(value)],
  };
  const [brief, full] = says[unit];
  return {brief, full};
}

function datasets(data) {
  return data.series.flatMap((series, at) => {
    const colour = series.dashed ? token("text-2") : token(`series-${at + 1}`);
    const line = data.kind === "lines" || series.dashed;
    const main = {
      label: series.name, data: series.values, type: line ? "line" : "bar", own: true,
      borderColor: colour, backgroundColor: line ? colour : clear(colour, 0.85), borderWidth: line ? 2 : 0,
      borderDash: series.dashed ? [5, 4] : [], pointRadius: data.labels.length > 31 ? 0 : 2.5, pointHoverRadius: 5,
      tension: 0, spanGaps: false, maxBarThickness: 44, stack: data.kind === "stacked" && !line ? "all" : series.name,
      order: line ? 0 : 1,
    };
    if (!series.low.length) return [main];
    const edge = {type: "line", borderWidth: 0, pointRadius: 0, pointHoverRadius: 0, backgroundColor: clear(colour, 0.15)};
    return [main, {...edge, label: "", data: series.high, fill: "+1"}, {...edge, label: "", data: series.low}];
  });
}

// The name of a line at its end; the value on top of few bars; the name of a stacked part in its last bar. Names that
// would leave less than two thirds of the width to the picture stand above it instead.
const directLabels = {
  id: "directLabels",
  afterDatasetsDraw(chart, _args, {data, say, above}) {
    const {ctx, chartArea} = chart;
    const taken = [];
    ctx.save();
    ctx.font = `12px ${token("font")}`;
    ctx.textBaseline = "middle";
    chart.data.datasets.forEach((set, at) => {
      if (!set.own) return;
      const points = chart.getDatasetMeta(at).data;
      if (set.type === "line" || data.kind === "stacked" || chart.data.datasets.length > 1) {
        const last = set.data.findLastIndex((value) => value !== null);
        if (above || last < 0 || (data.series.length === 1 && set.type !== "line")) return;
        const point = points[last];
        let y = set.type === "line" ? point.y : (point.y + point.base) / 2;
        while (taken.some((other) => Math.abs(other - y) < 14)) y += 3;
        taken.push(y);
        ctx.fillStyle = set.borderColor;
        ctx.textAlign = "left";
        ctx.fillText(set.label, chartArea.right + 8, y);
      } else if (points.length <= 14) {
        ctx.fillStyle = token("text-2");
        ctx.textAlign = "center";
        points.forEach((point, index) => {
          if (set.data[index] !== null) ctx.fillText(say.brief(set.data[index]), point.x, point.y - 8);
        });
      }
    });
    ctx.restore();
  },
};

function room(data) {
  const many = data.series.length > 1 || data.kind === "lines";
  if (!many) return 8;
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `12px ${token("font")}`;
  return 16 + Math.min(140, Math.max(...data.series.map((series) => ruler.measureText(series.name).width)));
}

// A label in lines as wide as its bars, so that none of a few is left out: words stay whole, Chinese breaks anywhere.
function wrapped(label, width) {
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `12px ${token("font")}`;
  return label.match(/[\u3400-\u9fff]|[^\s\u3400-\u9fff]+\s*/gu)?.reduce((lines, part) => {
    const longer = `${lines.at(-1) ?? ""}${part}`;
    const fits = lines.length && ruler.measureText(longer.trimEnd()).width <= width;
    return fits ? [...lines.slice(0, -1), longer] : [...lines, part];
  }, []) ?? label;
}

function options(data, say, width) {
  const names = room(data), above = names > width / 3, few = data.kind !== "lines" && data.labels.length <= 6;
  const text = {color: token("text-2"), font: {family: token("font"), size: 12}};
  return {
    animation: false, responsive: true, maintainAspectRatio: false, locale: language(),
    interaction: {mode: "index", intersect: false},
    layout: {padding: {top: above ? 4 : 18, right: above ? 8 : names}},
    scales: {
      x: {stacked: data.kind === "stacked", grid: {display: false}, border: {color: token("line-strong")},
        ticks: {...text, maxRotation: 0, autoSkipPadding: 16, autoSkip: !few, ...(few && {callback(_value, at) {
          return wrapped(data.labels[at], this.width / data.labels.length - 6);
        }})}},
      y: {stacked: data.kind === "stacked", beginAtZero: true, suggestedMax: data.most ?? undefined,
        grid: {color: token("line")}, border: {display: false}, ticks: {...text, maxTicksLimit: 6, callback: say.brief}},
    },
    plugins: {
      legend: {display: above, align: "start", onClick: null, labels: {
        ...text, boxWidth: 12, boxHeight: data.kind === "lines" ? 2 : 12,
        filter: (item, {datasets: sets}) => sets[item.datasetIndex].own,
      }},
      directLabels: {data, say, above},
      tooltip: {
        backgroundColor: token("text"), titleColor: token("paper"), bodyColor: token("paper"), padding: 10,
        titleFont: {family: token("font")}, bodyFont: {family: token("font")}, boxPadding: 4,
        filter: (item) => item.dataset.own && item.raw !== null,
        callbacks: {label: (item) => ` ${item.dataset.label}  ${say.full(item.raw)}`},
      },
    },
  };
}

function draw(place) {
  const data = JSON.parse(document.getElementById(`chart-data-${place.dataset.chart}`).textContent);
  drawn.get(place)?.destroy();
  place.querySelector("canvas")?.remove();
  const canvas = place.appendChild(document.createElement("canvas"));
  const say = sayer(data.unit);
  drawn.set(place, new globalThis.Chart(canvas, {
    type: data.kind === "lines" ? "line" : "bar",
    data: {labels: data.labels, datasets: datasets(data)}, options: options(data, say, place.clientWidth), plugins: [directLabels],
  }));
}

function unable(place) {
  const figure = place.closest("figure");
  place.hidden = true;
  figure.querySelector(".unable[hidden]").hidden = false;
  figure.querySelector("details").open = true;
}

export async function initCharts(root = document) {
  const places = [...root.querySelectorAll("[data-chart]")];
  if (!places.length) return;
  try {
    if (!globalThis.Chart) await import(places[0].dataset.library);
    places.forEach(draw);
  } catch {
    places.forEach(unable);
  }
}

const again = () => drawn.forEach((_chart, place) => (place.isConnected ? draw(place) : drawn.delete(place)));
document.addEventListener("liuke:theme", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
document.addEventListener("htmx:afterSettle", (event) => initCharts(event.target));
