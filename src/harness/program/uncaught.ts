import { readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isChangedError, isFormattedError, isReadError } from "./stacks.ts";

// `import` of node:util would run all its getters: from Node 22 on they make process.stderr and load 0.4 MB.
const {
  inspect,
  types: { isNativeError },
} = process.getBuiltinModule("node:util");

const FRAME = /^[ \t]+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+):(\d+)\)?$/;
/** Matches the start of a line up to a call or `new` whose result is thrown. */
const THROWS = /\bthrow\s+(?:new\s+|await\s+)?[\w$.]*$/;
/** Matches code that makes an error. */
const MAKES = /^(?:new\s|\w*Error\()/;

interface Excerpt {
  readonly place: string;
  readonly text: string;
  /** The text of the line before V8's position. */
  readonly start: string;
}

/** Returns the author's line of a stack frame; undefined if the frame's file cannot be read. */
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
 * Returns the excerpt that Node prints above an error: place, line of the author's file, and a mark below the column.
 * Empty if there is none.
 * @param isThrown whether a statement threw the error: the mark is then below `throw`, maybe in a caller of the
 * function that made the error. For a rejection, the mark is where the error was made.
 */
function excerptOf(stack: string, isThrown: boolean): string {
  const frames = stack.split("\n").filter((line) => FRAME.test(line));
  const made = excerptOfFrame(frames[0] ?? "");
  if (made === undefined) return "";
  // If the code at V8's position does not make an error, V8 itself threw the error at this position.
  const isMade = MAKES.test(made.text.slice(made.start.length));
  const isThrowing = (each: Excerpt | undefined): each is Excerpt => each !== undefined && THROWS.test(each.start);
  const throwing = isThrown && isMade ? frames.map(excerptOfFrame).find(isThrowing) : undefined;
  const { place, text, start } = throwing ?? made;
  const before = start.replace(throwing === undefined ? /$/ : THROWS, "").replace(/[^\t]/g, " ");
  return `${place}\n${text.trimEnd()}\n${before}^\n\n`;
}

/**
 * Returns what Node prints for a thrown value without a stack. The line of code is left out: V8 knows only the
 * instrumented line, and no function returns the author's.
 */
function describeThrown(value: unknown, options: object): string {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  const name = process.argv0.replace(/^.*[/\\]|\.[^./\\]*$/g, "");
  const hint = `(Use \`${name} --trace-uncaught ...\` to show where the exception was thrown)`;
  const text = isObject ? inspect(value, options) : `${String(value)}\n${hint}`;
  return `${text}\n\nNode.js ${process.version}\n`;
}

/**
 * Returns what Node prints for an uncaught error, with the author's code in place of the instrumented code. Undefined
 * if Node's own print shows no instrumented code.
 * @param origin second argument of listeners of `uncaughtException`
 */
export function describeUncaught(error: unknown, origin: unknown): string | undefined {
  const isRejection = origin === "unhandledRejection";
  const colors = process.stderr.isTTY === true && process.stderr.hasColors();
  const options = { colors, customInspect: false, depth: Math.max(inspect.defaultOptions.depth ?? 5, 5) };
  if (typeof error !== "object" || error === null) return isRejection ? undefined : describeThrown(error, options);
  // Node stores the excerpt of an Error that is thrown, and excerpts.ts corrects it.
  if (!isRejection && isNativeError(error)) return undefined;
  // For a rejection whose stack was read, Node prints its own code above.
  if (isRejection && isReadError(error)) return undefined;
  const { stack } = error as { readonly stack?: unknown };
  if (!isFormattedError(error)) {
    // The program wrote the stack itself, or the error is of another realm.
    const excerpt = typeof stack === "string" ? excerptOf(stack, true) : "";
    return isRejection ? undefined : `${excerpt}${describeThrown(error, options)}`;
  }
  if (typeof stack !== "string" || !isChangedError(error)) return undefined;
  return `${excerptOf(stack, !isRejection)}${inspect(error, options)}\n\nNode.js ${process.version}\n`;
}

/** Prints text on stderr synchronously, all of it. */
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
