/** What `assert(value)` quotes of the program: the author's code in the place of the instrumented one. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import type { AssertedRequest, AssertedText } from "../../model/program-records.ts";
import { isChannelOpen, send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";
import { frameOf } from "./author-frames.ts";

/** How Node begins a message that quotes the program. */
const QUOTES = "The expression evaluated to a falsy value:\n\n  ";

type AssertionConstructor = new (options: {
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string;
}) => Error;

const readOwn = (error: Error, key: string): unknown => Object.getOwnPropertyDescriptor(error, key)?.value;

/** What this Node quotes; undefined until an assertion fails. */
let quoted: AssertedRequest["quoted"] | undefined;
let isTrying = false;

/**
 * Finds out what this Node quotes, from an assertion in a file that does not exist. Node 22 and later quote the line that V8 has; Node
 * before reads the file of the caller for the whole call, finds no file, and writes `0 == true`.
 */
function findQuoted(): AssertedRequest["quoted"] {
  const { ok } = createRequire(join(process.cwd(), "_"))("node:assert") as { ok(value: unknown): void };
  const fails = runInThisContext("(ok) => ok(0)", { filename: "/heapbook-none.js" }) as (own: typeof ok) => void;
  isTrying = true;
  try {
    fails(ok);
    return "line";
  } catch (error) {
    return (error as Error).message.startsWith(QUOTES) ? "line" : "call";
  } finally {
    isTrying = false;
  }
}

/** The message of Node for a failed assertion of which it finds no expression: `0 == true`. */
function messageWithoutExpression(error: Error): string {
  const prototype = Object.getPrototypeOf(error) as { readonly constructor: AssertionConstructor };
  const [actual, expected] = [readOwn(error, "actual"), readOwn(error, "expected")];
  return new prototype.constructor({ actual, expected, operator: "==" }).message;
}

/** Whether Node has made the message of an error from `assert(value)` or `assert.equal(value, true)`. */
function isGenerated(error: Error, message: string): boolean {
  if (readOwn(error, "code") !== "ERR_ASSERTION" || readOwn(error, "operator") !== "==") return false;
  return (
    readOwn(error, "expected") === true && (message.startsWith(QUOTES) || readOwn(error, "generatedMessage") === true)
  );
}

/**
 * The message of an error as plain Node has it, where the error is of `assert(value)`: Node takes its text from V8's position of the call,
 * which is in instrumented code. The same message for all other errors. Must be called when V8 formats the stack, which is when Node makes
 * the error.
 */
export function assertedMessage(error: Error, message: string, sites: readonly NodeJS.CallSite[]): string {
  const [site] = sites;
  if (site === undefined || isTrying || !isGenerated(error, message) || !isChannelOpen()) return message;
  quoted ??= findQuoted();
  const isQuoting = message.startsWith(QUOTES);
  if (quoted === "line" && !isQuoting) return message;
  const request: AssertedRequest = { type: "asserted", frame: frameOf(site), quoted, isQuoting };
  send(request);
  const { text } = receiveReply() as AssertedText;
  if (text === null) return message;
  if (text !== "") return `${QUOTES}${text}\n`;
  return isQuoting ? messageWithoutExpression(error) : message;
}
