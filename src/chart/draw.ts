import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Loader, LoggerInterface } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { type Position, UserError } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { TextCache } from "../model/text-cache.ts";
import { type SeriesColours, TOTAL_WIDTH_PX } from "./layout/frame.ts";
import { measureText } from "./layout/text-metrics.ts";
import { drawReady, isReadyChart, readyData, summarizeReady } from "./ready.ts";
import type { DrawnChart, VegaLiteSpec } from "./types.ts";
import { resizeSpec, withHouseConfig } from "./vega/author-spec.ts";
import { inlineLocalData } from "./vega/local-data.ts";
import { checkSpec } from "./vega/spec-check.ts";
import { chartData, summarizeSpec } from "./vega/spec-data.ts";
import { inlineSvg, standaloneSvg, tidySvg } from "./vega/svg-tidy.ts";

/** Raised whenever the same chart would be drawn otherwise than before, so that older drawings are not reused. */
const DRAWING_VERSION = 3;

export interface DrawOptions {
  /** Unique on the page; the prefix of every id in the drawing. */
  readonly name: string;
  readonly cache: TextCache;
  /** Folder of the report, which an author's `data.url` is relative to. */
  readonly folder?: string | undefined;
  /** Index of each series' colour throughout the report; others are coloured in the order they appear. */
  readonly colours?: SeriesColours | undefined;
  /** The cell, for messages. */
  readonly position?: Position | undefined;
}

/**
 * Draws a chart at the widths of a page, or takes the drawing from the cache; then neither vega nor vega-lite is loaded.
 * The same chart gives the same bytes on every machine.
 *
 * @throws {UserError} `invalid-chart`, `remote-data`, `missing-data`, `invalid-data` for a specification of the author's.
 */
export async function drawChart(chart: ReadyChart | VegaLiteSpec, options: DrawOptions): Promise<DrawnChart> {
  const ready = isReadyChart(chart);
  const subject = ready ? chart : inlineLocalData(chart, { folder: options.folder, position: options.position });
  const key = cacheKey(subject, options);
  const known = readCached(options.cache.get(key));
  if (known !== undefined) return known;
  const drawn = isReadyChart(subject) ? await drawOurs(subject, options) : await drawAuthors(subject, options);
  options.cache.set(key, JSON.stringify(drawn));
  return drawn;
}

async function drawOurs(chart: ReadyChart, options: DrawOptions): Promise<DrawnChart> {
  const drawAt = async (width: "wide" | "narrow") => {
    const drawing = drawReady(chart, width, options.colours);
    const spec = withHouseConfig(drawing.spec);
    const svg = await drawSpec(spec, (message) => new Error(`${chart.chart}: Vega complains: ${message}`));
    const tidy = tidySvg(svg, {
      prefix: idPrefix(options.name, width),
      minimumWidthPx: TOTAL_WIDTH_PX[width],
      heightPx: drawing.heightPx,
    });
    const { svg: inline, strayColours } = inlineSvg(tidy);
    if (strayColours.length > 0)
      throw new Error(`${chart.chart}: colours outside the palette: ${strayColours.join(", ")}`);
    return { spec, tidy, inline };
  };
  const wide = await drawAt("wide");
  const narrow = await drawAt("narrow");
  return {
    wide: wide.inline,
    narrow: narrow.inline,
    standalone: standaloneSvg(wide.tidy),
    spec: wide.spec,
    data: readyData(chart),
    summary: summarizeReady(chart),
  };
}

async function drawAuthors(spec: VegaLiteSpec, options: DrawOptions): Promise<DrawnChart> {
  checkSpec(spec, options.position);
  const reject = (message: string): UserError =>
    new UserError(`Vega-Lite rejects the chart: ${message}`, {
      code: "invalid-chart",
      position: options.position,
      hint: "What a specification may say: https://vega.github.io/vega-lite/docs/",
    });
  const sized = resizeSpec(spec);
  const wide = tidySvg(await drawSpec(sized.wide, reject), {
    prefix: idPrefix(options.name, "wide"),
    minimumWidthPx: TOTAL_WIDTH_PX.wide,
  });
  const narrow =
    sized.narrow === null
      ? null
      : tidySvg(await drawSpec(sized.narrow, reject), {
          prefix: idPrefix(options.name, "narrow"),
          minimumWidthPx: TOTAL_WIDTH_PX.narrow,
        });
  return {
    wide: inlineSvg(wide).svg,
    narrow: narrow === null ? null : inlineSvg(narrow).svg,
    standalone: standaloneSvg(wide),
    spec: sized.wide,
    data: chartData(spec),
    summary: summarizeSpec(spec),
  };
}

