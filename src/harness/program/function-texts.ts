import type { FunctionTextRequest } from "../../model/program-records.ts";
import { isChannelOpen, send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";

// Copied before the program may replace it.
const { toString: toText } = Function.prototype;

/** Source text to show for each function of Heapbook that replaces one of Node or V8. */
const disguised = new WeakMap<object, string>();
/** The author's texts of functions, by instrumented text. */
const known = new Map<string, string>();

/** Gives a function of Heapbook the name, length and source text of the function that it replaces. */
export function disguise(own: object, original: unknown): void {
  const { name, length } = original as { readonly name: string; readonly length: number };
  Object.defineProperty(own, "name", { value: name, configurable: true });
  Object.defineProperty(own, "length", { value: length, configurable: true });
  disguised.set(own, toText.call(original as () => unknown));
}

/**
 * Returns the author's text of a function, from the parent. A program may run the text elsewhere (a page, a worker),
 * where markers are undefined.
 */
function authorText(text: string): string {
  const found = known.get(text);
  if (found !== undefined || !isChannelOpen()) return found ?? text;
  const request: FunctionTextRequest = { type: "function-text", text };
  send(request);
  const reply = (receiveReply() as { readonly text: string | null }).text ?? text;
  known.set(text, reply);
  return reply;
}

/** Makes `Function.prototype.toString` return the author's text instead of the instrumented text. */
export function installFunctionTexts(): void {
  const { prototype } = Function;
  const own = function heapbookCalls(this: () => unknown): string {
    const text = toText.call(this);
    if (typeof this !== "function") return text;
    const other = disguised.get(this);
    if (other !== undefined) return other;
    return text.includes("$hb") ? authorText(text) : text;
  };
  disguise(own, toText);
  Object.defineProperty(prototype, "toString", { value: own, configurable: true, enumerable: false, writable: true });
}
