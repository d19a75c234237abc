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

// V8 may optimise only functions named `$hbm…` (`--turbo-filter`). These functions must allocate nothing, even before V8 has
// optimised them; the state is therefore small integers in a typed array.
const state = new Int32Array(8);
/** Bytes in use at the last reading. */
const LAST = 0;
/** Bytes of large objects at the last reading of those. */
const LAST_LARGE = 1;
/** Site of the open marker, to which allocations belong. */
const OWNER = 2;
/** Site of the marker that was closed last; 0 where another was opened since, or the function was left. */
const CLOSED = 3;
/** Bytes in use above which a reading calls `collectOrTurnPage()`. */
const LIMIT = 4;
/** Bytes in use at the end of the page on which V8 allocates. */
const PAGE_END = 5;
/** Bytes of one object of each counted kind. */
const sizes = new Int32Array(16);

const collectGarbage = globalThis.gc;
const MINOR = { type: "minor" } as const;
/** Bytes in use at which the meter forces a collection, well before V8 collects by itself. */
const COLLECT_AT = 24 * 2 ** 20;
/** Free bytes that a page must have when a marker opens, so that the allocations of its expression fit on the page. */
const PAGE_MARGIN = 128 * 1024;
/** Bytes of the old generation at which the meter forces a full collection; rises with the live bytes. */
let collectOldAt = 2 ** 30;
let pageBytes = 0;
let collections = 0;
let pageCrossings = 0;
const profiler = new GCProfiler();
let seenCollections = 0;
/** Bytes of the old generation in use after the last collection or reading, and those allocated there so far. */
let oldUsed = 0;
let oldAllocated = 0;
/** What of `oldAllocated` was unused at a forced collection, or allocated to fill up a piece of old space. */
let oldUnused = 0;

/** Holds allocations made only to fill a page, so that the compiler cannot remove them. */
const filler: { value?: unknown } = {};

/** Fills a page, so that the next allocation begins another. */
function fillPage(left: number): void {
  // An array of n elements takes 48 + 8n bytes; empty arrays then fill the rest, except for a few words.
  filler.value = new Array(Math.max(0, (left >> 3) - 32));
  while ($hbmReadNew() <= (state[PAGE_END] as number)) filler.value = [];
}

/**
 * Collects or fills the page between two expressions, so that V8 neither collects nor changes pages within one.
 * @param used bytes in use, above the limit
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
  // The collection counts the rest of the piece as used before and after it.
  oldUnused += before.fillerBytes + before.restBytes + after.fillerBytes - after.unusedBytes;
}

/** Adds large objects made since their last reading to the open marker, whose built-in has made them. */
function $hbmLarge(): void {
  const large = $hbmReadLarge();
  const bytes = large - (state[LAST_LARGE] as number);
  if (bytes > 0) $hbmAdd(state[OWNER] as number, bytes);
  state[LAST_LARGE] = large;
}

/** Opens the marker of a site in a function that allocates nothing between its markers. Returns the site that was open. */
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

/** As `$hbmIn`, for a marker before which nothing was allocated since the last reading. */
function $hbmEnter(site: number): number {
  const owner = state[OWNER] as number;
  state[OWNER] = site;
  state[CLOSED] = 0;
  return owner;
}

/** Opens the marker of a site in a function that allocates between its markers. */
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

/** Closes the open marker, which allocates no large objects. */
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

/** Closes the open marker. */
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

/** Meters an object of a counted kind that was allocated directly before the call, outside of a marker. */
function $hbmMade(site: number, functionSite: number, kind: number): void {
  const size = sizes[kind] as number;
  state[LAST] = (state[LAST] as number) + size;
  state[OWNER] = $hbmInOf(site, functionSite);
  if (size !== 0) $hbmAdd(site, size);
  state[CLOSED] = site;
}

/** Meters an object of a counted kind that will be allocated directly after the call. */
function $hbmDue(site: number, functionSite: number, kind: number): void {
  state[OWNER] = $hbmInOf(site, functionSite);
  const size = sizes[kind] as number;
  state[LAST] = (state[LAST] as number) + size;
  if (size !== 0) $hbmAdd(site, size);
  state[CLOSED] = site;
}

/** As `$hbmDue`, for what V8 makes to wait: the closures by which it goes on, and from V8 14 on in a function's first `await` only. */
function $hbmAwait(site: number, functionSite: number, kind: number): void {
  const isFirst = $hbmIsFirstAwait(functionSite);
  state[OWNER] = $hbmInOf(site, functionSite);
  const size = isFirst || LATER_AWAIT_BYTES === 0 ? (sizes[kind] as number) : LATER_AWAIT_BYTES;
  state[LAST] = (state[LAST] as number) + size;
  $hbmAdd(site, size);
  state[CLOSED] = site;
}

