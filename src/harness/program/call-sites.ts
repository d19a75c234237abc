/**
 * Returns the author's positions of callers where Node asks V8 for them without a stack: `location` of tests of
 * `node:test`, and `util.getCallSites()`.
 */
import { type AuthorFrame, findAuthorStack, frameOf } from "./author-frames.ts";
import { disguise } from "./function-texts.ts";
import type { InternalBinding } from "./internals.ts";
import { readSites } from "./stacks.ts";

/** A frame as `util.getCallSites()` returns it. Node 22 and later have the column under two names. */
interface CallSiteRecord {
  readonly functionName: string;
  readonly scriptName: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
  readonly column?: number;
}
/** Position of a caller: `[line, column, script]`. */
type CallerLocation = [number, number, string];

interface UtilBinding {
  getCallerLocation?: () => CallerLocation | undefined;
  /** Only in Node 22 and later. */
  getCallSites?: (count: number) => CallSiteRecord[];
}

/**
 * Number of V8's frames to read for `count` frames of the author: at most three for each (stacks.ts), and one of Node
 * and one of Heapbook.
 */
const framesFor = (count: number): number => 3 * count + 2;

function locationOf({ site, place }: AuthorFrame): CallerLocation {
  const [script, line, column] = frameOf(site);
  return place === undefined ? [line, column, script] : [place.line, place.column, place.file ?? script];
}

/** Wraps a frame as a call site with the methods needed to locate the author's frame. */
function siteOf(record: CallSiteRecord): NodeJS.CallSite {
  const site = {
    getFileName: () => record.scriptName,
    getLineNumber: () => record.lineNumber,
    getColumnNumber: () => record.columnNumber ?? record.column ?? 0,
    getFunctionName: () => record.functionName,
  };
  return site as unknown as NodeJS.CallSite;
}

function withPlace(record: CallSiteRecord, { place }: AuthorFrame): CallSiteRecord {
  if (place === undefined) return record;
  const { line, column, file } = place;
  return {
    ...record,
    ...(file === undefined ? {} : { scriptName: file }),
    lineNumber: line,
    ...(record.columnNumber === undefined ? {} : { columnNumber: column }),
    ...(record.column === undefined ? {} : { column }),
  };
}

function hookCallerLocation(binding: UtilBinding): void {
  const { getCallerLocation } = binding;
  if (getCallerLocation === undefined) return;
  const own = function heapbookCalls(): CallerLocation | undefined {
    // The first frame is the function of Node that asks for its caller.
    const sites = readSites(own, framesFor(1)).slice(1);
    const [caller] = findAuthorStack("", sites).frames;
    return caller === undefined ? undefined : locationOf(caller);
  };
  disguise(own, getCallerLocation);
  binding.getCallerLocation = own;
}

function hookCallSites(binding: UtilBinding): void {
  const { getCallSites } = binding;
  if (getCallSites === undefined) return;
  const own = function heapbookCalls(count: number): CallSiteRecord[] {
    // V8's function omits its caller. That caller is now this function instead of Node's, so Node's frame is removed
    // here.
    const [, ...records] = getCallSites(framesFor(count));
    const recordOf = new Map(records.map((record) => [siteOf(record), record]));
    return findAuthorStack("", [...recordOf.keys()])
      .frames.slice(0, count)
      .flatMap((frame) => {
        const record = recordOf.get(frame.site);
        return record === undefined ? [] : [withPlace(record, frame)];
      });
  };
  disguise(own, getCallSites);
  binding.getCallSites = own;
}

/**
 * Makes `getCallerLocation()` and `getCallSites()` of Node return the positions of the author. Must run before the
 * program loads `node:test`, which copies the former.
 */
export function installCallSites(internalBinding: InternalBinding): void {
  const binding = internalBinding("util") as UtilBinding;
  hookCallerLocation(binding);
  hookCallSites(binding);
}
