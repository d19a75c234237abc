import { GCProfiler } from "node:v8";
import { COUNTED_KINDS, type CountedKind } from "../../model/counted-kinds.ts";
import { ELSEWHERE_SITE, MEASURING_SITE } from "../../model/meter-sites.ts";
import { LATER_AWAIT_BYTES } from "../await-size.ts";
import { loadStreams } from "../load-streams.ts";
import { installMarkers, meterMarkers } from "../markers.ts";
import { isPhase, kindOf } from "../probes/collection-kinds.ts";
import { $hbmBegin, $hbmIsFirstAwait, $hbmResume } from "./awaits.ts";
import { $hbmFillPiece, fillPiece } from "./old-piece.ts";
import { $hbmReadLarge, $hbmReadNew, oldBytesOf, readOld, readPageBytes } from "./reading.ts";
import { $hbmAdd, $hbmFunctionOf, $hbmSetFunction, copySums, reserveSites, type SiteSums } from "./sums.ts";

// V8 may optimise only functions named `$hbm…` (`--turbo-filter`). They must allocate nothing, even before they are
// optimised; so the state is small integers in a typed array.
const state = new Int32Array(8);
/** Index in `state`: bytes in use at the last reading. */
const LAST = 0;
/** Index in `state`: bytes of large objects at their last reading. */
const LAST_LARGE = 1;
/** Index in `state`: site of the open marker. Allocations are assigned to this site. */
const OWNER = 2;
/** Index in `state`: site of the marker closed last; 0 if another marker was opened since, or the function was left. */
const CLOSED = 3;
/** Index in `state`: bytes in use above which a reading calls `collectOrTurnPage()`. */
const LIMIT = 4;
/** Index in `state`: bytes in use when the page on which V8 allocates is full. */
const PAGE_END = 5;
/** Bytes of one object of each kind whose size is measured at the start, in the order of `COUNTED_KINDS`. */
const sizes = new Int32Array(16);

const collectGarbage = globalThis.gc;
const MINOR = { type: "minor" } as const;
/** Bytes in use at which the meter forces a collection, well before V8 collects by itself. */
const COLLECT_AT = 24 * 2 ** 20;
/**
 * Free bytes that a page must have when a marker opens, so that the allocations of the marker's expression fit on the
 * page.
 */
const PAGE_MARGIN = 128 * 1024;
/** Bytes in the old generation at which the meter forces a full collection. Rises with the live bytes. */
let collectOldAt = 2 ** 30;
let pageBytes = 0;
let collections = 0;
let pageCrossings = 0;
const profiler = new GCProfiler();
let seenCollections = 0;
/**
 * Bytes used in the old generation after the last collection or reading; and bytes allocated there since the meter
 * began.
 */
let oldUsed = 0;
let oldAllocated = 0;
/**
 * Part of `oldAllocated` that is no allocation of the program: bytes unused at a forced collection, and bytes of
 * Symbols that filled a piece of old space.
 */
let oldUnused = 0;

/** Holds objects allocated only to fill a page, so that the compiler cannot remove their allocation. */
const filler: { value?: unknown } = {};

/**
 * Fills the rest of a page, so that the next allocation begins another page.
 * @param left free bytes on the page
 */
function fillPage(left: number): void {
  // An array of n elements takes 48 + 8n bytes; empty arrays then fill the rest, except for a few words.
  filler.value = new Array(Math.max(0, (left >> 3) - 32));
  while ($hbmReadNew() <= (state[PAGE_END] as number)) filler.value = [];
}

/**
 * Between two expressions, collects garbage or fills the page, so that V8 neither collects nor changes pages within an
 * expression.
 * @param used bytes in use, above `LIMIT`
 * @param site site of the last allocation
 */
