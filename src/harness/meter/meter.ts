import { GCProfiler } from "node:v8";
import { installMarkers, meterMarkers } from "../markers.ts";
import { isPhase, kindOf } from "../probes/collection-kinds.ts";
import { METERED_KINDS, type MeteredKind } from "./kinds.ts";
import { $hbmReadLarge, $hbmReadNew, readOld, readPageBytes } from "./reading.ts";
import {
  $hbmAdd,
  $hbmFunctionOf,
  $hbmSetFunction,
  copySums,
  ELSEWHERE,
  OURS,
  reserveSites,
  type SiteSums,
} from "./sums.ts";

// Functions named `$hbm…` are the only ones that V8 may optimise (`--turbo-filter`); what they do must make no object even
// before it has. The state is small integers for the same reason.
const state = new Int32Array(8);
/** Bytes in use at the last reading. */
const LAST = 0;
/** Bytes of large objects at the last reading of those. */
const LAST_LARGE = 1;
/** The marker that is open: what is allocated is its. */
const OWNER = 2;
/** The marker that was closed last; 0 where another was opened since, or its function was left. */
const CLOSED = 3;
/** Above so many bytes in use a reading is followed by housekeeping. */
const LIMIT = 4;
/** Where the page ends on which V8 allocates. */
const PAGE_END = 5;
/** Bytes of one object of each counted kind. */
const sizes = new Int32Array(16);

const collectGarbage = globalThis.gc;
const MINOR = { type: "minor" } as const;
/** Bytes in use at which the meter collects, well before V8 would. */
const COLLECT_AT = 24 * 2 ** 20;
/** What has to be left of a page when a marker opens: an expression that allocates no more has all of it on one page. */
const PAGE_MARGIN = 128 * 1024;
/** Bytes of the old generation at which it is collected too; rises with what is alive there. */
let collectOldAt = 2 ** 30;
let pageBytes = 0;
let collections = 0;
let pageCrossings = 0;
const profiler = new GCProfiler();
let seenCollections = 0;

/** What was allocated to no other end; kept, or a compiler might leave it out. */
const filler: { value?: unknown } = {};

/** Fills up a page, so that the next allocation begins another. */
function fillPage(left: number): void {
  // An array of n elements takes 48 + 8n bytes; small ones then take what it left, down to a few words.
  filler.value = new Array(Math.max(0, (left >> 3) - 32));
  while ($hbmReadNew() <= (state[PAGE_END] as number)) filler.value = [];
}

/**
 * What has to happen between two expressions: V8 must neither collect nor change pages inside of one.
 * @param used bytes in use, above the limit
 * @param site what was charged with the last of them
 */
function keepHouse(used: number, site: number): void {
  if (used > (state[PAGE_END] as number) && site !== ELSEWHERE && site !== OURS) pageCrossings++;
  if (used + $hbmReadLarge() > COLLECT_AT) collect();
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
  collections++;
  collectGarbage?.(MINOR);
  const old = readOld();
  if (old < collectOldAt) return;
  collections++;
  collectGarbage?.();
  collectOldAt = Math.max(2 ** 30, 1.5 * readOld());
}

/** Opens the marker of a site, in a function that allocates nothing between its markers. Gives the one that was open. */
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

/** As `$hbmIn`, where nothing can have been allocated since the last reading. */
function $hbmEnter(site: number): number {
  const owner = state[OWNER] as number;
  state[OWNER] = site;
  state[CLOSED] = 0;
  return owner;
}

/** Opens the marker of a site, in a function that allocates between its markers. */
function $hbmInOf(site: number, functionSite: number): number {
  const used = $hbmReadNew();
  const owner = state[OWNER] as number;
  const bytes = used - (state[LAST] as number);
  if (bytes > 0) $hbmAdd($hbmFunctionOf(state[CLOSED] as number) === functionSite ? functionSite : owner, bytes);
  $hbmSetFunction(site, functionSite);
  state[OWNER] = site;
  state[CLOSED] = 0;
  if (used > (state[LIMIT] as number)) keepHouse(used, owner);
  else state[LAST] = used;
  return owner;
}

/** Closes the open marker, which makes no large objects. */
function $hbmOut(owner: number): void {
  const used = $hbmReadNew();
  const site = state[OWNER] as number;
  const bytes = used - (state[LAST] as number);
  if (bytes > 0) $hbmAdd(site, bytes);
  state[OWNER] = owner;
  state[CLOSED] = site;
  if (used > (state[LIMIT] as number)) keepHouse(used, site);
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
  if (used + large > (state[LIMIT] as number)) keepHouse(used, site);
  else state[LAST] = used;
}

