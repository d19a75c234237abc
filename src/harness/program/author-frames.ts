import type { LocatedFrame, LocatedStack, LocateRequest } from "../../model/program-records.ts";
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

/** Frames that are known, so that a program which reads many stacks asks for each of its positions once. */
const known = new Map<string, LocatedFrame>();

const keyOf = ([script, line, column, name]: LocateRequest["frames"][number]): string =>
  `${line}:${column}:${name}:${script}`;

function describe(site: NodeJS.CallSite): LocateRequest["frames"][number] {
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
  if (found.every(isKnown) && !message.includes("$")) return { message, frames: found };
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
  const located = locate(message, sites.map(describe));
  const frames: AuthorFrame[] = [];
  let carried: LocatedFrame | undefined;
  sites.forEach((site, index) => {
    const frame = located.frames[index];
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

/** The text of a frame, as V8 writes it. */
export function frameText({ site, place }: AuthorFrame): string {
  const text = String(site);
  if (place === undefined) return text;
  const position = `:${place.line}:${place.column}`;
  if (place.file === undefined) return text.replace(/:\d+:\d+(\)?)$/, `${position}$1`);
  const script = site.getFileName() ?? "";
  const [start, close] = text.endsWith(")") ? [text.lastIndexOf(script), ")"] : [text.lastIndexOf(script), ""];
  return start < 0 ? text : `${text.slice(0, start)}${place.file}${position}${close}`;
}

/** A call site for a program that formats stacks itself. */
export function authorCallSite(frame: AuthorFrame): NodeJS.CallSite {
  const { site, place } = frame;
  if (place === undefined) return site;
  const { file } = place;
  const prototype = Object.getPrototypeOf(site) as object;
  const own = Object.create(prototype) as object;
  const define = (name: string, value: () => unknown): void => void Object.defineProperty(own, name, { value });
  const methods: Readonly<Record<string, () => unknown>> = {
    getLineNumber: () => place.line,
    getColumnNumber: () => place.column,
    toString: () => frameText(frame),
    ...(file === undefined ? {} : { getFileName: () => file, getScriptNameOrSourceURL: () => file }),
  };
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === "constructor") continue;
    define(name, methods[name] ?? ((): unknown => (site as unknown as Record<string, () => unknown>)[name]?.()));
  }
  return own as NodeJS.CallSite;
}