function collectOrTurnPage(used: number, site: number): void {
  $hbmLarge();
  if (used > (state[PAGE_END] as number) && site !== ELSEWHERE_SITE && site !== MEASURING_SITE) pageCrossings++;
  if (used + (state[LAST_LARGE] as number) > COLLECT_AT) collect();
  let now = $hbmReadNew();
  setPage(now);
  if (now > (state[LIMIT] as number)) {
    fillPage((state[PAGE_END] as number) - now);
    now = $hbmReadNew();
    setPage(now);
  }
  state[LAST] = $hbmReadNew();
  state[LAST_LARGE] = $hbmReadLarge();
}

function setPage(used: number): void {
  const end = (Math.floor(used / pageBytes) + 1) * pageBytes;
  state[PAGE_END] = end;
  state[LIMIT] = Math.min(end - PAGE_MARGIN, COLLECT_AT);
}

function collect(): void {
  const before = fillPiece();
  collections++;
  collectGarbage?.(MINOR);
  if (readOld() >= collectOldAt) {
    collections++;
    collectGarbage?.();
    collectOldAt = Math.max(2 ** 30, 1.5 * readOld());
  }
  const after = fillPiece();
  // V8's readings before and after a collection both count the unused rest of the current piece as used.
  oldUnused += before.fillerBytes + before.restBytes + after.fillerBytes - after.unusedBytes;
}

/** Adds large objects made since their last reading to the open marker. A built-in called by that marker made them. */
function $hbmLarge(): void {
  const large = $hbmReadLarge();
  const bytes = large - (state[LAST_LARGE] as number);
  if (bytes > 0) $hbmAdd(state[OWNER] as number, bytes);
  state[LAST_LARGE] = large;
}

/**
 * Opens the marker of a site, in a function that allocates nothing between its markers. Returns the site that was open
 * before.
 */
function $hbmIn(site: number): number {
  const used = $hbmReadNew();
  const owner = state[OWNER] as number;
  const bytes = used - (state[LAST] as number);
  if (bytes > 0) $hbmAdd(owner, bytes);
  state[LAST] = used;
  state[OWNER] = site;
  state[CLOSED] = 0;
  return owner;
}

/** Like `$hbmIn`, for a marker before which nothing was allocated since the last reading. */
function $hbmEnter(site: number): number {
  const owner = state[OWNER] as number;
  state[OWNER] = site;
  state[CLOSED] = 0;
  return owner;
}

/**
 * Opens the marker of a site, in a function that also allocates between its markers. Returns the site that was open
 * before.
 */
function $hbmInOf(site: number, functionSite: number): number {
  const used = $hbmReadNew();
  const owner = state[OWNER] as number;
  const bytes = used - (state[LAST] as number);
  if (bytes > 0) $hbmAdd($hbmFunctionOf(state[CLOSED] as number) === functionSite ? functionSite : owner, bytes);
  $hbmSetFunction(site, functionSite);
  if (used > (state[LIMIT] as number)) collectOrTurnPage(used, owner);
  else state[LAST] = used;
  state[OWNER] = site;
  state[CLOSED] = 0;
  return owner;
}

/** Closes the open marker, which allocates no large objects, and opens `owner` again. */
function $hbmOut(owner: number): void {
  const used = $hbmReadNew();
  const site = state[OWNER] as number;
  const bytes = used - (state[LAST] as number);
  if (bytes > 0) $hbmAdd(site, bytes);
  state[OWNER] = owner;
  state[CLOSED] = site;
  if (used > (state[LIMIT] as number)) collectOrTurnPage(used, site);
  else state[LAST] = used;
}

/** Closes the open marker, which may allocate large objects, and opens `owner` again. */
function $hbmOutLarge(owner: number): void {
  const used = $hbmReadNew();
  const large = $hbmReadLarge();
  const site = state[OWNER] as number;
  const bytes = used - (state[LAST] as number) + (large - (state[LAST_LARGE] as number));
  if (bytes > 0) $hbmAdd(site, bytes);
  state[OWNER] = owner;
  state[CLOSED] = site;
  state[LAST_LARGE] = large;
  if (used + large > (state[LIMIT] as number)) collectOrTurnPage(used, site);
  else state[LAST] = used;
}

