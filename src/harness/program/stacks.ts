import { STACK_LIMIT } from "../../model/program-records.ts";
import { assertedMessage } from "./asserted.ts";
import { type AuthorStack, authorCallSite, findAuthorStack, frameText } from "./author-frames.ts";

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/** Most frames of V8 for one frame of the author: its own, a marker's and a thunk's. */
const FRAMES = 3;
/**
 * Values of `Error.stackTraceLimit`: the program's present one, the program's one before, and V8's, which is larger.
 */
const limit = { own: undefined as unknown, before: undefined as unknown, ofV8: undefined as unknown };

/**
 * Gives the program its own `Error.stackTraceLimit` (allocation/instrument/stack-limit.ts). V8's limit is larger, to
 * make room for frames of markers.
 */
function installLimit(): void {
  const set = (value: unknown): void => {
    limit.before = limit.own;
    limit.own = value;
    limit.ofV8 = typeof value === "number" ? FRAMES * value : value;
    Error.stackTraceLimit = limit.ofV8 as number;
  };
  set(Error.stackTraceLimit);
  Object.defineProperty(Error, STACK_LIMIT, {
    configurable: true,
    enumerable: false,
    get: () => (Error.stackTraceLimit === limit.ofV8 ? limit.own : Error.stackTraceLimit),
    set,
  });
}

/**
 * Cuts a stack to the number of frames under plain Node. V8 formats a stack when it is read, and the limit may have
 * changed since the error was made.
 */
function cut<T>(frames: readonly T[], ofV8: number): readonly T[] {
  const { own, before } = limit;
  if (typeof before === "number" && ofV8 === FRAMES * before) return frames.slice(0, before);
  return Error.stackTraceLimit === limit.ofV8 && typeof own === "number" ? frames.slice(0, own) : frames;
}

// Copied before the program may replace them.
const { toString: toText } = Error.prototype;
const { captureStackTrace } = Error;

/** Whether Heapbook itself reads the frames, so that V8 must not format them. */
let isReadingSites = false;
const giveSites: Prepare = (_error, sites) => sites;

/**
 * Returns V8's frames of the callers of a function, the nearest first.
 * @param below the function
 * @param count most frames returned
 */
export function readSites(below: (...values: never[]) => unknown, count: number): readonly NodeJS.CallSite[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = count;
  isReadingSites = true;
  try {
    const holder: { stack?: unknown } = {};
    captureStackTrace(holder, below);
    return holder.stack as NodeJS.CallSite[];
  } finally {
    isReadingSites = false;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * Errors whose position, as V8 reports it, is in code that Heapbook has changed. Node prints that code if the error is
 * uncaught.
 */
const changed = new WeakSet<object>();

/** Errors whose stack V8 has formatted, and whose position is in code as the author wrote it. */
const unchanged = new WeakSet<object>();

/** Errors whose stack only Heapbook has read, to correct names in the message. */
const named = new WeakSet<object>();

/** Whether Node would print code that Heapbook has changed, if this error is uncaught. */
export function isChangedError(error: object): boolean {
  return changed.has(error);
}

/**
 * Whether V8 formatted the stack of an error (which has been read). Otherwise the program made `stack` itself, which
 * then does not tell where the object was thrown.
 */
export function isFormattedError(error: object): boolean {
  return changed.has(error) || unchanged.has(error);
}

/**
 * Whether the program or Node has read the stack of an error in changed code. V8 then no longer knows where the error
 * was made.
 */
export function isReadError(error: object): boolean {
  return changed.has(error) && !named.has(error);
}

/** Whether an error is one of Node's own. The first line of its stack contains its code. */
function isNodeError(error: object): boolean {
  for (let each: unknown = error; typeof each === "object" && each !== null; each = Object.getPrototypeOf(each)) {
    if (Object.getOwnPropertySymbols(each).some(({ description }) => description === "kIsNodeError")) return true;
  }
  return false;
}

/** Returns the first line of a stack, as Node writes it. */
function headOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && isNodeError(error)) return `${error.name} [${code}]: ${error.message}`;
  return toText.call(error);
}

