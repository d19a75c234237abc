import type { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { parseMarkerName } from "../allocation/instrument/marker-name.ts";
import type { InstrumentedPositions } from "../allocation/instrument/positions.ts";
import type { InstrumentOptions } from "../allocation/instrument/types.ts";
import {
  type AssertedRequest,
  type LocatedFrame,
  type LocatedStack,
  type LocateRequest,
  MARKED_MESSAGE,
} from "../model/program-records.ts";
import { isOwnFile } from "../store/own-code.ts";
import { quotedCall, quotedExpression } from "./quoted-expression.ts";

/**
 * An instrumented module with the data for finding the author's positions. They are computed only when a stack needs
 * them.
 */
export interface InstrumentedSource {
  readonly source: string;
  readonly options: InstrumentOptions;
  /** Only for a TypeScript file: its path, and the source map from the compiled code to the instrumented TypeScript. */
  readonly compiled?: { readonly path: string; readonly positions: SourceMap };
}

type Frame = LocateRequest["frames"][number];

/** Matches a marker's name in an error message, as in "Cannot destructure property 'a' of '$hb0m11_21(...)'". */
const MARKER_IN_MESSAGE = /(\$hb\d+[mkic]\d+_\d+(?:_\d+)?)\(\.\.\.\)/g;
/** Matches the name of a marker's parameter in an error message. */
const PARAMETER_IN_MESSAGE = /\$(?:hb_\w+|\d+)\b/g;

function isOwnScript(script: string): boolean {
  try {
    return isOwnFile(script.startsWith("file:") ? fileURLToPath(script.replace(/[?#].*/s, "")) : script);
  } catch {
    return false;
  }
}

/** Finds the author's positions, names and texts for stacks and messages of a traced program. */
export class ProgramStacks {
  readonly #sources = new Map<string, InstrumentedSource>();
  readonly #positions = new Map<string, Promise<InstrumentedPositions>>();
  readonly #scriptOfModule = new Map<number, string>();

  add(script: string, source: InstrumentedSource): void {
    this.#sources.set(script, source);
    this.#positions.delete(script);
    this.#scriptOfModule.set(source.options.module, script);
  }

  /** Replies with the author's positions of all frames, and with the message in the author's names. */
  async locate({ message, frames }: LocateRequest): Promise<LocatedStack> {
    const located: LocatedFrame[] = [];
    for (const frame of frames) located.push(await this.#locateFrame(frame));
    return { message: await this.#nameInMessage(message, frames[0]), frames: located };
  }

  /** The author's text of a function, found by its instrumented text; null if no module contains that text. */
  async functionText(text: string): Promise<string | null> {
    const marker = /\$hb\d+[mkic]\d+_\d+/.exec(text)?.[0];
    const module = marker === undefined ? undefined : parseMarkerName(marker)?.module;
    const script = module === undefined ? undefined : this.#scriptOfModule.get(module);
    // The text of a TypeScript function is not JavaScript, so it cannot replace the compiled text.
    if (script === undefined || this.#sources.get(script)?.compiled !== undefined) return null;
    return (await this.#positionsOf(script))?.textOf(text) ?? null;
  }

  /**
   * The author's code that Node quotes when `assert(value)` fails: empty if Node finds no expression, null if unknown.
   */
  async assertedText({ frame, quoted, isQuoting }: AssertedRequest): Promise<string | null> {
    const known = this.#sources.get(frame[0]);
    if (known === undefined) return null;
    const { source, compiled } = known;
    const { line, column } = await this.#locateFrame(frame);
    const from = source.split(/(?<=\r\n|[\n\u2028\u2029]|\r(?!\n))/).slice(line - 1);
    const call = quoted === "call" ? quotedCall(from.join(""), column - 1) : undefined;
    // Node versions that quote whole calls cannot read TypeScript.
    if (quoted === "line" || (call === undefined && compiled !== undefined))
      return quotedExpression((from[0] ?? "").trimEnd(), column - 1);
    return call !== undefined && !isQuoting && call.isEqual ? null : (call?.text ?? "");
  }

  #positionsOf(script: string): Promise<InstrumentedPositions> | undefined {
    const known = this.#positions.get(script);
    const source = this.#sources.get(script);
    if (known !== undefined || source === undefined) return known;
    const created = import("../allocation/instrument/positions.ts").then(({ instrumentedPositions }) =>
      instrumentedPositions(source.source, source.options),
    );
    this.#positions.set(script, created);
    return created;
  }

  /**
   * Converts a position in the loaded script to one in the instrumented source; they differ for TypeScript, which is
   * compiled after instrumentation.
   */
  #instrumentedPlace([script, line, column]: Frame): { line: number; column: number } | undefined {
    const compiled = this.#sources.get(script)?.compiled;
    if (compiled === undefined) return { line, column };
    const entry = compiled.positions.findEntry(line - 1, column - 1) as {
      originalLine?: number;
      originalColumn?: number;
    };
    if (entry.originalLine === undefined) return undefined;
    return { line: entry.originalLine + 1, column: (entry.originalColumn ?? 0) + 1 };
  }

  async #locateFrame(frame: Frame): Promise<LocatedFrame> {
    const [script, line, column, functionName] = frame;
    const place = { line, column };
    const source = this.#sources.get(script);
    if (source === undefined) return { kind: isOwnScript(script) ? "own" : "other", ...place };
    const marker = parseMarkerName(functionName);
    if (marker?.kind === "counter" || marker?.kind === "iterator") {
      return { kind: "marker", line: marker.line, column: marker.column };
    }
    const positions = await this.#positionsOf(script);
    const instrumented = this.#instrumentedPlace(frame);
    const found = instrumented === undefined ? undefined : positions?.map(instrumented.line, instrumented.column);
    const file = source.compiled === undefined ? {} : { file: source.compiled.path };
    const kind = marker === undefined ? "author" : marker.kind === "thunk" ? "thunk" : "marker";
    const owner = marker === undefined || found === undefined ? undefined : positions?.functionAt(found);
    return { kind, ...(found ?? place), ...file, ...(owner === undefined ? {} : { functionName: owner }) };
  }

  async #nameInMessage(message: string, top: Frame | undefined): Promise<string> {
    if (!MARKED_MESSAGE.test(message) || top === undefined) return message;
    const positions = await this.#positionsOf(top[0]);
    const place = this.#instrumentedPlace(top);
    const names = place === undefined ? {} : (positions?.namesAt(place.line, place.column) ?? {});
    const renamed = message.replace(PARAMETER_IN_MESSAGE, (name) => names[name] ?? name);
    const texts = new Map<string, string>();
    for (const [whole, marker = ""] of renamed.matchAll(MARKER_IN_MESSAGE)) {
      const script = this.#scriptOfModule.get(parseMarkerName(marker)?.module ?? -1) ?? "";
      texts.set(whole, (await this.#positionsOf(script))?.expressionOf(marker) ?? "(intermediate value)");
    }
    const named = renamed.replace(MARKER_IN_MESSAGE, (whole) => texts.get(whole) ?? whole);
    // For "… is not a function", the statement that iterates over the call's value is outside the marker.
    if (!named.endsWith(" is not a function")) return named;
    return positions?.iteratedCallAt(await this.#locateFrame(top)) ?? named;
  }
}