/**
 * Adds an object of a counted kind to a site. The object was allocated directly before this call, outside of a marker.
 */
function $hbmMade(site: number, functionSite: number, kind: number): void {
  const size = sizes[kind] as number;
  state[LAST] = (state[LAST] as number) + size;
  state[OWNER] = $hbmInOf(site, functionSite);
  if (size !== 0) $hbmAdd(site, size);
  state[CLOSED] = site;
}

/** Adds an object of a counted kind to a site. The object will be allocated directly after this call. */
function $hbmDue(site: number, functionSite: number, kind: number): void {
  state[OWNER] = $hbmInOf(site, functionSite);
  const size = sizes[kind] as number;
  state[LAST] = (state[LAST] as number) + size;
  if (size !== 0) $hbmAdd(site, size);
  state[CLOSED] = site;
}

/**
 * Like `$hbmDue`, for an `await`: adds the objects that V8 allocates to wait. From V8 14 on, only the first `await` of
 * a call allocates the closures that resume the function.
 */
function $hbmAwait(site: number, functionSite: number, kind: number): void {
  const isFirst = $hbmIsFirstAwait(functionSite);
  state[OWNER] = $hbmInOf(site, functionSite);
  const size = isFirst || LATER_AWAIT_BYTES === 0 ? (sizes[kind] as number) : LATER_AWAIT_BYTES;
  state[LAST] = (state[LAST] as number) + size;
  $hbmAdd(site, size);
  state[CLOSED] = site;
}

/**
 * Called at the start of each step of `for await`. Assigns bytes allocated since the last marker to the loop, if no
 * code of the program was open: V8 and the source of the values allocated them.
 */
function $hbmStep(site: number, functionSite: number): void {
  const used = $hbmReadNew();
  const owner = state[OWNER] as number;
  const bytes = used - (state[LAST] as number);
  if (bytes > 0) $hbmAdd(owner === ELSEWHERE_SITE ? site : owner, bytes);
  $hbmSetFunction(site, functionSite);
  if (used > (state[LIMIT] as number)) collectOrTurnPage(used, site);
  else state[LAST] = used;
  state[CLOSED] = site;
}

/** Like `$hbmDue`, for a `yield`: the function is left with the object. */
function $hbmYield(site: number, functionSite: number, kind: number): void {
  $hbmDue(site, functionSite, kind);
  state[CLOSED] = 0;
}

/**
 * Called where a function that allocates between its markers continues. Allocations since the last reading in the
 * function belong to the function's site.
 */
function $hbmHere(functionSite: number): void {
  state[OWNER] = $hbmInOf(functionSite, functionSite);
  state[CLOSED] = functionSite;
}

/** Like `$hbmHere`, where the function is left. */
function $hbmLeave(functionSite: number): void {
  state[OWNER] = $hbmInOf(functionSite, functionSite);
  state[CLOSED] = 0;
}

/** Bytes that one call of `make` allocates. The first calls are ignored, because V8 allocates more in them. */
function sizeOf(make: () => unknown): number {
  let bytes = 0;
  for (let i = 0; i < 4; i++) {
    state[LAST] = $hbmReadNew();
    make();
    bytes = $hbmReadNew() - (state[LAST] as number);
  }
  return bytes;
}

function* yieldForEver(): Generator<number> {
  for (;;) yield 1;
}

const numbers = yieldForEver();

/** Functions that allocate one object of a counted kind. A kind that is missing here has no size of its own. */
const MADE: Readonly<Partial<Record<CountedKind, () => unknown>>> = {
  thunk: () => () => numbers,
  arrow: () => () => numbers,
  function: () => () => numbers,
  "async-function": () => async () => numbers,
  "generator-function": () =>
    function* () {
      yield numbers;
    },
  "async-generator-function": () =>
    async function* () {
      yield numbers;
    },
  yield: () => numbers.next(),
};

