import { type PeakPassInstructions, SHORT_STRETCH } from "../../model/peak-pass.ts";
import { TICK, TICK_NOW, TICK_OF } from "../../model/ticks.ts";
import { $hbmReadWords, WORD_BYTES } from "./heap-bytes.ts";
import { WatchedRegion } from "./watched-region.ts";

export type { WatchedRegion } from "./watched-region.ts";

/**
 * Bounds the peak of live bytes of a region. Forces a collection only where live bytes could exceed the largest live
 * size found by more than a tolerance.
 *
 * Bytes in use are an upper bound of live bytes and grow between collections. Below the ceiling of every open region
 * (watched-region.ts) nothing is done. Above the ceiling, a minor collection lowers the bound; a full collection
 * follows if the bound is still too high. Bytes in use after a full collection are the live bytes. The most bytes in
 * use before any collection are an upper bound of the peak; the most bytes after a full collection are a lower bound.
 *
 * Most ticks only count. The next tick that reads is the one by which, at the rate of the last stretch of ticks, half
 * of the remaining room would be allocated. A statement that allocates more than the remaining room overshoots, and its
 * stretch is noted.
 */

/** Small integers only: unoptimised code would allocate a heap object for a double. */
const state = new Int32Array(8);
/** Index in `state`: ticks until the next reading. */
const LEFT = 0;
/** Index in `state`: ticks from the last reading to the next. */
const STRIDE = 1;
/** Index in `state`: words in use above which garbage is collected. */
const LIMIT = 2;
/** Index in `state`: words in use at the last reading. */
const LAST = 3;
/** Index in `state`: number of the tick of the last reading. */
const NUMBER = 4;
/** Index in `state`: number of the tick until which every tick reads. */
const CLOSE_UNTIL = 5;
/** Indexes in `state`: position of the next stretch in `stretches`, and position after the last one. */
const NEXT_CLOSE = 6;
const END_CLOSE = 7;

/**
 * Two stretches of ticks (a short and a longer one) for the warm-up, so that V8 has run every path of `$hbmClose()`
 * before it optimises the function.
 */
const REHEARSED = [
  [4, 6],
  [40, 60],
] as const;
/**
 * First and last tick of each stretch of ticks in which every tick reads the bytes in use, `REHEARSED` first. Always an
 * Int32Array: another type would make V8 compile again inside a region, which added 10 KB to its readings.
 */
let stretches = new Int32Array(0);

const MOST = 2 ** 30;
/**
 * Growth in words after which garbage is collected in any case. A semi-space of 8 MB then has room for 5 MB between two
 * ticks, beside as many survivors. So V8 collects by itself only if more is allocated between two ticks. A scout's
 * semi-space of 4 MB is too small for this guarantee.
 */
const MOST_GROWTH = (1.5 * 2 ** 20) / WORD_BYTES;
/**
 * Number of minor collections after which a pass doubles its tolerance in bytes. A program that allocates gigabytes
 * beside a small peak would otherwise take minutes.
 */
const MANY_COLLECTIONS = 2 ** 15;
/**
 * Most collections made to find a region's base, which ends once three readings agree. More collections have never
 * changed a reading.
 */
const SETTLE_LIMIT = 16;
/** Calls after which V8 has optimised the tick functions on Node 20, 22, 24 and 26. */
const WARMING_TICKS = 50_000;
/** Number of times that all paths of a tick run before `WARMING_TICKS`. */
const WARMING_TURNS = 5;

const forceCollection = globalThis.gc;
const MINOR = { type: "minor" } as const;
const open = new Set<WatchedRegion>();
let instructions: PeakPassInstructions = {
  tolerance: 0,
  floorBytes: 0,
  startBytes: [],
  closely: [],
  recordsCollections: true,
};
/** Number of minor collections in this pass. */
let minor = 0;
let forced = 0;
/**
 * Whether minor collections replace full ones. Rehearsals need no live bytes, and a full collection takes much longer.
 */
let rehearsing = false;
/** Called after a full collection that found more live bytes than any before, with the regions for which this holds. */
let onRise: ((regions: readonly WatchedRegion[]) => void) | undefined;
/** Live bytes before the last region was created. */
let liveBefore = 0;

function lowestCeiling(): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const region of open) lowest = Math.min(lowest, region.ceiling());
  return lowest;
}

function leastTolerance(): number {
  let least = Number.POSITIVE_INFINITY;
  for (const region of open) least = Math.min(least, region.tolerance());
  return least;
}

