// Optional: each chart is a drawing without this script. Where a page has interactive charts, Vega draws a chart again when the pointer
// comes to it, with tooltips, selections and zoom. `vega-interpreter` evaluates expressions, because the page's policy forbids `eval`.
import { Transform, transforms } from "vega-dataflow";
import * as encoders from "vega-encode";
import * as geo from "vega-geo";
import { expressionInterpreter } from "vega-interpreter";
import { parse } from "vega-parser";
import * as regressions from "vega-regression";
import * as rows from "vega-transforms";
import { View } from "vega-view";
import * as layouts from "vega-view-transforms";
import * as voronoi from "vega-voronoi";

for (const group of [rows, layouts, encoders, geo, regressions, voronoi]) {
  for (const [name, transform] of Object.entries(group)) {
    if (transform.prototype instanceof Transform || typeof transform === "function")
      transforms[name.toLowerCase()] = transform;
  }
}

/** Nothing is loaded, and no mark of a chart is a link. */
const refuse = () => Promise.reject(new Error("A page loads nothing."));
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse, options: {} };
const silence = () => logger;
const logger = { level: silence, error: silence, warn: silence, info: silence, debug: silence };

const tip = document.createElement("div");
tip.className = "chart-tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;

const textOf = (value) =>
  value === null || typeof value !== "object" ? String(value) : JSON.stringify(value).slice(0, 200);

/** Shows a value of a tooltip channel: a text, or an object with a line for each key. */
function showTip(_handler, event, _item, value) {
  tip.hidden = value === undefined || value === null || value === "";
  if (tip.hidden) return;
  const isTable = typeof value === "object" && !Array.isArray(value);
  const lines = isTable ? Object.entries(value).slice(0, 30) : [["", value]];
  tip.replaceChildren(
    ...lines.map(([key, each]) => {
      const line = document.createElement("div");
      const name = document.createElement("span");
      name.textContent = key === "" ? "" : `${key}: `;
      line.append(name, textOf(each));
      return line;
    }),
  );
  const { width, height } = tip.getBoundingClientRect();
  const x = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
  const y = event.clientY + 18 + height > innerHeight ? event.clientY - 10 - height : event.clientY + 18;
  tip.style.left = `${Math.max(4, x)}px`;
  tip.style.top = `${Math.max(4, y)}px`;
}

const begun = new WeakSet();

async function start(chart) {
  const data = chart.querySelector(".chart-spec");
  const wide = chart.querySelector(".chart-wide");
  const drawing = wide?.querySelector("svg");
  // A drawing that the page has made smaller would answer at the wrong place.
  const box = drawing?.getBoundingClientRect();
  if (data === null || !box?.width || Math.abs(box.width - drawing.viewBox.baseVal.width) > 1 || begun.has(chart))
    return;
  begun.add(chart);
  const live = document.createElement("div");
  live.className = "chart-live";
  live.hidden = true;
  chart.append(live);
  try {
    const dataflow = parse(JSON.parse(data.textContent), null, { ast: true });
    const expr = expressionInterpreter;
    const view = new View(dataflow, {
      expr,
      renderer: "svg",
      container: live,
      hover: true,
      loader,
      logger,
      tooltip: showTip,
    });
    await view.runAsync();
    if (!tip.isConnected) document.body.append(tip);
    live.hidden = false;
    chart.classList.add("is-live");
  } catch {
    live.remove(); // The drawing stays.
  }
}

// On the document, so that a page swapped by `heapbook preview` has its charts, too.
for (const name of ["pointerover", "pointerdown"]) {
  document.addEventListener(name, ({ target }) => {
    const chart = target instanceof Element ? target.closest(".chart") : null;
    if (chart === null) tip.hidden = true;
    else void start(chart);
  });
}
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") tip.hidden = true;
});
addEventListener("scroll", () => (tip.hidden = true), { passive: true });
