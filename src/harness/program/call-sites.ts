/** Positions of callers that Node asks V8 for without a stack: `location` of tests of `node:test`, and `util.getCallSites()`. */
import { type AuthorFrame, findAuthorStack, frameOf } from "./author-frames.ts";
import { disguise } from "./function-texts.ts";
import type { InternalBinding } from "./internals.ts";
import { readSites } from "./stacks.ts";

/** As `util.getCallSites()` gives a frame; Node 22 and later have the column under two names. */
interface CallSiteRecord {
  readonly functionName: string;
  readonly scriptName: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
  readonly column?: number;
}
/** `[line, column, script]`. */
type CallerLocation = [number, number, string];

interface UtilBinding {
  getCallerLocation?: () => CallerLocation | undefined;
  /** Node 22 and later. */
  getCallSites?: (count: number) => CallSiteRecord[];
}

/** Frames of V8's for each of the author's, at most (stacks.ts), and those of Node's function and of Heapbook's. */
const framesFor = (count: number): number => 3 * count + 2;

function locationOf({ site, place }: AuthorFrame): CallerLocation {
  const [script, line, column] = frameOf(site);
  return place === undefined ? [line, column, script] : [place.line, place.column, place.file ?? script];
}

/** A frame in the form of a call site, with what is needed to find the author's. */
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
    // The first frame is the function of Node that asks who called it.
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
    // V8's function leaves out its caller, which is this one in the place of Node's.
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

/** Gives these functions the author's positions. Must run before the program loads `node:test`, which takes its function then. */
export function installCallSites(internalBinding: InternalBinding): void {
  const binding = internalBinding("util") as UtilBinding;
  hookCallerLocation(binding);
  hookCallSites(binding);
}