/** Number of collections forced by this module since the last call. */
export function countForced(): number {
  const count = forced;
  forced = 0;
  return count;
}

/** Forces a full collection and returns the live bytes. */
function readLive(): number {
  forced++;
  return collectAndRead();
}

function collectAndRead(): number {
  if (rehearsing) forceCollection?.(MINOR as never);
  else forceCollection?.();
  return $hbmReadWords() * WORD_BYTES;
}

/**
 * Returns the live bytes before a region begins, once three readings agree. One collection may release objects that
 * only the next one frees.
 */
function settleBase(): number {
  let last = -1;
  let agreed = 0;
  for (let i = 0; i < SETTLE_LIMIT && agreed < 2; i++) {
    const live = readLive();
    agreed = live === last ? agreed + 1 : 0;
    last = live;
  }
  return last;
}

/** Forces a minor collection; also a full one if the minor one leaves less room than half of the tolerance. */
function makeRoom(): void {
  forceCollection?.(MINOR as never);
  forced++;
  minor++;
  if (minor % MANY_COLLECTIONS === 0) for (const region of open) region.relax();
  const used = $hbmReadWords() * WORD_BYTES;
  if (used > lowestCeiling() - leastTolerance() / 2) noteLive();
  arm();
}

function noteLive(): void {
  const live = readLive();
  if (onRise === undefined) {
    for (const region of open) region.noteLive(live);
    return;
  }
  const risen = [...open].filter((region) => region.noteLive(live));
  if (risen.length > 0) onRise(risen);
}

/** Sets a function to call right after a full collection that finds more live bytes than the pass knew of. */
export function watchRises(call: typeof onRise): void {
  onRise = call;
}

/** After a collection, sets the limit of bytes in use up to which no collection is needed. */
function arm(): void {
  if (open.size === 0) {
    state[LIMIT] = MOST;
    return;
  }
  const now = $hbmReadWords();
  const room = Math.floor((lowestCeiling() - now * WORD_BYTES) / WORD_BYTES);
  state[LAST] = now;
  state[LIMIT] = now + Math.max(0, Math.min(room, MOST_GROWTH));
}

/**
 * Notes an upper bound: since the last collection, live bytes never exceeded the present bytes in use. `from` and `to`
 * are ticks.
 */
function noteUsed(words: number, from: number, to: number): void {
  const used = words * WORD_BYTES;
  for (const region of open) region.noteUsed(used, from, to);
}

/** Reads the bytes in use, collects garbage if needed, and chooses the tick of the next reading. */
function $hbmLook(): void {
  const stride = state[STRIDE] as number;
  const from = state[NUMBER] as number;
  const number = (from + stride - (state[LEFT] as number)) | 0;
  state[NUMBER] = number;
  const now = $hbmReadWords();
  const grown = (now - (state[LAST] as number)) | 0;
  state[LAST] = now;
  if (now > (state[LIMIT] as number) || grown < 0) {
    noteUsed(now, from, number);
    makeRoom();
  }
  const room = ((state[LIMIT] as number) - (state[LAST] as number)) | 0;
  const rate = grown > stride ? (grown / stride) | 0 : 1;
  let next = (room / (2 * rate)) | 0;
  if (next > 2 * stride) next = 2 * stride;
  next = $hbmClose(number, next);
  if (next < 1) next = 1;
  state[STRIDE] = next;
  state[LEFT] = next;
}

/**
 * Adjusts the next reading to the stretches of ticks in which an earlier pass overshot. Returns the number of ticks
 * until the next reading. In a long stretch every tick reads, which finds the tick that overshoots. Before a short
 * stretch all garbage is collected, so that only its own statements leave garbage.
 */
function $hbmClose(number: number, stride: number): number {
  const end = state[END_CLOSE] as number;
  let next = state[NEXT_CLOSE] as number;
  while (next < end && number >= (stretches[2 * next + 1] as number)) next++;
  state[NEXT_CLOSE] = next;
  const from = next < end ? (stretches[2 * next] as number) : MOST;
  if (number < from) {
    if (number < (state[CLOSE_UNTIL] as number)) return 1;
    return number + stride > from ? from - number : stride;
  }
  const to = stretches[2 * next + 1] as number;
  state[NEXT_CLOSE] = next + 1;
  if (to > (state[CLOSE_UNTIL] as number)) state[CLOSE_UNTIL] = to;
  if (to - from > SHORT_STRETCH) return 1;
  noteUsed($hbmReadWords(), number, number);
  noteLive();
  arm();
  return 1;
}

