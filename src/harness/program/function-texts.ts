import type { FunctionTextRequest } from "../../model/program-records.ts";
import { isChannelOpen, send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";

// Taken before the program may replace it.
const { toString: toText } = Function.prototype;

/** Texts of functions of Heapbook that stand in the place of Node's or V8's. */
const disguised = new WeakMap<object, string>();
/** Texts that are known already, by instrumented text. */
const known = new Map<string, string>();

/** Makes a function of Heapbook look like the function whose place it takes. */
export function disguise(own: object, original: unknown): void {
  const { name, length } = original as { readonly name: string; readonly length: number };
  Object.defineProperty(own, "name", { value: name, configurable: true });
  Object.defineProperty(own, "length", { value: length, configurable: true });
  disguised.set(own, toText.call(original as () => unknown));
}

/** The author's text of a function: a program may send it elsewhere, as to a page or a worker, where no marker is defined. */
function authorText(text: string): string {
  const found = known.get(text);
  if (found !== undefined || !isChannelOpen()) return found ?? text;
  const request: FunctionTextRequest = { type: "function-text", text };
  send(request);
  const reply = (receiveReply() as { readonly text: string | null }).text ?? text;
  known.set(text, reply);
  return reply;
}

/** Makes `Function.prototype.toString` give the author's text instead of the instrumented one. */
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