/** An object of a counted kind was made just now, outside of a marker. */
function $hbmMade(site: number, functionSite: number, kind: number): void {
  const size = sizes[kind] as number;
  state[LAST] = (state[LAST] as number) + size;
  state[OWNER] = $hbmInOf(site, functionSite);
  if (size !== 0) $hbmAdd(site, size);
  state[CLOSED] = site;
}

/** An object of a counted kind will be made as soon as this returns. */
function $hbmDue(site: number, functionSite: number, kind: number): void {
  state[OWNER] = $hbmInOf(site, functionSite);
  const size = sizes[kind] as number;
  state[LAST] = (state[LAST] as number) + size;
  if (size !== 0) $hbmAdd(site, size);
  state[CLOSED] = site;
}

/** As `$hbmDue`, and the function is left with it. */
function $hbmYield(site: number, functionSite: number, kind: number): void {
  $hbmDue(site, functionSite, kind);
  state[CLOSED] = 0;
}

/** Bytes that a call allocates once V8 has made what it needs for it but once. */
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

/** By the kinds of allocations that are counted; others have no size of their own. */
const MADE: Readonly<Partial<Record<MeteredKind, () => unknown>>> = {
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

const WARMING_CALLS = 20_000;

/**
 * Has V8 optimise the meter before anything is metered: what its compiler makes on the heap would be charged to a line. All
 * paths are taken, so that none has to be compiled again.
 */
function warmUp(): void {
  for (let i = 0; i < WARMING_CALLS; i++) {
    if (i % 100 === 0) state[LIMIT] = 0;
    if (i % 1000 === 0) $hbmAdd(OURS, 2 ** 29);
    filler.value = [];
    $hbmOut($hbmIn(OURS));
    $hbmOutLarge($hbmEnter(OURS));
    const owner = $hbmInOf(OURS, OURS);
    filler.value = [];
    $hbmOut(owner);
    $hbmMade(OURS, OURS, 0);
    $hbmDue(OURS, OURS, 0);
    $hbmYield(OURS, OURS, 0);
  }
}

/** `gc()` called by the author, which is as good a moment as the meter's own. */
function collectForAuthor(options?: unknown): unknown {
  const owner = $hbmIn(OURS);
  try {
    collections++;
    return (collectGarbage as ((options?: unknown) => unknown) | undefined)?.(options);
  } finally {
    state[LAST] = $hbmReadNew();
    state[LAST_LARGE] = $hbmReadLarge();
    setPage(state[LAST] as number);
    $hbmOut(owner);
  }
}

/**
 * Defines what metered code calls, and begins to meter. Must run before such code is loaded.
 * @param sites how many sites the program has, the two owners that are none included
 */
export function installMeter(sites: number): void {
  installMarkers(0);
  reserveSites(sites);
  pageBytes = readPageBytes();
  METERED_KINDS.forEach((kind, index) => {
    const make = MADE[kind];
    if (make !== undefined) sizes[index] = sizeOf(make);
  });
  warmUp();
  reserveSites(sites);
  meterMarkers(() => $hbmIn(OURS), $hbmOut);
  const globals = { $hbmIn, $hbmEnter, $hbmInOf, $hbmOut, $hbmOutLarge, $hbmMade, $hbmDue, $hbmYield };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
  }
  // It is there for good, but may be another.
  globalThis.gc = collectForAuthor as typeof globalThis.gc;
  collections = 0;
  profiler.start();
  collect();
  pageCrossings = 0;
  setPage($hbmReadNew());
  state[OWNER] = ELSEWHERE;
  state[LAST] = $hbmReadNew();
  state[LAST_LARGE] = $hbmReadLarge();
}

/** What is known of the metering so far. */
export interface MeterReading {
  readonly sums: SiteSums;
  /** Collections that the meter has not asked for: they may have freed what was not read yet. */
  readonly unseenCollections: number;
  /** Expressions that allocated on from one page to the next; each may have been charged what was left of the first. */
  readonly pageCrossings: number;
}

/** Does something whose allocations are nobody's. */
export function asOurs<T>(work: () => T): T {
  const owner = $hbmIn(OURS);
  try {
    return work();
  } finally {
    $hbmOutLarge(owner);
  }
}

/** Collections that V8 has told of since this was asked last. */
function countCollections(): number {
  const { statistics } = profiler.stop();
  profiler.start();
  return statistics.filter(({ gcType }) => !isPhase(kindOf(gcType))).length;
}

/** Reads all sums. What this itself allocates is charged to nobody. */
export function readMeter(): MeterReading {
  // No closure for asOurs(): it would be made before the reading, and charged to the line that is at work.
  const owner = $hbmIn(OURS);
  seenCollections += countCollections();
  const reading = { sums: copySums(), unseenCollections: seenCollections - collections, pageCrossings };
  $hbmOutLarge(owner);
  return reading;
}
