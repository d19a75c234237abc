import { readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { isChangedError, isReadError } from "./stacks.ts";

const FRAME = /^[ \t]+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+):(\d+)\)?$/m;

/**
 * The line of the author's file above an error, with a mark below its column, as Node prints them; empty where there is none.
 * @param isThrown whether a statement threw the error, so that V8's position is that of `throw`; that of a rejection is the error's own
 */
function excerptOf(stack: string, isThrown: boolean): string {
  const [, location = "", line = "", column = ""] = FRAME.exec(stack) ?? [];
  if (location === "") return "";
  try {
    const path = location.startsWith("file:") ? fileURLToPath(location) : location;
    const text = readFileSync(path, "utf8").split("\n")[Number(line) - 1];
    if (text === undefined) return "";
    const start = text.slice(0, Number(column) - 1);
    const before = (isThrown ? start.replace(/\bthrow\s+$/, "") : start).replace(/[^\t]/g, " ");
    return `${location}:${line}\n${text.trimEnd()}\n${before}^\n\n`;
  } catch {
    return "";
  }
}

/**
 * What Node prints for an uncaught error, with the author's code in place of the instrumented; undefined where Node itself prints none
 * of Heapbook's code.
 * @param origin as listeners of `uncaughtException` get it
 */
export function describeUncaught(error: unknown, origin: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  // Above a rejection whose stack was read before, as that of every AssertionError, Node prints its own code.
  if (origin === "unhandledRejection" && isReadError(error)) return undefined;
  const { stack } = error as { readonly stack?: unknown };
  if (typeof stack !== "string" || !isChangedError(error)) return undefined;
  const colors = process.stderr.isTTY === true && process.stderr.hasColors();
  const depth = Math.max(inspect.defaultOptions.depth ?? 5, 5);
  return `${excerptOf(stack, origin !== "unhandledRejection")}${inspect(error, { colors, customInspect: false, depth })}\n\nNode.js ${process.version}\n`;
}

/** Prints text on stderr, at once and whole. */
export function printNow(text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(2, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
    }
  }
}
