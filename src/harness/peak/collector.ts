import { type PeakPassInstructions, SHORT_STRETCH } from "../../model/peak-pass.ts";
import { TICK, TICK_NOW, TICK_OF } from "../../model/ticks.ts";
import { $hbmReadWords, WORD_BYTES } from "./heap-bytes.ts";
import { WatchedRegion } from "./watched-region.ts";

export type { WatchedRegion } from "./watched-region.ts";

/**
 * Collects garbage where live bytes could exceed the largest live size found by more than a tolerance, and nowhere else.
 *
 * Bytes in use bound live bytes from above, and grow from one collection to the next. So nothing is done while they are below
 * the ceiling of every open region (watched-region.ts). Above that a minor collection lowers the bound; a full one, whose bytes
 * in use are the live bytes, follows where the bound is still too high. The most bytes in use before any collection are then an
 * upper bound of the true peak, and the most after a full one a lower bound.
 *
 * The bytes in use are read at few of the ticks: at the next one by which, at the rate of the last stretch, half of what is left
 * could be allocated. A statement that allocates more than what is left overshoots, and the stretch is noted.
 */

/** Small integers only: in code that is not optimised a double would be an object on the heap. */
const state = new Int32Array(8);
/** Ticks until the next reading. */
const LEFT = 0;
/** Ticks from the last reading to the next. */
const STRIDE = 1;
/** Words in use above which garbage is collected. */
const LIMIT = 2;
/** Words in use at the last reading. */
const LAST = 3;
/** Number of the tick of the last reading. */
const NUMBER = 4;
/** Number of the tick until which every tick reads. */
const CLOSE_UNTIL = 5;
/** The next of `stretches`, and the one after the last. */
const NEXT_CLOSE = 6;
const END_CLOSE = 7;

/** Stretches with which V8 learns the way of `$hbmClose()` before it optimises it: a short one and a longer one. */
const REHEARSED = [
  [4, 6],
  [40, 60],
] as const;
/**
 * First and last ticks of the stretches that are to be collected at every tick, the rehearsed ones first. Of one type whatever the pass is
 * given: another type would make V8 drop its optimised code in a region and optimise again, whose data were 10 KB of the readings.
 */
let stretches = new Int32Array(0);

const MOST = 2 ** 30;
/**
 * Growth after which garbage is collected in any case, in words. A semi-space of 8 MB then has room for 5 MB at each tick, beside as much
 * that survived. So V8 collects by itself only where more than that is allocated between two ticks; a scout's semi-space of 4 MB is too
 * small for it from wherever it starts.
 */
const MOST_GROWTH = (1.5 * 2 ** 20) / WORD_BYTES;
/**
 * Minor collections after which a pass looks half as closely, in bytes: a program that allocates gigabytes beside a small peak would take
 * minutes.
 */
const MANY_COLLECTIONS = 2 ** 15;
/** The base is read until three readings agree; more than this many collections never helped where it was measured. */
const SETTLE_LIMIT = 16;
/** Calls after which V8 has optimised the functions of the ticks on Node 20, 22, 24 and 26. */
const WARMING_TICKS = 50_000;
/** Times that all paths of a tick are taken before. */
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
/** Minor collections of this pass. */
let minor = 0;
let forced = 0;
/** Whether minor collections stand for full ones: what is read does not matter, and a full one takes much longer. */
let rehearsing = false;
/** Called after a full collection that found more live bytes than any before it, with the regions that have them. */
let onRise: ((regions: readonly WatchedRegion[]) => void) | undefined;
/** Live bytes before a region was created. */
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

/** Collections that this module has asked for since the last call. */
export function countForced(): number {
  const count = forced;
  forced = 0;
  return count;
}

/** Live bytes: those in use after a full collection. */
function readLive(): number {
  forced++;
  return collectAndRead();
}

function collectAndRead(): number {
  if (rehearsing) forceCollection?.(MINOR as never);
  else forceCollection?.();
  return $hbmReadWords() * WORD_BYTES;
}