async function wait(value: unknown, waits: boolean): Promise<void> {
  if (waits) await value;
}
const settled = Promise.resolve();

/** Bytes of one `await` of a value: a call that awaits less a call that does not. */
function sizeOfAwait(value: unknown): number {
  return sizeOf(() => wait(value, true)) - sizeOf(() => wait(value, false));
}

const WARMING_CALLS = 20_000;

/**
 * Makes V8 optimise the meter before metering begins, because allocations of the compiler would be assigned to a line.
 * Runs every path, so that V8 never compiles again.
 */
function warmUp(): void {
  for (let i = 0; i < WARMING_CALLS; i++) {
    if (i % 100 === 0) state[LIMIT] = 0;
    if (i % 4000 === 0) $hbmFillPiece();
    if (i % 1000 === 0) $hbmAdd(MEASURING_SITE, 2 ** 29);
    filler.value = [];
    $hbmLarge();
    $hbmOut($hbmIn(MEASURING_SITE));
    $hbmOutLarge($hbmEnter(MEASURING_SITE));
    if (i % 400 === 200) state[LIMIT] = 0;
    filler.value = [];
    const owner = $hbmInOf(MEASURING_SITE, MEASURING_SITE);
    filler.value = [];
    $hbmOut(owner);
    $hbmMade(MEASURING_SITE, MEASURING_SITE, 0);
    $hbmDue(MEASURING_SITE, MEASURING_SITE, 0);
    $hbmYield(MEASURING_SITE, MEASURING_SITE, 0);
    $hbmHere(MEASURING_SITE);
    filler.value = [];
    $hbmLeave(MEASURING_SITE);
    $hbmBegin(ELSEWHERE_SITE);
    if (i % 2 === 0) $hbmBegin(MEASURING_SITE);
    filler.value = [];
    $hbmAwait(MEASURING_SITE, MEASURING_SITE, 0);
    $hbmResume();
    filler.value = [];
    const outer = state[OWNER] as number;
    state[OWNER] = i % 2 === 0 ? ELSEWHERE_SITE : MEASURING_SITE;
    $hbmStep(MEASURING_SITE, MEASURING_SITE);
    state[OWNER] = outer;
  }
}

/** Replacement of `gc()`: counts collections forced by the author, so that they are not taken for V8's own. */
function collectForAuthor(options?: unknown): unknown {
  $hbmLarge();
  const owner = $hbmIn(MEASURING_SITE);
  try {
    readCollections();
    collections++;
    return (collectGarbage as ((options?: unknown) => unknown) | undefined)?.(options);
  } finally {
    const allocated = oldAllocated;
    readCollections();
    // The growth read here is no allocation: Node 20 reports a part of the survivors of a forced collection only
    // afterwards.
    oldAllocated = allocated;
    state[LAST] = $hbmReadNew();
    state[LAST_LARGE] = $hbmReadLarge();
    setPage(state[LAST] as number);
    $hbmOut(owner);
  }
}

/**
 * Defines the functions that metered code calls, and begins to meter. Must run before metered code is loaded.
 * @param sites number of sites of the program, `ELSEWHERE_SITE` and `MEASURING_SITE` included
 */
