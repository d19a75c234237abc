import { createHash } from "node:crypto";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawnChart, DrawOptions, VegaLiteSpec } from "./types.ts";
import { vegaVersions } from "./vega/versions.ts";

/** Increases with every change after which the same chart looks different, so that older drawings are not reused. */
const DRAWING_VERSION = 13;

/** The cache key of a chart: a hash of everything that its drawing depends on. */
export function drawingKey(chart: ReadyChart | VegaLiteSpec, { name, colours, lang = "en" }: DrawOptions): string {
  const content = JSON.stringify([
    DRAWING_VERSION,
    vegaVersions(),
    name,
    [...(colours ?? [])],
    lang.toLowerCase(),
    chart,
  ]);
  return `chart-${createHash("sha256").update(content).digest("hex")}`;
}

/** Reads a cached drawing. Undefined, a cache miss, for a text that is not a whole drawing: truncated, or of another origin. */
export function readDrawing(text: string | undefined): DrawnChart | undefined {
  if (text === undefined || !text.endsWith("}")) return undefined;
  try {
    const drawn: unknown = JSON.parse(text);
    const isWhole =
      typeof drawn === "object" &&
      drawn !== null &&
      ["wide", "narrow", "standalone", "spec", "data", "summary", "notes", "warnings"].every((key) => key in drawn);
    return isWhole ? (drawn as DrawnChart) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