/** Bytes alive before a region begins: once three readings agree. A collection may let go what only the next one takes. */
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

/** Collects: at least the young generation, all of it where that does not make room for half of the tolerance. */
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

/** Has a function called, right after the collection, where live bytes rise above the largest size that the pass knows of. */
export function watchRises(call: typeof onRise): void {
  onRise = call;
}

/** After a collection: the limit up to which nothing has to be done. */
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

/** Live bytes of no moment since the last collection were more than the bytes in use now, before one. */
function noteUsed(words: number, from: number, to: number): void {
  const used = words * WORD_BYTES;
  for (const region of open) region.noteUsed(used, from, to);
}

/** Reads the bytes in use, collects where needed, and says at which tick to read next. */
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
 * Prepares for the stretches of ticks in which an earlier pass overshot. In one of several ticks each is read, which shows the one
 * that overshoots. Before a short one all garbage is collected: what its statements allocate is then the only garbage.
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

/** A tick that always reads. */
function $hbmTickNow(): void {
  state[LEFT] = ((state[LEFT] as number) - 1) | 0;
  $hbmLook();
}

/** A tick within an expression: its value is alive, as an argument. */
function $hbmTickOf<T>(value: T): T {
  const left = ((state[LEFT] as number) - 1) | 0;
  state[LEFT] = left;
  if (left <= 0) $hbmLook();
  return value;
}

/**
 * A region that is not watched yet. What the harness allocates until
 * `watchRegion` is none of the program's: it is taken out of the regions around.
 */
export function createRegion(index: number): WatchedRegion {
  // Not counted: V8's collections are not recorded between two stretches.
  liveBefore = open.size > 0 ? collectAndRead() : 0;
  return new WatchedRegion(index, instructions);
}

/** Begins to watch a region: reads its base, and looks for more than its `startBytes` above that. */
export function watchRegion(region: WatchedRegion): void {
  const base = settleBase();
  for (const around of open) around.shiftBase(base - liveBefore);
  region.setBase(base);
  open.add(region);
  restart();
}

/** Notes the bytes in use at the bound of a region, before whatever collects there. */
export function noteBounds(): void {
  const from = state[NUMBER] as number;
  const number = (from + (state[STRIDE] as number) - (state[LEFT] as number)) | 0;
  noteUsed($hbmReadWords(), from, number);
}

/** A reading of the live bytes of all open regions. */
export function readCheckpoint(): void {
  noteBounds();
  noteLive();
  restart();
}

/** Empty regions are measured to make V8's feedback for their path, not for what they read. */
export function rehearseCollections(rehearse: boolean): void {
  rehearsing = rehearse;
}

/** Ends the watch of a region without a reading. */
export function forgetRegion(region: WatchedRegion): void {
  open.delete(region);
  restart();
}

/** Ends the watch of a region with a last reading. Gives the interval of its peak, in bytes above its base. */
export function leaveRegion(region: WatchedRegion): { readonly lowBytes: number; readonly highBytes: number } {
  readLive();
  noteLive();
  open.delete(region);
  restart();
  return region.interval();
}

/** After a collection at the bound of a region or at a checkpoint. */
function restart(): void {
  state[NUMBER] = ((state[NUMBER] as number) + (state[STRIDE] as number) - (state[LEFT] as number)) | 0;
  due();
  arm();
}

/** The next tick reads. */
function due(): void {
  state[STRIDE] = 1;
  state[LEFT] = 1;
}

/** Defines what code with ticks calls. Must run before such code is loaded. */
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
 * Makes V8 optimise the functions of the ticks, since what its compiler allocates would be in a region's readings. All that they do is done
 * a few times first, or V8 would have to drop the code for it in a region.
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

/** Counts ticks from here on: before, only the harness has run. */
export function restartTicks(): void {
  forced = 0;
  state[NEXT_CLOSE] = REHEARSED.length;
  state[END_CLOSE] = stretches.length / 2;
  state[NUMBER] = 0;
  state[CLOSE_UNTIL] = 0;
  due();
}
