import { isRecord } from "../../analysis/own-value.ts";
import { tokenOf } from "../theme.ts";
import type { InteractiveChart, VegaLiteSpec } from "../types.ts";
import { compileSpec, type Rejection } from "./draw-spec.ts";

/** Types of scales that interpolate colours. Vega needs hex colours for these, not CSS variables. */
const MIXING = new Set(["linear", "log", "pow", "sqrt", "symlog", "utc", "time", "sequential"]);

/**
 * Makes the interactive form of an author's chart. Every mark without a tooltip gets one. Heapbook's colours become CSS
 * variables, so that the chart follows the light and dark theme.
 *
 * @param spec specification at the width of the page, with inline data
 * @param reject makes the error for a message of Vega-Lite
 */
export async function makeInteractive(spec: VegaLiteSpec, reject: Rejection): Promise<InteractiveChart> {
  const config = isRecord(spec["config"]) ? spec["config"] : {};
  const mark = isRecord(config["mark"]) ? config["mark"] : {};
  const compiled = await compileSpec({ ...spec, config: { ...config, mark: { tooltip: true, ...mark } } }, reject);
  return { isAsked: asksForInteraction(spec), spec: followTheme(compiled) as InteractiveChart["spec"] };
}

/** Whether a specification has selections, inputs or tooltips, which only a browser can show. Data are not searched. */
export function asksForInteraction(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForInteraction);
  if (!isRecord(value)) return false;
  return Object.entries(value).some(([key, inner]) => {
    if (key === "data" || key === "datasets" || key === "values") return false;
    if (key === "params")
      return Array.isArray(inner) && inner.some((each) => isRecord(each) && ("select" in each || "bind" in each));
    if (key === "tooltip") return inner !== null && inner !== false;
    return asksForInteraction(inner);
  });
}

function followTheme(value: unknown, key = ""): unknown {
  if (key === "values") return value;
  if (typeof value === "string") {
    const token = value.startsWith("#") ? tokenOf(value) : undefined;
    return token === undefined ? value : `var(--${token})`;
  }
  if (Array.isArray(value)) return value.map((each) => followTheme(each));
  if (!isRecord(value)) return value;
  const isMixed = typeof value["type"] === "string" && MIXING.has(value["type"]) && "range" in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isMixed && name === "range" ? inner : followTheme(inner, name),
    ]),
  );
}