/**
 * Meters a step of `for await`, which begins the code of the loop: what was made since the last marker, by V8 and by what gives the values,
 * brought the value. V8 makes it while no code of the program runs.
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

/** As `$hbmDue`, where the function is left with the object. */
function $hbmYield(site: number, functionSite: number, kind: number): void {
  $hbmDue(site, functionSite, kind);
  state[CLOSED] = 0;
}

/** Where a function goes on that allocates between its markers: what was allocated since the last reading of the function is its own. */
function $hbmHere(functionSite: number): void {
  state[OWNER] = $hbmInOf(functionSite, functionSite);
  state[CLOSED] = functionSite;
}

/** As `$hbmHere`, where the function is left. */
function $hbmLeave(functionSite: number): void {
  state[OWNER] = $hbmInOf(functionSite, functionSite);
  state[CLOSED] = 0;
}

/** Bytes that a call allocates, without what V8 allocates only at the first calls. */
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

/** Functions that allocate one object of a counted kind. Kinds without one have no size of their own. */
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

/** Bytes of one await of a value: those of a call that awaits less those of one that does not. */
function sizeOfAwait(value: unknown): number {
  return sizeOf(() => wait(value, true)) - sizeOf(() => wait(value, false));
}

const WARMING_CALLS = 20_000;

/**
 * Makes V8 optimise the meter before metering begins, because the compiler's allocations would be assigned to a line. Runs all
 * paths, so that V8 never has to compile again.
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

/** Replaces `gc()`, so that collections the author forces are known to the meter. */
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
    // Node 20 reports a part of what survived a forced collection only after the collection.
    oldAllocated = allocated;
    state[LAST] = $hbmReadNew();
    state[LAST_LARGE] = $hbmReadLarge();
    setPage(state[LAST] as number);
    $hbmOut(owner);
  }
}

/**
 * Defines the functions that metered code calls, and begins to meter. Must run before metered code is loaded.
 * @param sites number of sites of the program, including `ELSEWHERE_SITE` and `MEASURING_SITE`
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
  // `gc` cannot be deleted, but it can be replaced.
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

/** The meter's sums so far, and their accuracy. */
export interface MeterReading {
  readonly sums: SiteSums;
  /** Collections that the meter did not force. They may have freed bytes before the meter read them. */
  readonly unseenCollections: number;
  /** Expressions that allocated across the end of a page. Each may count the unused rest of the page. */
  readonly pageCrossings: number;
  /** Bytes allocated in the old generation at once. Collections that move survivors there are no allocations. */
  readonly oldGenerationBytes: number;
}

/**
 * Adds up collections, and allocations in the old generation between them, since the last call. What the profile of collections allocates
 * there itself is left out.
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
  // Less only where V8 has collected while the profile was read.
  oldAllocated += Math.max(0, used - oldUsed);
  oldUsed = readOldAfterFilling();
}

/** Bytes of the old generation that objects take. */
function readOldAfterFilling(): number {
  const { restBytes } = fillPiece();
  return readOld() - restBytes;
}

/** Reads all sums. The allocations of the reading itself belong to no line. */
export function readMeter(): MeterReading {
  const owner = $hbmIn(MEASURING_SITE);
  readCollections();
  const unseenCollections = seenCollections - collections;
  const reading = { sums: copySums(), unseenCollections, pageCrossings, oldGenerationBytes: oldAllocated - oldUnused };
  $hbmOutLarge(owner);
  return reading;
}

/** What was allocated between two readings: bytes and allocations of each site that has any, and their accuracy. */
export interface MeteredChange {
  readonly accuracy: Required<Omit<MeterReading, "sums">>;
  readonly sites: [site: number, bytes: number, allocations: number][];
}

/** Subtracts an earlier reading from a later one. What the readings themselves allocate is left out. */
export function subtractReading(end: MeterReading, start: MeterReading): MeteredChange {
  const sites: MeteredChange["sites"] = [];
  end.sums.bytes.forEach((sum, site) => {
    const bytes = sum - (start.sums.bytes[site] ?? 0);
    if (bytes === 0 || site === MEASURING_SITE) return;
    sites.push([site, bytes, (end.sums.counts[site] ?? 0) - (start.sums.counts[site] ?? 0)]);
  });
  const accuracy = {
    unseenCollections: end.unseenCollections - start.unseenCollections,
    pageCrossings: end.pageCrossings - start.pageCrossings,
    oldGenerationBytes: Math.max(0, end.oldGenerationBytes - start.oldGenerationBytes),
  };
  return { accuracy, sites };
}