function $hbmTick(): void {
  const left = ((state[LEFT] as number) - 1) | 0;
  state[LEFT] = left;
  if (left <= 0) $hbmLook();
}

/** A tick that always reads the bytes in use. */
function $hbmTickNow(): void {
  state[LEFT] = ((state[LEFT] as number) - 1) | 0;
  $hbmLook();
}

/** A tick within an expression. Takes the value as an argument, which keeps it alive, and returns the value. */
function $hbmTickOf<T>(value: T): T {
  const left = ((state[LEFT] as number) - 1) | 0;
  state[LEFT] = left;
  if (left <= 0) $hbmLook();
  return value;
}

/**
 * Creates a region that is not watched yet. What the harness allocates until `watchRegion` is subtracted from the
 * regions around it.
 */
export function createRegion(index: number): WatchedRegion {
  // Not counted as forced: no collections are recorded between two stretches (probes/bracket.ts).
  liveBefore = open.size > 0 ? collectAndRead() : 0;
  return new WatchedRegion(index, instructions);
}

/**
 * Begins to watch a region: reads the live bytes before it (its base). The pass then looks for live bytes above base
 * and `startBytes`.
 */
export function watchRegion(region: WatchedRegion): void {
  const base = settleBase();
  for (const around of open) around.shiftBase(base - liveBefore);
  region.setBase(base);
  open.add(region);
  restart();
}

/** Notes the bytes in use at the start or end of a region, before anything collects there. */
export function noteBounds(): void {
  const from = state[NUMBER] as number;
  const number = (from + (state[STRIDE] as number) - (state[LEFT] as number)) | 0;
  noteUsed($hbmReadWords(), from, number);
}

/** Reads the live bytes of all open regions at a checkpoint of the cell. */
export function readCheckpoint(): void {
  noteBounds();
  noteLive();
  restart();
}

/** Sets whether rehearsals run: empty regions that give V8 its type feedback. Their readings are not used. */
export function rehearseCollections(rehearse: boolean): void {
  rehearsing = rehearse;
}

/** Ends the watch of a region without a last reading. */
export function forgetRegion(region: WatchedRegion): void {
  open.delete(region);
  restart();
}

/** Ends the watch of a region with a last reading. Returns the bounds of its peak, in bytes above its base. */
export function leaveRegion(region: WatchedRegion): { readonly lowBytes: number; readonly highBytes: number } {
  readLive();
  noteLive();
  open.delete(region);
  restart();
  return region.interval();
}

/** Sets the limit anew and makes the next tick read: after a collection at a checkpoint, or at an end of a region. */
function restart(): void {
  state[NUMBER] = ((state[NUMBER] as number) + (state[STRIDE] as number) - (state[LEFT] as number)) | 0;
  due();
  arm();
}

/** Makes the next tick read. */
function due(): void {
  state[STRIDE] = 1;
  state[LEFT] = 1;
}

/** Defines the functions that code with ticks calls, and warms them up. Must run before such code is loaded. */
export function installTicks(given: PeakPassInstructions): void {
  const globals = { [TICK]: $hbmTick, [TICK_NOW]: $hbmTickNow, [TICK_OF]: $hbmTickOf };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
  }
  instructions = given;
  stretches = Int32Array.from([...REHEARSED, ...given.closely].flat());
  warmUp();
  restartTicks();
}

/**
 * Makes V8 optimise the tick functions, because allocations of its compiler would be in a region's readings. All paths
 * run a few times first, so that V8 never drops the optimised code inside a region.
 */
function warmUp(): void {
  rehearsing = true;
  for (let turn = 0; turn < WARMING_TURNS; turn++) {
    restartTicks();
    state[NEXT_CLOSE] = 0;
    state[END_CLOSE] = REHEARSED.length;
    for (let i = 0; i < 100; i++) {
      if (i % 20 === 0) state[LIMIT] = 0;
      $hbmTickOf(i);
    }
  }
  rehearsing = false;
  state[END_CLOSE] = 0;
  state[LIMIT] = MOST;
  for (let i = 0; i < WARMING_TICKS; i++) {
    due();
    $hbmTick();
    due();
    $hbmTickOf(i);
    if (i % 10 === 0) $hbmTickNow();
    $hbmReadWords();
  }
}

/** Restarts the count of ticks at 0. Before this call only the harness has run. */
export function restartTicks(): void {
  forced = 0;
  state[NEXT_CLOSE] = REHEARSED.length;
  state[END_CLOSE] = stretches.length / 2;
  state[NUMBER] = 0;
  state[CLOSE_UNTIL] = 0;
  due();
}
