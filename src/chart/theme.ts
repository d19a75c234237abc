/**
 * Colours and Vega-Lite defaults of all charts. Specifications contain the hex values of the light theme, which look
 * right in any Vega-Lite editor.
 */

/**
 * Hex value, in the light theme, of each CSS custom property that charts use. Values are unique, except that `seq-4`
 * equals `div-2` on purpose.
 */
const CHART_TOKENS = {
  paper: "#fefdfb",
  ink: "#1e1d1b",
  "ink-2": "#55524c",
  rule: "#e0dcd4",
  "rule-strong": "#8b867d",
  "chart-1": "#2a6fc4",
  "chart-2": "#b8480f",
  "chart-3": "#17544a",
  "chart-4": "#9c5a93",
  "chart-5": "#a98d45",
  "chart-6": "#5a2d8c",
  "seq-1": "#e9f0f8",
  "seq-2": "#c9dcf0",
  "seq-3": "#9fc0e3",
  "seq-4": "#6b9ed3",
  "seq-5": "#2f72b8",
  "seq-6": "#0f4580",
  "div-1": "#1f5a9e",
  "div-2": "#6b9ed3",
  "div-3": "#c3d8ee",
  "div-4": "#efece6",
  "div-5": "#f4cdb4",
  "div-6": "#dc8a5b",
  "div-7": "#a5400d",
} as const;

/** Colours of marks and text in ready charts. */
export const INK = CHART_TOKENS.ink;
export const INK_2 = CHART_TOKENS["ink-2"];
export const PAPER = CHART_TOKENS.paper;
export const RULE_STRONG = CHART_TOKENS["rule-strong"];

const SERIES = [
  CHART_TOKENS["chart-1"],
  CHART_TOKENS["chart-2"],
  CHART_TOKENS["chart-3"],
  CHART_TOKENS["chart-4"],
  CHART_TOKENS["chart-5"],
  CHART_TOKENS["chart-6"],
] as const;

const SEQUENTIAL = ["seq-1", "seq-2", "seq-3", "seq-4", "seq-5", "seq-6"] as const;
const DIVERGING = ["div-1", "div-2", "div-3", "div-4", "div-5", "div-6", "div-7"] as const;

/**
 * Colour of the series with this index, from 0. The seventh series repeats the first colour; its label distinguishes
 * it.
 */
export function seriesColour(index: number): string {
  return SERIES[index % SERIES.length] ?? CHART_TOKENS["chart-1"];
}

/**
 * Colour of a mark's label: the colour of the mark, or ink for ochre and rule grey, whose contrast (3.1) is too low for
 * text.
 */
export function labelColour(markColour: string): string {
  return markColour === CHART_TOKENS["chart-5"] || markColour === RULE_STRONG ? INK : markColour;
}

const tokenByHex = new Map<string, string>();
for (const [token, hex] of Object.entries(CHART_TOKENS)) if (!tokenByHex.has(hex)) tokenByHex.set(hex, token);

/** Name of the CSS custom property with this hex value; undefined for a colour outside the palette. */
export function tokenOf(hex: string): string | undefined {
  return tokenByHex.get(hex.toLowerCase());
}

/** Fonts of a drawing in its own file. A drawing inside a page inherits the page's fonts. */
export const STANDALONE_FONTS =
  "-apple-system, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

/** Vega-Lite `config` of every chart. An author's own `config` takes precedence. */
export const HOUSE_CONFIG = {
  background: null,
  font: "sans-serif",
  // Vega underestimates the height of a line of text. Without padding, the lowest title and the top of a legend would
  // be cut off.
  padding: { left: 0, top: 2, right: 0, bottom: 4 },
  aria: false,
  view: { stroke: null },
  mark: { color: CHART_TOKENS["chart-1"] },
  axis: {
    labelColor: INK_2,
    labelFontSize: 12,
    labelPadding: 5,
    labelOverlap: false,
    labelFlush: false,
    titleColor: INK_2,
    titleFontSize: 12,
    titleFontWeight: 400,
    gridColor: CHART_TOKENS.rule,
    gridWidth: 1,
    domainColor: RULE_STRONG,
    domainWidth: 1,
    tickColor: RULE_STRONG,
    tickWidth: 1,
    tickSize: 4,
  },
  axisX: { grid: false, titleAnchor: "end", titleAlign: "right", titlePadding: 8 },
  axisY: { domain: false, ticks: false, titleAngle: 0, titleAlign: "left", titleBaseline: "bottom", titleY: -12 },
  header: {
    labelColor: INK,
    labelFontSize: 12,
    labelFontWeight: 600,
    labelAnchor: "start",
    labelPadding: 6,
    title: null,
  },
  text: { color: INK, fontSize: 12 },
  line: { strokeWidth: 1.75, strokeJoin: "round", strokeCap: "round" },
  rule: { color: INK_2, strokeWidth: 1 },
  bar: { color: CHART_TOKENS["chart-1"] },
  point: { size: 56, filled: true, opacity: 1, strokeWidth: 1.5 },
  tick: { thickness: 1.5, color: INK, opacity: 1 },
  legend: { disable: true },
  range: {
    category: SERIES,
    ordinal: SEQUENTIAL.map((token) => CHART_TOKENS[token]),
    heatmap: SEQUENTIAL.map((token) => CHART_TOKENS[token]),
    ramp: SEQUENTIAL.map((token) => CHART_TOKENS[token]),
    diverging: DIVERGING.map((token) => CHART_TOKENS[token]),
  },
} as const;

/** Additional `config` for authors' specifications: legends, titles, and axes that drop overlapping labels. */
export const AUTHOR_CONFIG = {
  ...HOUSE_CONFIG,
  axis: { ...HOUSE_CONFIG.axis, labelOverlap: true, labelSeparation: 8 },
  view: { stroke: null, continuousHeight: 240 },
  area: { color: CHART_TOKENS["chart-1"] },
  title: {
    color: INK,
    fontSize: 14,
    fontWeight: 600,
    anchor: "start",
    frame: "bounds",
    offset: 12,
    subtitleColor: INK_2,
    subtitleFontSize: 12,
  },
  legend: {
    orient: "top",
    direction: "horizontal",
    // Keeps clear of the y axis's title, which Vega does not take into account because its place is fixed.
    offset: 30,
    padding: 0,
    columnPadding: 16,
    labelColor: INK,
    labelFontSize: 12,
    labelLimit: 180,
    titleColor: INK_2,
    titleFontSize: 12,
    titleFontWeight: 400,
    titleOrient: "left",
    titleBaseline: "middle",
    titlePadding: 12,
    symbolSize: 80,
    symbolStrokeWidth: 2,
  },
} as const;
