/**
 * The line of code that Node prints above an uncaught error. V8 knows only the instrumented line, so this module replaces
 * that line by the author's.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { locatePlace } from "./author-frames.ts";
import type { InternalBinding } from "./internals.ts";

/** Node's functions that prepare an uncaught error for printing. Each returns the text of the stack. */
export interface FatalEnhancers {
  beforeInspector(error: object): unknown;
  afterInspector(error: object): unknown;
}

interface ErrorsBinding {
  setEnhanceStackForFatalException(before: (error: object) => unknown, after: (error: object) => unknown): void;
}

interface UtilBinding {
  readonly privateSymbols: { readonly arrow_message_private_symbol: symbol };
}

/** Matches Node's excerpt: script and line, the text of the line, and a mark below the column. */
const EXCERPT = /^(.+):(\d+)\n.*\n([^^\n]*)\^/;

/** Returns a line of a file, from 1; undefined if the file cannot be read or is shorter. */
function readLine(script: string, line: number): string | undefined {
  try {
    const path = script.startsWith("file:") ? fileURLToPath(script) : script;
    return readFileSync(path, "utf8").split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}

/** Returns an excerpt at the author's position. The same excerpt if it is of code that Heapbook has not changed. */
function authorExcerpt(excerpt: string): string {
  const [, script = "", line = "", before = ""] = EXCERPT.exec(excerpt) ?? [];
  if (script === "") return excerpt;
  const place = locatePlace(script, Number(line), before.length + 1);
  if (place === undefined) return excerpt;
  const path = place.file ?? script;
  const text = readLine(path, place.line);
  if (text === undefined) return excerpt;
  return `${path}:${place.line}\n${text}\n${text.slice(0, place.column - 1).replace(/[^\t]/g, " ")}^\n`;
}

/**
 * Makes Node print the author's line above uncaught errors. Node stores the excerpt in the error, calls its enhancers,
 * and prints both afterwards. Values that are not of the class Error have no stored excerpt.
 */
export function installExcerpts(internalBinding: InternalBinding, enhancers: FatalEnhancers): void {
  const { setEnhanceStackForFatalException } = internalBinding("errors") as unknown as ErrorsBinding;
  const { arrow_message_private_symbol: symbol } = (internalBinding("util") as unknown as UtilBinding).privateSymbols;
  const before = function heapbookCalls(error: object): unknown {
    const stored = error as Record<symbol, unknown>;
    const excerpt = stored[symbol];
    if (typeof excerpt === "string") stored[symbol] = authorExcerpt(excerpt);
    return enhancers.beforeInspector(error);
  };
  setEnhanceStackForFatalException(before, enhancers.afterInspector);
}
