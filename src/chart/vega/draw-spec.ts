import { createHash } from "node:crypto";
import type { Loader, LoggerInterface, Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { ENGLISH, numberStyle } from "../../analysis/number-style.ts";
import { measureText } from "../layout/text-metrics.ts";
import type { VegaLiteSpec } from "../types.ts";
import { withHouseTicks } from "./axis-ticks.ts";
import { boundLists } from "./bounded-lists.ts";
import { type DrawnMarks, listDrawnMarks } from "./drawn-marks.ts";
import { inUtc } from "./utc.ts";

type Vega = typeof import("vega");
type VegaLite = typeof import("vega-lite");

/** Makes the error that is thrown for a message of Vega or Vega-Lite. */
export type Rejection = (message: string) => Error;

/** A specification as drawn by Vega. */
export interface SpecDrawing {
  readonly svg: string;
  readonly marks: readonly DrawnMarks[];
  /** Warnings of Vega-Lite's compiler and of Vega at run time. */
  readonly warnings: readonly string[];
}

/**
 * The latest drawings of this process, by hash of the specification, so that the same chart under two names is drawn
 * once.
 */
const drawings = new Map<string, SpecDrawing>();
const MAXIMUM_KEPT = 64;

/**
 * Draws a specification with times in UTC. The first call loads Vega and Vega-Lite. Rejects with an error made by
 * `reject`.
 */
export async function drawSpec(spec: VegaLiteSpec, reject: Rejection): Promise<SpecDrawing> {
  const key = createHash("sha256")
    .update(JSON.stringify([numberStyle(), spec]))
    .digest("hex");
  const known = drawings.get(key);
  if (known !== undefined) return known;
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  useOwnTextMetrics(vega);
  boundLists(vega);
  const compiled = compile(vegaLite, spec, reject);
  const drawing = await renderSvg(vega, inHouseStyle(compiled.spec), compiled.warnings, reject);
  const [oldest] = drawings.keys();
  if (oldest !== undefined && drawings.size >= MAXIMUM_KEPT) drawings.delete(oldest);
  drawings.set(key, drawing);
  return drawing;
}

/**
 * Compiles a Vega-Lite specification to a Vega specification for the browser, with times in UTC. The first call loads
 * Vega-Lite.
 * @returns plain JSON, without functions or dates
 */
export async function compileSpec(spec: VegaLiteSpec, reject: Rejection): Promise<Readonly<Record<string, unknown>>> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  useOwnTextMetrics(vega);
  return JSON.parse(JSON.stringify(inHouseStyle(compile(vegaLite, spec, reject).spec)));
}

/**
 * Copies a compiled specification with times in UTC, Heapbook's ticks, and numbers in the style of the report's
 * language.
 */
function inHouseStyle(compiled: Spec): Spec {
  const { decimal, group } = numberStyle();
  const spec = inUtc(withHouseTicks(compiled));
  if (decimal === ENGLISH.decimal && group === ENGLISH.group) return spec;
  const number = { decimal, thousands: group, grouping: [3], currency: ["", ""] };
  return { ...spec, config: { ...spec.config, locale: { number } } } as Spec;
}

interface VegaText {
  readonly text?: unknown;
  readonly fontSize?: number;
}

/** Makes Vega measure text by `text-metrics.ts`, which gives the same widths on every machine, not by a canvas. */
function useOwnTextMetrics(vega: Vega): void {
  const { textMetrics } = vega as unknown as {
    readonly textMetrics: { width: (item: VegaText, text?: unknown) => number };
  };
  textMetrics.width = (item, text) => measureText(String(text ?? item.text ?? ""), item.fontSize ?? 11);
}

