import { createHash } from "node:crypto";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { DrawnChart, DrawOptions, VegaLiteSpec } from "./types.ts";
import { vegaVersions } from "./vega/versions.ts";

/**
 * Version in the cache key. Increase it with every change that makes the same chart look different, so that old
 * drawings are not reused.
 */
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

/** Reads a cached drawing. Returns undefined, a cache miss, if the text is missing, truncated or not a drawing. */
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
