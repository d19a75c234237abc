import { largest } from "../../analysis/extremes.ts";
import { isRecord } from "../../analysis/own-value.ts";
import { TOTAL_WIDTH_PX } from "../layout/chart-frame.ts";
import { labelWidth } from "../layout/text-metrics.ts";
import { AUTHOR_CONFIG, HOUSE_CONFIG } from "../theme.ts";
import type { VegaLiteSpec } from "../types.ts";
import { inlineRows, mainView } from "./spec-data.ts";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Merges two objects deeply. Where both have an object, the objects are merged; otherwise the value of `over` takes
 * precedence.
 */
function mergeDeep(base: Properties, over: Properties): Properties {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isRecord(below) && isRecord(value) ? mergeDeep(below, value) : value;
  }
  return merged;
}

/**
 * Copies the specification with `base` as defaults of its `config`, so that the chart looks the same in any Vega-Lite
 * editor.
 */
function withConfig(spec: VegaLiteSpec, base: Properties): VegaLiteSpec {
  const own = spec["config"];
  return { ...spec, config: isRecord(own) ? mergeDeep(base, own) : base };
}

/**
 * Whether Heapbook can set the width: true for a single view or layers. The author sets the widths of facets,
 * concatenations and repeats.
 */
function isResizable(spec: VegaLiteSpec): boolean {
  if (!("mark" in spec) && !("layer" in spec)) return false;
  const encoding = isRecord(spec["encoding"]) ? spec["encoding"] : {};
  if (["row", "column", "facet"].some((channel) => channel in encoding)) return false;
  // `width: { step: 20 }` makes the width depend on the data.
  return !isRecord(spec["width"]);
}

/**
 * Room in px added to the width of each horizontal name below an axis: the gap between two names, half of it at the
 * edges of the plot.
 */
const NAME_GAP_PX = 10;
const AXIS_ROOM_PX = 60;

/** Whether the names below a discrete x axis fit side by side. By default Vega-Lite would rotate them in any case. */
function namesFit(spec: VegaLiteSpec, totalPx: number): boolean {
  const x = mainView(spec)?.encoding["x"];
  const rows = inlineRows(spec["data"], spec) ?? [];
  if (!isRecord(x) || typeof x["field"] !== "string") return false;
  const { field } = x;
  const names = new Set(rows.map((row) => String(row[field] ?? "")));
  const widest = Math.max(0, largest([...names].map((name) => labelWidth(name, false))));
  return names.size > 0 && (widest + NAME_GAP_PX) * names.size <= totalPx - AXIS_ROOM_PX;
}

function atWidth(spec: VegaLiteSpec, totalPx: number): VegaLiteSpec {
  const own = spec["width"];
  const width = typeof own === "number" ? Math.min(own, totalPx) : totalPx;
  const horizontal = namesFit(spec, width) ? { axisX: { ...AUTHOR_CONFIG.axisX, labelAngle: 0 } } : {};
  const themed = withConfig(spec, { ...AUTHOR_CONFIG, ...horizontal });
  // `height: container` refers to an element of a page, which a drawing does not have.
  const { height, ...rest } = themed;
  const kept = height === undefined || height === "container" ? {} : { height };
  return { ...rest, ...kept, width, autosize: { type: "fit-x", contains: "padding" } };
}

/** Makes the specification at the two widths of a page; `narrow` is null if the width cannot be set. */
export function resizeSpec(spec: VegaLiteSpec): { readonly wide: VegaLiteSpec; readonly narrow: VegaLiteSpec | null } {
  if (!isResizable(spec)) return { wide: withConfig(spec, AUTHOR_CONFIG), narrow: null };
  return { wide: atWidth(spec, TOTAL_WIDTH_PX.wide), narrow: atWidth(spec, TOTAL_WIDTH_PX.narrow) };
}

/** Copies the specification of a ready chart with Heapbook's defaults. */
export function withHouseConfig(spec: VegaLiteSpec): VegaLiteSpec {
  return withConfig(spec, HOUSE_CONFIG);
}
