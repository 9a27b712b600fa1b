// What a page adds to its tables and figures. Without it, they are all there: see each part.

// The script stands in the head of a page.
const whenRead = (then) =>
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", then) : then();

// Figures for ears and keyboard: a button below a figure loads chart2music from this book and hands it the points.
{
  const program = new URL("../chart2music/chart2music.js", document.currentScript.src);
  let loading;
  const load = () =>
    (loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = program;
      script.onload = () => resolve(window.c2mChart);
      script.onerror = () => reject(new Error(`${program} was not found`));
      document.head.append(script);
    }));
  const number = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 3 });
  const told = ([place, value, low, high, n]) =>
    [
      `${place}: ${number(value)}`,
      low !== null && high !== null ? `interval ${number(low)} to ${number(high)}` : "",
      n !== null ? `n ${number(n)}` : "",
    ]
      .filter(Boolean)
      .join(", ");
  // With an interval four notes are played: the value, its upper and its lower limit, the value.
  const sounded = ([place, value, low, high, n], x) => {
    const custom = told([place, value, low, high, n]);
    return low === null || high === null
      ? { x, open: value, high: value, low: value, close: value, custom }
      : { x, open: value, high, low, close: value, custom };
  };
  const element = (name, attributes, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  const walk = (box, button, c2mChart) => {
    const { x, y, series } = JSON.parse(box.querySelector("script").textContent);
    const label = button.textContent.replace("Hear and walk ", "");
    const intervals = Object.values(series).flat().some((point) => point[2] !== null);
    const said = element("div", { class: "peerbook-walk-said" });
    const stage = element(
      "div",
      { tabindex: "0", role: "application", "aria-label": `${label}, point by point`, class: "peerbook-walk-stage" },
      "Arrow keys left and right go from point to point, Page Up and Page Down from series to series. H lists more keys.",
    );
    const sound = element("input", { type: "checkbox" });
    sound.checked = true;
    box.append(stage, said, element("label", {}, sound, " Sound"));
    button.remove();
    const places = Object.values(series).reduce((most, points) => (points.length > most.length ? points : most), []);
    const data = Object.fromEntries(
      Object.entries(series).map(([name, points]) => [
        name,
        points.map((point, at) =>
          intervals ? sounded(point, at) : { x: at, y: point[1], label: point[4] === null ? undefined : `n ${number(point[4])}` },
        ),
      ]),
    );
    let chart;
    const start = () => {
      chart?.cleanUp();
      const made = c2mChart({
        type: Object.keys(data).map(() => (intervals ? "candlestick" : "line")),
        element: stage,
        cc: said,
        title: label,
        lang: "en",
        data: data,
        axes: { x: { label: x, format: (at) => places[at]?.[0] ?? "" }, y: { label: y, format: number } },
        options: {
          enableSound: sound.checked,
          translationCallback: ({ id, evaluators }) =>
            id === "point-xohlc" ? (chart?.getCurrent().point.custom ?? false) : (WORDS[id]?.(evaluators) ?? false),
        },
      });
      if (made.err) throw new Error(made.err);
      chart = made.data;
    };
    start();
    sound.addEventListener("change", start);
    stage.focus();
  };
  // chart2music calls a value with an interval a candlestick; readers of this book do not.
  const WORDS = {
    "chart-candlestick": () => "Values with intervals.",
    "chart-candlestick-labeled": ({ label }) => `${label}, with intervals.`,
    "chart-line-labeled": ({ label }) => `${label}.`,
    "stat-open": () => "Value",
    "stat-close": () => "Value",
    "stat-high": () => "Upper limit",
    "stat-low": () => "Lower limit",
  };

  const offer = (box) => {
    const button = box.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => {
      load()
        .then((c2mChart) => walk(box, button, c2mChart))
        .catch((error) => button.after(` Not possible: ${error.message}.`));
    });
  };
  whenRead(() => document.querySelectorAll(".peerbook-walk").forEach(offer));
}

// Headings of groups stick below the headings of columns; without this, below the top of the page.
{
  const measured = new ResizeObserver((heads) => {
    for (const { target } of heads) {
      target.parentElement.style.setProperty("--head-height", `${target.offsetHeight}px`);
    }
  });
  whenRead(() => document.querySelectorAll(".peerbook-grid thead").forEach((head) => measured.observe(head)));
}

// Some browsers take the parts of a table for plain text once they are shown as cards; roles keep them a table.
{
  const roles = {
    table: "table",
    "thead, tbody": "rowgroup",
    tr: "row",
    td: "cell",
    'th[scope="row"], th[scope="rowgroup"]': "rowheader",
    'th[scope="col"], th[scope="colgroup"]': "columnheader",
  };
  whenRead(() => {
    for (const grid of document.querySelectorAll(".peerbook-grid")) {
      for (const [parts, role] of Object.entries(roles)) {
        for (const part of grid.querySelectorAll(parts)) part.setAttribute("role", role);
      }
    }
  });
}
