import { readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isChangedError, isFormattedError, isReadError } from "./stacks.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const { inspect } = process.getBuiltinModule("node:util");

const FRAME = /^[ \t]+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+):(\d+)\)?$/;
/** Start of a line in which a statement throws what is made or called right after. */
const THROWS = /\bthrow\s+(?:new\s+|await\s+)?[\w$.]*$/;
/** Code that makes an error. */
const MAKES = /^(?:new\s|\w*Error\()/;

interface Excerpt {
  readonly place: string;
  readonly text: string;
  /** The line before V8's position. */
  readonly start: string;
}

/** The author's line of a frame; undefined for a frame without a file that can be read. */
function excerptOfFrame(frame: string): Excerpt | undefined {
  const [, location = "", line = "", column = ""] = FRAME.exec(frame) ?? [];
  if (location === "") return undefined;
  try {
    const path = location.startsWith("file:") ? fileURLToPath(location) : location;
    const text = readFileSync(path, "utf8").split("\n")[Number(line) - 1];
    return text === undefined
      ? undefined
      : { place: `${location}:${line}`, text, start: text.slice(0, Number(column) - 1) };
  } catch {
    return undefined;
  }
}

/**
 * The line of the author's file above an error, with a mark below its column, as Node prints them; empty where there is none.
 * @param isThrown whether a statement threw the error: the mark is below `throw`, which may be in a function that called the one that made
 *   the error. That of a rejection is where the error was made.
 */
function excerptOf(stack: string, isThrown: boolean): string {
  const frames = stack.split("\n").filter((line) => FRAME.test(line));
  const made = excerptOfFrame(frames[0] ?? "");
  if (made === undefined) return "";
  // An error that the code at its place does not make is V8's own, thrown there.
  const isMade = MAKES.test(made.text.slice(made.start.length));
  const isThrowing = (each: Excerpt | undefined): each is Excerpt => each !== undefined && THROWS.test(each.start);
  const throwing = isThrown && isMade ? frames.map(excerptOfFrame).find(isThrowing) : undefined;
  const { place, text, start } = throwing ?? made;
  const before = start.replace(throwing === undefined ? /$/ : THROWS, "").replace(/[^\t]/g, " ");
  return `${place}\n${text.trimEnd()}\n${before}^\n\n`;
}

/**
 * What Node prints for a thrown value that does not say where it was thrown, without the line of code: V8 knows the instrumented line
 * only, and no function returns the author's.
 */
function describeThrown(value: unknown, options: object): string {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  const name = process.argv0.replace(/^.*[/\\]|\.[^./\\]*$/g, "");
  const hint = `(Use \`${name} --trace-uncaught ...\` to show where the exception was thrown)`;
  const text = isObject ? inspect(value, options) : `${String(value)}\n${hint}`;
  return `${text}\n\nNode.js ${process.version}\n`;
}

/**
 * What Node prints for an uncaught error, with the author's code in place of the instrumented; undefined where Node itself prints none
 * of Heapbook's code.
 * @param origin as listeners of `uncaughtException` get it
 */
export function describeUncaught(error: unknown, origin: unknown): string | undefined {
  const isRejection = origin === "unhandledRejection";
  const colors = process.stderr.isTTY === true && process.stderr.hasColors();
  const options = { colors, customInspect: false, depth: Math.max(inspect.defaultOptions.depth ?? 5, 5) };
  if (typeof error !== "object" || error === null) return isRejection ? undefined : describeThrown(error, options);
  // Above an AssertionError, which Node throws, and above a rejection whose stack was read before, Node prints its own code.
  const isAssertion = (error as NodeJS.ErrnoException).code === "ERR_ASSERTION";
  if ((isAssertion || isRejection) && isReadError(error)) return undefined;
  const { stack } = error as { readonly stack?: unknown };
  if (!isFormattedError(error)) {
    // Of a stack that the program has written itself, or of another realm.
    const excerpt = typeof stack === "string" ? excerptOf(stack, true) : "";
    return isRejection ? undefined : `${excerpt}${describeThrown(error, options)}`;
  }
  if (typeof stack !== "string" || !isChangedError(error)) return undefined;
  return `${excerptOf(stack, !isRejection)}${inspect(error, options)}\n\nNode.js ${process.version}\n`;
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
