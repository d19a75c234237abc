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

/** Makes the error to throw from a message of Vega or Vega-Lite. */
export type Rejection = (message: string) => Error;

/** A drawing of Vega. */
export interface SpecDrawing {
  readonly svg: string;
  readonly marks: readonly DrawnMarks[];
  /** Warnings of Vega-Lite's compiler and of Vega at run time. */
  readonly warnings: readonly string[];
}

/** Latest drawings of this process, by hash of the specification: the same chart under two names is drawn once. */
const drawings = new Map<string, SpecDrawing>();
const MAXIMUM_KEPT = 64;

/** Draws a specification, in UTC. Vega and Vega-Lite load with the first drawing. */
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
 * Compiles a specification to one of Vega, in UTC, that a browser can draw. Vega-Lite loads with the first drawing.
 * @returns JSON: no function, no date
 */
export async function compileSpec(spec: VegaLiteSpec, reject: Rejection): Promise<Readonly<Record<string, unknown>>> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  useOwnTextMetrics(vega);
  return JSON.parse(JSON.stringify(inHouseStyle(compile(vegaLite, spec, reject).spec)));
}

/** A compiled specification in UTC, with the ticks of the house, and numbers in the language of the report. */
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

/** Makes Vega measure text by the tables of `text-metrics.ts`, which are the same on every machine, instead of a canvas. */
function useOwnTextMetrics(vega: Vega): void {
  const { textMetrics } = vega as unknown as {
    readonly textMetrics: { width: (item: VegaText, text?: unknown) => number };
  };
  textMetrics.width = (item, text) => measureText(String(text ?? item.text ?? ""), item.fontSize ?? 11);
}

/** Warnings of Vega-Lite that mean a mistake of the author. Other warnings report a default that Vega-Lite chose. */
const MISTAKES =
  /^(?:Invalid |Unknown |Unrecognized |Ignoring an invalid |Cannot find |Dropping \{.*does not contain any data field)|is not a valid encoding channel/s;

/** Warnings of Vega-Lite about a default that it chose, or about a channel that the theme sets. */
const HARMLESS =
  /should not be used with an unsorted|^Using |is replaced with|default|^The stack |^Applying sort|^Dropping "fit/i;

/** Compiles Vega-Lite to Vega. */
function compile(
  vegaLite: VegaLite,
  spec: VegaLiteSpec,
  reject: Rejection,
): { readonly spec: Spec; readonly warnings: readonly string[] } {
  const messages: string[] = [];
  const logger = recordingLogger((message) => messages.push(message));
  // A copy, because Vega adds ids to the rows of its data.
  const copy = structuredClone(spec) as unknown as TopLevelSpec;
  const compiled = attempt(() => vegaLite.compile(copy, { logger }).spec, reject);
  const mistake = messages.find((message) => MISTAKES.test(message));
  if (mistake !== undefined) throw reject(mistake);
  return { spec: compiled, warnings: messages.filter((message) => !HARMLESS.test(message)) };
}

/** Warning of Vega about a selection that listens to the window of a browser, which a drawing does not have. */
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
    // An error of the dataflow is logged only. What is drawn after it, or fails to be, are its remains.
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

/** The root of the scenegraph, which the types of Vega do not name. */
function rootOf(view: { scenegraph(): unknown }): unknown {
  return (view.scenegraph() as { readonly root: unknown }).root;
}

const offlineMessage = (address: string): string =>
  `it loads ${address}, but reports are drawn without network access.`;

const linkMessage = (address: string): string =>
  `\`href\` is ${JSON.stringify(address.length > 80 ? `${address.slice(0, 79)}…` : address)}, which a page must not link. Write an address that begins with https:, http: or mailto:, or leave \`href\` out.`;

/**
 * A loader that refuses every address to load and adds it to `blocked`; images may be `data:` addresses. Links that could run a script,
 * `javascript:`, are added to `links`: Vega's own error for them is null.
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

/** The result of `work`; an exception becomes the error that `reject` makes, with the exception as its cause. */
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

/** A logger of Vega that passes warnings to `record`, errors to `fail`, and prints nothing. */
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
