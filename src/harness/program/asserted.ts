/**
 * Corrects the message of a failed `assert(value)`. Node quotes the instrumented code in it; the author's code must
 * stand there.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import type { AssertedRequest, AssertedText } from "../../model/program-records.ts";
import { isChannelOpen, send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";
import { frameOf } from "./author-frames.ts";

/** Start of each message in which Node quotes the program. */
const QUOTES = "The expression evaluated to a falsy value:\n\n  ";

type AssertionConstructor = new (options: {
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string;
}) => Error;

const readOwn = (error: Error, key: string): unknown => Object.getOwnPropertyDescriptor(error, key)?.value;

/** What this version of Node quotes: the line or the whole call. Undefined until an assertion fails. */
let quoted: AssertedRequest["quoted"] | undefined;
let isTrying = false;

/**
 * Finds what this version of Node quotes, by a failing assertion in a file that does not exist. Node 22 and later quote
 * the line known to V8. Earlier versions quote the whole call from the caller's file; if there is no such file, the
 * message is `0 == true`.
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

/** Returns Node's message for a failed assertion whose expression it cannot find: `0 == true`. */
function messageWithoutExpression(error: Error): string {
  const prototype = Object.getPrototypeOf(error) as { readonly constructor: AssertionConstructor };
  const [actual, expected] = [readOwn(error, "actual"), readOwn(error, "expected")];
  return new prototype.constructor({ actual, expected, operator: "==" }).message;
}

/** Whether Node generated the message of an error, for `assert(value)` or `assert.equal(value, true)`. */
function isGenerated(error: Error, message: string): boolean {
  if (readOwn(error, "code") !== "ERR_ASSERTION" || readOwn(error, "operator") !== "==") return false;
  return (
    readOwn(error, "expected") === true && (message.startsWith(QUOTES) || readOwn(error, "generatedMessage") === true)
  );
}

/**
 * Returns the message that an error of `assert(value)` has under plain Node; the same message for all other errors.
 * Node quotes the code at V8's position of the call, which is instrumented. Must be called when V8 formats the stack,
 * which is when Node makes the error.
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
