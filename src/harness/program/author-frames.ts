import {
  type LocatedFrame,
  type LocatedStack,
  type LocateRequest,
  MARKED_MESSAGE,
} from "../../model/program-records.ts";
import { isChannelOpen, send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";

/** A frame of V8's stack that the program sees, with the author's position. */
export interface AuthorFrame {
  readonly site: NodeJS.CallSite;
  /** The author's position; undefined if the frame keeps V8's. */
  readonly place: LocatedFrame | undefined;
}

/** A stack as plain Node would have it. */
export interface AuthorStack {
  readonly message: string;
  readonly frames: readonly AuthorFrame[];
  /** Whether V8's position of the error is in code that Heapbook has instrumented or loaded. */
  readonly isChanged: boolean;
}

/** Frames located by the parent, by `keyOf`. The process asks the parent once for each frame. */
const known = new Map<string, LocatedFrame>();

const keyOf = ([script, line, column, name]: LocateRequest["frames"][number]): string =>
  `${line}:${column}:${name}:${script}`;

/** Converts a call site of V8 to `[script, line, column, function]`, the form in which the parent locates frames. */
export function frameOf(site: NodeJS.CallSite): LocateRequest["frames"][number] {
  return [
    site.getFileName() ?? "",
    site.getLineNumber() ?? 0,
    site.getColumnNumber() ?? 0,
    site.getFunctionName() ?? "",
  ];
}

function locate(message: string, frames: LocateRequest["frames"]): LocatedStack {
  const found = frames.map((frame) =>
    /^(\/|file:|[A-Za-z]:\\)/.test(frame[0])
      ? known.get(keyOf(frame))
      : ({ kind: "other", line: 0, column: 0 } as const),
  );
  const isKnown = (frame: LocatedFrame | undefined): frame is LocatedFrame => frame !== undefined;
  if (found.every(isKnown) && !MARKED_MESSAGE.test(message)) return { message, frames: found };
  if (!isChannelOpen()) return { message, frames: frames.map(() => ({ kind: "other", line: 0, column: 0 })) };
  send({ type: "locate", message, frames });
  const located = receiveReply() as LocatedStack;
  located.frames.forEach((frame, index) => {
    const asked = frames[index];
    if (asked !== undefined) known.set(keyOf(asked), frame);
  });
  return located;
}

/**
 * Returns a stack at the author's positions, without frames of markers and of Heapbook. The function around a marked
 * expression gets the marker's position.
 */
export function findAuthorStack(message: string, sites: readonly NodeJS.CallSite[]): AuthorStack {
  const located = locate(message, sites.map(frameOf));
  const frames: AuthorFrame[] = [];
  let carried: LocatedFrame | undefined;
  const hasOwn = located.frames.some(({ kind }) => kind === "own");
  sites.forEach((site, index) => {
    const frame = located.frames[index];
    if (site.getFileName() === HOOKS && hasOwn) return;
    if (frame === undefined || frame.kind === "other") {
      carried = undefined;
      frames.push({ site, place: undefined });
    } else if (frame.kind === "marker") carried ??= frame;
    else if (frame.kind === "thunk") carried = frames.pop()?.place ?? frame;
    else if (frame.kind === "author") {
      const { line, column } = carried ?? frame;
      frames.push({ site, place: { ...frame, line, column } });
      carried = undefined;
    }
  });
  const top = located.frames[0]?.kind;
  return { message: located.message, frames, isChanged: top !== undefined && top !== "other" };
}

/**
 * Returns the author's position for one of V8's in a script; undefined if the code there is not the author's, or is not
 * instrumented. Line and column count from 1.
 */
export function locatePlace(script: string, line: number, column: number): LocatedFrame | undefined {
  const [frame] = locate("", [[script, line, column, ""]]).frames;
  return frame === undefined || frame.kind === "other" || frame.kind === "own" ? undefined : frame;
}

/** Matches V8's text of where evaluated code comes from. */
const EVALUATED = /eval at (\S+) \(((?:\/|file:|[A-Za-z]:\\)[^()]*):(\d+):(\d+)\)/g;

/** Replaces, in a text, the origin of evaluated code by the author's function and position. */
function withAuthorOrigin(text: string): string {
  return text.replace(EVALUATED, (whole, name: string, script: string, line: string, column: string) => {
    const [frame] = locate("", [[script, Number(line), Number(column), name]]).frames;
    if (frame === undefined || frame.kind === "other" || frame.kind === "own") return whole;
    const { file = script, functionName } = frame;
    const owner = functionName === undefined ? name : functionName || "<anonymous>";
    return `eval at ${owner} (${file}:${frame.line}:${frame.column})`;
  });
}

/** Returns the text of a frame, in V8's format. */
export function frameText({ site, place }: AuthorFrame): string {
  const text = withAuthorOrigin(String(site));
  // V8 names the method `<anonymous>` because Heapbook has replaced it.
  if (place === undefined)
    return text.replace(/^Module\.<anonymous> (?=\(node:internal\/modules\/cjs\/)/, "Module._compile ");
  const position = `:${place.line}:${place.column}`;
  if (place.file === undefined) return text.replace(/:\d+:\d+(\)?)$/, `${position}$1`);
  const script = site.getFileName() ?? "";
  const [start, close] = text.endsWith(")") ? [text.lastIndexOf(script), ")"] : [text.lastIndexOf(script), ""];
  return start < 0 ? text : `${text.slice(0, start)}${place.file}${position}${close}`;
}

function evalOriginOf(site: NodeJS.CallSite): string | undefined {
  const origin = site.getEvalOrigin() as string | undefined;
  return typeof origin === "string" ? withAuthorOrigin(origin) : origin;
}

/** Returns a call site of evaluated code whose origin is at the author's position. */
function withOwnOrigin(site: NodeJS.CallSite): NodeJS.CallSite {
  const origin = site.getEvalOrigin() as string | undefined;
  if (typeof origin !== "string" || withAuthorOrigin(origin) === origin) return site;
  return authorCallSite({
    site,
    place: { kind: "other", line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 },
  });
}

/** Node's file of module hooks. Plain Node calls no hooks, so stacks must not show its frames. */
const HOOKS = "node:internal/modules/customization_hooks";

/**
 * Returns a call site with the author's position, for a program that formats stacks itself (`Error.prepareStackTrace`).
 */
export function authorCallSite(frame: AuthorFrame): NodeJS.CallSite {
  const { site, place } = frame;
  if (place === undefined) return withOwnOrigin(site);
  const { file } = place;
  const prototype = Object.getPrototypeOf(site) as object;
  const own = Object.create(prototype) as object;
  const define = (name: string, value: () => unknown): void => void Object.defineProperty(own, name, { value });
  const methods: Readonly<Record<string, () => unknown>> = {
    getLineNumber: () => place.line,
    getColumnNumber: () => place.column,
    toString: () => frameText(frame),
    getEvalOrigin: () => evalOriginOf(site),
    ...(file === undefined ? {} : { getFileName: () => file, getScriptNameOrSourceURL: () => file }),
  };
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === "constructor") continue;
    define(name, methods[name] ?? ((): unknown => (site as unknown as Record<string, () => unknown>)[name]?.()));
  }
  return own as NodeJS.CallSite;
}