export function installMeter(sites: number): void {
  loadStreams();
  installMarkers(0);
  reserveSites(sites);
  pageBytes = readPageBytes();
  COUNTED_KINDS.forEach((kind, index) => {
    const make = MADE[kind];
    if (make !== undefined) sizes[index] = sizeOf(make);
  });
  sizes[COUNTED_KINDS.indexOf("await")] = sizeOfAwait(1);
  sizes[COUNTED_KINDS.indexOf("await-promise")] = sizeOfAwait(settled);
  warmUp();
  reserveSites(sites);
  meterMarkers(() => $hbmIn(MEASURING_SITE), $hbmOut);
  const globals = {
    $hbmAdd,
    $hbmLarge,
    $hbmIn,
    $hbmEnter,
    $hbmInOf,
    $hbmOut,
    $hbmOutLarge,
    $hbmMade,
    $hbmDue,
    $hbmYield,
    $hbmHere,
    $hbmLeave,
    $hbmBegin,
    $hbmAwait,
    $hbmResume,
    $hbmStep,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
  }
  // Replaced, because `gc` cannot be deleted.
  globalThis.gc = collectForAuthor as typeof globalThis.gc;
  collect();
  profiler.start();
  collections = 0;
  pageCrossings = 0;
  oldUnused = 0;
  oldUsed = readOldAfterFilling();
  setPage($hbmReadNew());
  state[OWNER] = ELSEWHERE_SITE;
  state[LAST] = $hbmReadNew();
  state[LAST_LARGE] = $hbmReadLarge();
}

/** Sums since the meter began, and their accuracy. */
export interface MeterReading {
  readonly sums: SiteSums;
  /** Collections that the meter did not force. They may have freed bytes before the meter read them. */
  readonly unseenCollections: number;
  /** Expressions that allocated across the end of a page. Each may count the unused rest of the page. */
  readonly pageCrossings: number;
  /** Bytes allocated directly in the old generation. Survivors that a collection moves there do not count. */
  readonly oldGenerationBytes: number;
}

/**
 * Adds up collections since the last call, and bytes allocated in the old generation between them. Allocations of the
 * collection profile itself are left out.
 */
function readCollections(): void {
  const counted = readOld();
  const used = counted - fillPiece().unusedBytes;
  const { statistics } = profiler.stop();
  profiler.start();
  for (const { gcType, beforeGC, afterGC } of statistics) {
    if (isPhase(kindOf(gcType))) continue;
    seenCollections++;
    oldAllocated += oldBytesOf(beforeGC.heapSpaceStatistics) - oldUsed;
    oldUsed = oldBytesOf(afterGC.heapSpaceStatistics);
  }
  // `used` is smaller only if V8 collected while the profile was read.
  oldAllocated += Math.max(0, used - oldUsed);
  oldUsed = readOldAfterFilling();
}

/** Bytes used in the old generation, without the unused rest of the current piece. */
function readOldAfterFilling(): number {
  const { restBytes } = fillPiece();
  return readOld() - restBytes;
}

/** Reads all sums. Allocations of the reading itself belong to no line. */
export function readMeter(): MeterReading {
  const owner = $hbmIn(MEASURING_SITE);
  readCollections();
  const unseenCollections = seenCollections - collections;
  const reading = { sums: copySums(), unseenCollections, pageCrossings, oldGenerationBytes: oldAllocated - oldUnused };
  $hbmOutLarge(owner);
  return reading;
}

/** Allocations between two readings: bytes and count for each site that allocated, and their accuracy. */
export interface MeteredChange {
  readonly accuracy: Required<Omit<MeterReading, "sums">>;
  readonly sites: [site: number, bytes: number, allocations: number][];
}

/** Subtracts an earlier reading from a later one. Allocations of the readings themselves are left out. */
export function subtractReading(end: MeterReading, start: MeterReading): MeteredChange {
  const sites: MeteredChange["sites"] = [];
  end.sums.bytes.forEach((sum, site) => {
    const bytes = sum - (start.sums.bytes[site] ?? 0);
    const count = (end.sums.counts[site] ?? 0) - (start.sums.counts[site] ?? 0);
    if (count === 0 || site === MEASURING_SITE) return;
    sites.push([site, bytes, count]);
  });
  const accuracy = {
    unseenCollections: end.unseenCollections - start.unseenCollections,
    pageCrossings: end.pageCrossings - start.pageCrossings,
    oldGenerationBytes: Math.max(0, end.oldGenerationBytes - start.oldGenerationBytes),
  };
  return { accuracy, sites };
}
