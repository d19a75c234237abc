import { STACK_LIMIT } from "../../model/program-records.ts";
import { assertedMessage } from "./asserted.ts";
import { type AuthorStack, authorCallSite, findAuthorStack, frameText } from "./author-frames.ts";

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/** Frames of V8's for each of the author's, at most: that of a marker and that of a thunk. */
const FRAMES = 3;
/** The program's own `Error.stackTraceLimit`, the one before, and V8's, which is larger. */
const limit = { own: undefined as unknown, before: undefined as unknown, ofV8: undefined as unknown };

/** Gives the program its own limit of frames (allocation/instrument/stack-limit.ts), whose value other code does not change. */
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

/** As many frames as plain Node has. V8 formats a stack when it is read: the limit may have been another when it was made. */
function cut<T>(frames: readonly T[], ofV8: number): readonly T[] {
  const { own, before } = limit;
  if (typeof before === "number" && ofV8 === FRAMES * before) return frames.slice(0, before);
  return Error.stackTraceLimit === limit.ofV8 && typeof own === "number" ? frames.slice(0, own) : frames;
}

// Taken before the program may replace it.
const { toString: toText } = Error.prototype;
const { captureStackTrace } = Error;

/** Whether Heapbook reads the frames themselves, so that nothing formats them. */
let isReadingSites = false;
const giveSites: Prepare = (_error, sites) => sites;

/**
 * The frames of V8 that called a function, the nearest first.
 * @param count frames at most
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

/** Errors whose position, as V8 knows it, is in code that Heapbook has changed: Node would print that code. */
const changed = new WeakSet<object>();

/** Errors whose stack V8 has formatted, and whose position is in code as its author wrote it. */
const unchanged = new WeakSet<object>();

/** Errors whose stack only Heapbook has read, for the names in their message. */
const named = new WeakSet<object>();

/** Whether Node would print code that Heapbook has changed above an uncaught error. */
export function isChangedError(error: object): boolean {
  return changed.has(error);
}

/**
 * Whether the stack of an error, which has been read, is V8's. That of another object is the program's own: it does not say where the
 * object was thrown.
 */
export function isFormattedError(error: object): boolean {
  return changed.has(error) || unchanged.has(error);
}

/** Whether the program or Node has read the stack of such an error: V8 then no longer knows where it was made. */
export function isReadError(error: object): boolean {
  return changed.has(error) && !named.has(error);
}

/** Whether an error is one of Node's own, whose code stands in the first line of its stack. */
function isNodeError(error: object): boolean {
  for (let each: unknown = error; typeof each === "object" && each !== null; each = Object.getPrototypeOf(each)) {
    if (Object.getOwnPropertySymbols(each).some(({ description }) => description === "kIsNodeError")) return true;
  }
  return false;
}

/** The first line of a stack, as Node writes it. */
function headOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && isNodeError(error)) return `${error.name} [${code}]: ${error.message}`;
  return toText.call(error);
}

/** Gives the message the names of the author's in place of those of markers. */
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

/** The prototype of V8's own errors that name an expression; of the program's realm. */
const { prototype: refusals } = TypeError;

/** Gives an error of V8 that names a parameter of a marker the author's name, which is found when the stack is formatted. */
function nameError(error: unknown): unknown {
  if (typeof error !== "object" || error === null || Object.getPrototypeOf(error) !== refusals) return error;
  const message = Object.getOwnPropertyDescriptor(error, "message")?.value as unknown;
  if (typeof message === "string" && /\$(?:hb|\d)| is not a function$/.test(message) && !changed.has(error)) {
    void (error as Error).stack;
    named.add(error);
  }
  return error;
}

/** Defines `$hbNamed`, which markers call with an error that they throw. */
function installNames(): void {
  Object.defineProperty(globalThis, "$hbNamed", { value: nameError, enumerable: false, configurable: true });
}

/**
 * Gives Node's own formatters of single errors the author's frames, where they make a text. Those that take the frames themselves, as
 * `node:assert` does, get V8's (asserted.ts).
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
 * Makes stacks of errors those of plain Node: without markers, at the author's positions, with names of the author's. A program that
 * formats stacks itself (`Error.prepareStackTrace`) gets the same frames.
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