/** Matches warnings of Vega-Lite that report a mistake of the author. */
const MISTAKES =
  /^(?:Invalid |Unknown |Unrecognized |Ignoring an invalid |Cannot find |Dropping \{.*does not contain any data field)|is not a valid encoding channel/s;

/** Matches warnings of Vega-Lite to ignore: about a default that it chose, or a channel that Heapbook's theme sets. */
const HARMLESS =
  /should not be used with an unsorted|^Using |is replaced with|default|^The stack |^Applying sort|^Dropping "fit/i;

/** Compiles a Vega-Lite specification to Vega. Throws the error of `reject` for a mistake of the author. */
function compile(
  vegaLite: VegaLite,
  spec: VegaLiteSpec,
  reject: Rejection,
): { readonly spec: Spec; readonly warnings: readonly string[] } {
  const messages: string[] = [];
  const logger = recordingLogger((message) => messages.push(message));
  // Vega adds ids to the rows of its data, so it gets a copy.
  const copy = structuredClone(spec) as unknown as TopLevelSpec;
  const compiled = attempt(() => vegaLite.compile(copy, { logger }).spec, reject);
  const mistake = messages.find((message) => MISTAKES.test(message));
  if (mistake !== undefined) throw reject(mistake);
  return { spec: compiled, warnings: messages.filter((message) => !HARMLESS.test(message)) };
}

/** Begin of Vega's warning about a selection that listens to the browser's window, which a drawing does not have. */
const NO_WINDOW = "Can not resolve event source";

async function renderSvg(
  vega: Vega,
  compiled: Spec,
  compilerWarnings: readonly string[],
  reject: Rejection,
): Promise<SpecDrawing> {
  const blocked: string[] = [];
  const links: string[] = [];
  const warnings: string[] = [...compilerWarnings];
  const loader = offlineLoader(vega, blocked, links);
  const errors: string[] = [];
  const logger = recordingLogger(
    (message) => {
      if (!message.startsWith(NO_WINDOW)) warnings.push(message);
    },
    (message) => errors.push(message.replace(/^\w*Error: /, "")),
  );
  const view = attempt(() => new vega.View(vega.parse(compiled), { renderer: "none", loader, logger }), reject);
  try {
    // Vega only logs an error of its dataflow. A later exception, or a drawing, is a consequence of that error.
    const svg = await view
      .toSVG()
      .catch((cause: unknown) => attempt<never>(() => raise(errors[0] === undefined ? cause : errors[0]), reject));
    if (links[0] !== undefined) throw reject(linkMessage(links[0]));
    if (blocked[0] !== undefined) throw reject(offlineMessage(blocked[0]));
    if (errors[0] !== undefined) throw reject(errors[0]);
    return { svg, marks: listDrawnMarks(rootOf(view)), warnings: [...new Set(warnings)] };
  } finally {
    view.finalize();
  }
}

/** The root item of Vega's scenegraph; Vega's type definitions lack `scenegraph()`'s root. */
function rootOf(view: { scenegraph(): unknown }): unknown {
  return (view.scenegraph() as { readonly root: unknown }).root;
}

const offlineMessage = (address: string): string =>
  `it loads ${address}, but reports are drawn without network access.`;

const linkMessage = (address: string): string =>
  `\`href\` is ${JSON.stringify(address.length > 80 ? `${address.slice(0, 79)}…` : address)}, which a page must not link. Write an address that begins with https:, http: or mailto:, or leave \`href\` out.`;

/**
 * Makes a Vega loader that loads nothing. It adds each requested address to `blocked`; only images may have `data:`
 * addresses. It adds links that could run a script (`javascript:`) to `links`, because Vega's own error for these is
 * null.
 */
function offlineLoader(vega: Vega, blocked: string[], links: string[]): Loader {
  const base = vega.loader();
  const refuse = (address: string): Promise<never> => {
    blocked.push(address);
    return Promise.reject(new Error(`Chart rejected: ${offlineMessage(address)}`));
  };
  return {
    ...base,
    load: refuse,
    http: refuse,
    file: refuse,
    sanitize: async (address, how) => {
      if (how.context === "image" && !address.startsWith("data:")) return refuse(address);
      try {
        return await base.sanitize(address, how);
      } catch {
        links.push(String(address));
        return { href: "about:blank" };
      }
    },
  };
}

/** Calls `work`. An exception is replaced by the error that `reject` makes, with the exception as cause. */
function attempt<Value>(work: () => Value, reject: Rejection): Value {
  try {
    return work();
  } catch (cause) {
    const error = reject(cause instanceof Error ? cause.message : String(cause));
    error.cause = cause;
    throw error;
  }
}

function raise(cause: unknown): never {
  throw cause;
}

/** Makes a Vega logger that passes warnings to `record` and errors to `fail`, and prints nothing. */
function recordingLogger(record: (message: string) => void, fail: (message: string) => void = record): LoggerInterface {
  const passTo =
    (take: (message: string) => void) =>
    (...messages: readonly unknown[]): LoggerInterface => {
      take(messages.map(String).join(" "));
      return logger;
    };
  const ignore = (): LoggerInterface => logger;
  const logger: LoggerInterface = {
    level: ignore as LoggerInterface["level"],
    error: passTo(fail),
    warn: passTo(record),
    info: ignore,
    debug: ignore,
  };
  return logger;
}