/** Replaces the names of markers in the message of an error by the author's names. */
function nameInMessage(error: Error, message: string): void {
  const own = Object.getOwnPropertyDescriptor(error, "message");
  if (own?.writable !== true || own.value === message) return;
  Object.defineProperty(error, "message", { ...own, value: message });
}

function authorStackOf(error: Error, sites: NodeJS.CallSite[]): AuthorStack {
  const message = Object.getOwnPropertyDescriptor(error, "message")?.value as unknown;
  const stack = findAuthorStack(typeof message === "string" ? message : "", sites);
  if (typeof message === "string") {
    const asserted = assertedMessage(error, message, sites);
    nameInMessage(error, asserted === message ? stack.message : asserted);
  }
  if (stack.isChanged) changed.add(error);
  else unchanged.add(error);
  return { ...stack, frames: cut(stack.frames, sites.length) };
}

/** Prototype of V8's own errors that name an expression (TypeError of the program's realm). */
const { prototype: refusals } = TypeError;

/**
 * Corrects an error of V8 that names a parameter of a marker: reading the stack puts the author's name into the
 * message. Returns the error.
 */
function nameError(error: unknown): unknown {
  if (typeof error !== "object" || error === null || Object.getPrototypeOf(error) !== refusals) return error;
  const message = Object.getOwnPropertyDescriptor(error, "message")?.value as unknown;
  if (typeof message === "string" && /\$(?:hb|\d)| is not a function$/.test(message) && !changed.has(error)) {
    void (error as Error).stack;
    named.add(error);
  }
  return error;
}

/** Defines `$hbNamed`, which markers call with each error that they throw. */
function installNames(): void {
  Object.defineProperty(globalThis, "$hbNamed", { value: nameError, enumerable: false, configurable: true });
}

/**
 * Makes Node's formatters of single errors use the author's frames, if they return a text. Formatters that return
 * something else, as those of `node:assert`, get V8's frames (asserted.ts).
 * @param overrides Node's map of formatters, by error
 */
export function installOverrides(overrides: object): void {
  const { set } = overrides as WeakMap<object, Prepare>;
  const sets = function heapbookCalls(this: unknown, key: object, format: Prepare): unknown {
    const own: Prepare = function heapbookCalls(error, sites) {
      const text = format(error, sites);
      return typeof text === "string" ? format(error, authorStackOf(error, sites).frames.map(authorCallSite)) : text;
    };
    return set.call(overrides as WeakMap<object, Prepare>, key, own);
  };
  Object.defineProperty(overrides, "set", { value: sets, configurable: true, writable: true });
}

/**
 * Makes stacks of errors equal to those of plain Node: without markers, with the author's positions and names. A
 * program that formats stacks itself (`Error.prepareStackTrace`) gets the same frames.
 */
export function installStacks(): void {
  installLimit();
  installNames();
  const prepare: Prepare = function heapbookCalls(error, sites) {
    const { frames } = authorStackOf(error, sites);
    const head = headOf(error);
    if (frames.length === 0) return head;
    return `${head}\n    at ${frames.map(frameText).join("\n    at ")}`;
  };
  let current = prepare;
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    enumerable: false,
    get: () => (isReadingSites ? giveSites : current),
    set: (value: unknown) => {
      if (typeof value !== "function") current = prepare;
      else if (wrappers.has(value as Prepare)) current = value as Prepare;
      else {
        const format = value as Prepare;
        const wrapper: Prepare = function heapbookCalls(error, sites) {
          return format.call(Error, error, authorStackOf(error, sites).frames.map(authorCallSite));
        };
        wrappers.add(wrapper);
        current = wrapper;
      }
    },
  });
  const wrappers = new WeakSet<Prepare>([prepare]);
}
