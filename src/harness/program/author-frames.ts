import {
  type LocatedFrame,
  type LocatedStack,
  type LocateRequest,
  MARKED_MESSAGE,
} from "../../model/program-records.ts";
import { isChannelOpen, send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";

/** A frame of a stack that stays, at the author's position. */
export interface AuthorFrame {
  readonly site: NodeJS.CallSite;
  /** Undefined where the frame stays as V8 has it. */
  readonly place: LocatedFrame | undefined;
}

/** A stack as plain Node would have it. */
export interface AuthorStack {
  readonly message: string;
  readonly frames: readonly AuthorFrame[];
  /** Whether V8's own position of the error is in code that Heapbook has changed or loaded. */
  readonly isChanged: boolean;
}

/** Cache of located frames, so that the process asks the parent once for each. */
const known = new Map<string, LocatedFrame>();

const keyOf = ([script, line, column, name]: LocateRequest["frames"][number]): string =>
  `${line}:${column}:${name}:${script}`;

/** A frame as V8 has it. */
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
 * A stack without the frames of markers and of Heapbook, at the author's positions: the function that contains the expression of a
 * marker gets the marker's position.
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

/** Where V8 says that evaluated code comes from. */
const EVALUATED = /eval at (\S+) \(((?:\/|file:|[A-Za-z]:\\)[^()]*):(\d+):(\d+)\)/g;

/** Text in which the origin of evaluated code is the author's: the author's function in the place of a marker, at the author's position. */
function withAuthorOrigin(text: string): string {
  return text.replace(EVALUATED, (whole, name: string, script: string, line: string, column: string) => {
    const [frame] = locate("", [[script, Number(line), Number(column), name]]).frames;
    if (frame === undefined || frame.kind === "other" || frame.kind === "own") return whole;
    const { file = script, functionName } = frame;
    const owner = functionName === undefined ? name : functionName || "<anonymous>";
    return `eval at ${owner} (${file}:${frame.line}:${frame.column})`;
  });
}

/** The text of a frame, as V8 writes it. */
export function frameText({ site, place }: AuthorFrame): string {
  const text = withAuthorOrigin(String(site));
  // Node's function is no longer the method of this name.
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

/** A call site of evaluated code, whose origin is the author's. */
function withOwnOrigin(site: NodeJS.CallSite): NodeJS.CallSite {
  const origin = site.getEvalOrigin() as string | undefined;
  if (typeof origin !== "string" || withAuthorOrigin(origin) === origin) return site;
  return authorCallSite({
    site,
    place: { kind: "other", line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 },
  });
}

/** Frames of Node's hooks of modules, which plain Node does not call. */
const HOOKS = "node:internal/modules/customization_hooks";

/** A call site for a program that formats stacks itself. */
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