/** Warnings of Vega-Lite that mean a mistake; the others tell of a default it took. */
const MISTAKES =
  /^(?:Invalid |Unknown |Unrecognized |Ignoring an invalid |Cannot find |Dropping \{.*does not contain any data field)|is not a valid encoding channel/s;

/** What this process drew of late, by specification: a chart shown again under another name is not drawn again. */
const drawings = new Map<string, string>();
const MOST_KEPT = 64;

/** Vega's SVG of a specification; `reject` makes the error to throw from what Vega or Vega-Lite says against it. */
async function drawSpec(spec: VegaLiteSpec, reject: (message: string) => Error): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(spec)).digest("hex");
  const known = drawings.get(key);
  if (known !== undefined) return known;
  const svg = await drawAnew(spec, reject);
  const [oldest] = drawings.keys();
  if (oldest !== undefined && drawings.size >= MOST_KEPT) drawings.delete(oldest);
  drawings.set(key, svg);
  return svg;
}

async function drawAnew(spec: VegaLiteSpec, reject: (message: string) => Error): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  // A text is as wide on every machine as the tables say: no canvas is asked.
  const textMetrics = (
    vega as unknown as { readonly textMetrics: { width: (item: VegaText, text?: unknown) => number } }
  ).textMetrics;
  textMetrics.width = (item, text) => measureText(String(text ?? item.text ?? ""), item.fontSize ?? 11);
  const complaints: string[] = [];
  const hear = (...messages: readonly unknown[]): void => void complaints.push(messages.map(String).join(" "));
  const logger = quietLogger(hear);
  // Of a copy: Vega marks the rows it is given with ids.
  const compiled = attempt(
    () => vegaLite.compile(structuredClone(spec) as unknown as TopLevelSpec, { logger }).spec,
    reject,
  );
  const mistake = complaints.find((message) => MISTAKES.test(message));
  if (mistake !== undefined) throw reject(mistake);
  const blocked: string[] = [];
  const base = vega.loader();
  const refuse = (address: string): Promise<never> => {
    blocked.push(address);
    return Promise.reject(new Error(`The chart loads ${address}, but a report is drawn without the network.`));
  };
  const loader: Loader = {
    ...base,
    load: refuse,
    http: refuse,
    file: refuse,
    sanitize: (address, how) =>
      how.context === "image" && !address.startsWith("data:") ? refuse(address) : base.sanitize(address, how),
  };
  const view = attempt(() => new vega.View(vega.parse(compiled), { renderer: "none", loader, logger }), reject);
  try {
    const svg = await view.toSVG();
    if (blocked[0] !== undefined) throw reject(`it loads ${blocked[0]}, but a report is drawn without the network.`);
    return svg;
  } finally {
    view.finalize();
  }
}

interface VegaText {
  readonly text?: unknown;
  readonly fontSize?: number;
}

function attempt<Value>(work: () => Value, reject: (message: string) => Error): Value {
  try {
    return work();
  } catch (cause) {
    const error = reject(cause instanceof Error ? cause.message : String(cause));
    error.cause = cause;
    throw error;
  }
}

/** Vega's logger interface, each method of which returns the logger. */
function quietLogger(hear: (...messages: readonly unknown[]) => void): LoggerInterface {
  const listen = (...messages: readonly unknown[]): LoggerInterface => {
    hear(...messages);
    return logger;
  };
  const ignore = (): LoggerInterface => logger;
  const logger: LoggerInterface = {
    level: ignore as LoggerInterface["level"],
    error: listen,
    warn: listen,
    info: ignore,
    debug: ignore,
  };
  return logger;
}

/** Ids are referred to as `url(#…)`, which ends at the first bracket or quote. */
function idPrefix(name: string, width: "wide" | "narrow"): string {
  return `${name.replace(/[^A-Za-z0-9_-]/g, "-")}-${width === "wide" ? "w" : "n"}`;
}

let versions: string | undefined;

/** Versions of vega and vega-lite from their manifests: importing them costs more than the rest of a warm render. */
function vegaVersions(): string {
  const require = createRequire(import.meta.url);
  versions ??= ["vega", "vega-lite"]
    .map((name) => {
      // Their `exports` hide package.json, which lies above the file that they export (build/…).
      const manifest: unknown = JSON.parse(
        readFileSync(join(dirname(require.resolve(name)), "..", "package.json"), "utf8"),
      );
      return typeof manifest === "object" && manifest !== null && "version" in manifest
        ? `${name} ${String(manifest.version)}`
        : name;
    })
    .join(", ");
  return versions;
}

function cacheKey(chart: ReadyChart | VegaLiteSpec, { name, colours }: DrawOptions): string {
  const content = JSON.stringify([DRAWING_VERSION, vegaVersions(), name, [...(colours ?? [])], chart]);
  return `chart-${createHash("sha256").update(content).digest("hex")}`;
}

/** A text that is not a whole drawing (cut short, written by something else) is a miss: the chart is drawn again. */
function readCached(text: string | undefined): DrawnChart | undefined {
  if (text === undefined || !text.endsWith("}")) return undefined;
  try {
    const drawn: unknown = JSON.parse(text);
    const whole =
      typeof drawn === "object" &&
      drawn !== null &&
      ["wide", "narrow", "standalone", "spec", "data", "summary"].every((key) => key in drawn);
    return whole ? (drawn as DrawnChart) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
