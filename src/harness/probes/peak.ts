import { performance } from "node:perf_hooks";
import { muteRecords, send } from "../channel.ts";
import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { collect, readExternalBytes, readLiveBytes, setRehearsal, settleLiveBytes } from "./live-bytes.ts";
import { rehearseTimers } from "./rehearse-timers.ts";
import { sendMetrics } from "./send-metrics.ts";
import { hasSharedMemory, readUncountedBytes } from "./shared-memory.ts";

/** Taken before the code of the cell runs, which may replace it. */
const now = performance.now.bind(performance);

/** Regions allocated in advance. One more open region would be allocated inside the outer regions, and be in their readings. */
const POOL_SIZE = 16;
/** Calibration measures empty regions until this many in a row cost the same: V8 allocates feedback and code in steps. */
const AGREEING = 2;
const CALIBRATION_LIMIT = 50;
/**
 * Calls of the measuring code before the cell, without collections: after as many V8 compiles none of it in a region that is the cell's
 * whole run. Not more for regions that await: V8 compiles their code after some hundred calls, which a region may then begin with (after 800,
 * one read 8.7 KB too high).
 */
const REHEARSALS = 100;
/**
 * Calls through the `measure()` of the cell's bundle, before its first region: V8 compiles all of the measuring code within them, on Node 20, 22, 24
 * and 26. After 500, V8 compiles some of it in a region around a hundred others, which then reads up to 20 KB too high: what V8 keeps
 * about its machine code is in the heap.
 */
const BUNDLED_REHEARSALS = 2000;
/** Those that read the heap, which takes most of their time. */
const READING_REHEARSALS = 600;

/** Indices into `PeakRegion.numbers`, a typed array: in a field of an object, each new number would be boxed on the heap. */
const BASE = 0;
const START_MS = 1;
const PEAK = 2;
const COST = 3;
const ORDER = 4;
const UNCOUNTED = 5;
const EXTERNAL = 6;
/** Of a region in which there are SharedArrayBuffers. */
const SHARED_NOTE = "without SharedArrayBuffers, whose bytes are in no heap";

/**
 * Resolution of a region that contains regions or has checkpoints, and of one that awaits, in bytes. Empty ones read up to 88 and 672 B
 * (Node 20 to 26), for feedback of their code, depending on how it is written. A reading of at most the resolution is reported as 0. A
 * plain region has no such error.
 */
const OUTER_GRAIN_BYTES = 384;
const AWAITED_GRAIN_BYTES = 1024;

/** Live bytes of an empty region at its end, without and with an `await`: the cost of measuring, subtracted from each region. */
const costs = { direct: 0, awaited: 0 };
let calibrating = false;

/** While calibrating, records are made like any other and not sent: the feedback of that code is then in the base of all regions. */
function setCalibrating(isCalibrating: boolean): void {
  calibrating = isCalibrating;
  muteRecords(isCalibrating);
}

/**
 * What regions return in rehearsals. V8 drops code that it has compiled for other values than those that come, and what it kept about
 * that code: the first region that returned an object read 2.4 KB too low.
 */
const RETURNS: readonly (() => unknown)[] = [
  () => undefined,
  () => ({}),
  () => [1],
  () => 1,
  () => 0.5,
  () => "text",
  () => new Map(),
  () => new Uint8Array(1),
  () => null,
  () => true,
  () => empty,
];
const NAMES = ["rehearsal", "another"];
const empty = (): void => {};
const emptyAsync = async (): Promise<void> => {};

type Measured = { readonly metrics: Readonly<Record<string, number>> };

class PeakRegion implements RegionProbe {
  readonly numbers = new Float64Array(7);
  name = "";
  isOpen = false;
  grainBytes = 0;

  lap(): void {}

  awaits(): void {
    this.grainBytes = AWAITED_GRAIN_BYTES;
    this.numbers[COST] = costs.awaited;
  }

  /** A region within this one has begun, or it has a checkpoint. */
  becomeOuter(): void {
    if (this.grainBytes === 0) this.grainBytes = OUTER_GRAIN_BYTES;
  }

  end(): Record<string, number> {
    readForAll(this, "end");
    const endLive = this.#less(reading[0] ?? 0);
    this.isOpen = false;
    const endExternal = readExternalBytes() - (this.numbers[EXTERNAL] ?? 0);
    const metrics = { checkpointLive: this.numbers[PEAK] ?? 0, endLive, endExternal };
    const isShared = hasSharedMemory(readUncountedBytes() - (this.numbers[UNCOUNTED] ?? 0));
    sendMetrics(this.name, metrics, () => (isShared ? SHARED_NOTE : undefined));
    return metrics;
  }

  abandon(): void {
    this.isOpen = false;
  }

  /** Live bytes of the region: without its base, and without the cost of measuring it and the regions within it. */
  #less(liveBytes: number): number {
    const bytes = liveBytes - (this.numbers[BASE] ?? 0) - costsSince(this.numbers[ORDER] ?? 0);
    return Math.abs(bytes) <= this.grainBytes && !calibrating ? 0 : bytes;
  }

  note(name: string, liveBytes: number, nowMs: number): void {
    const bytes = this.#less(liveBytes);
    this.numbers[PEAK] = Math.max(this.numbers[PEAK] ?? 0, bytes);
    const timeMs = nowMs - (this.numbers[START_MS] ?? 0);
    send({ type: "checkpoint", checkpoint: { region: this.name, name, liveBytes: bytes, timeMs } });
  }
}

const reading = new Float64Array(1);
/** Number of regions started so far. */
const started = new Float64Array(1);
const pool = Array.from({ length: POOL_SIZE }, () => new PeakRegion());

/** Cost of measuring the open regions from a given one on, in bytes. */
function costsSince(order: number): number {
  let bytes = 0;
  for (const region of pool)
    if (region.isOpen && (region.numbers[ORDER] ?? 0) >= order) bytes += region.numbers[COST] ?? 0;
  return bytes;
}

/** Takes one reading for all open regions. The reading at an inner region's end is a checkpoint of the regions around it. */
function readForAll(ending: PeakRegion | undefined, name: string): void {
  readLiveBytes(reading, 0);
  const liveBytes = reading[0] ?? 0;
  const nowMs = now();
  for (const region of pool) {
    if (!region.isOpen) continue;
    const isOuter = ending !== undefined && region !== ending;
    region.note(isOuter ? `end of ${ending.name === "" ? "a region" : ending.name}` : name, liveBytes, nowMs);
  }
}

function openRegion(name: string): PeakRegion {
  let region = pool.find((each) => !each.isOpen);
  if (region === undefined) {
    region = new PeakRegion();
    pool.push(region);
  }
  for (const outer of pool) if (outer.isOpen) outer.becomeOuter();
  region.name = name;
  region.isOpen = true;
  region.grainBytes = 0;
  started[0] = (started[0] ?? 0) + 1;
  region.numbers[ORDER] = started[0];
  region.numbers[PEAK] = 0;
  region.numbers[COST] = costs.direct;
  collect(); // dead buffers from before would be uncounted bytes that go during the region
  region.numbers[UNCOUNTED] = readUncountedBytes();
  settleLiveBytes(region.numbers, BASE);
  region.numbers[EXTERNAL] = readExternalBytes();
  region.numbers[START_MS] = now();
  return region;
}

/** Of the costs of an empty region that were found one after another: whether the last ones agree, and are the cost. */
class AgreeingCosts {
  #same = 0;
  #left = CALIBRATION_LIMIT;
  bytes = 0;

  add({ metrics }: Measured): void {
    const found = metrics["endLive"] ?? 0;
    this.#same = found === this.bytes ? this.#same + 1 : 0;
    this.bytes = found;
    this.#left--;
  }

  get isDone(): boolean {
    return this.#same >= AGREEING || this.#left === 0;
  }
}

/** What measuring adds to a plain region, in bytes. Differs with the tier of the measuring code: read after rehearsals. */
function readDirectCost(measure: RunningTrial["measure"]): number {
  const found = new AgreeingCosts();
  while (!found.isDone) found.add(measure(empty) as Measured);
  return found.bytes;
}

/** Runs the measuring code often, without collections: V8 allocates feedback and code in steps, as the code runs. */
function rehearseRegions(
  measure: RunningTrial["measure"],
  checkpoint: (name: string) => void,
  reading: number,
  others: number,
): void {
  let turn = 0;
  const rehearseOuter = (): unknown => {
    const [inner = empty, outer = empty] = [RETURNS[turn % RETURNS.length], RETURNS[(turn * 3) % RETURNS.length]];
    measure(inner, turn % 2 === 0 ? undefined : { name: NAMES[turn % NAMES.length] ?? "" });
    checkpoint("");
    return outer();
  };
  const rehearseTimes = (times: number): void => {
    for (let i = 0; i < times; i++) measure(rehearseOuter, ++turn % 3 === 0 ? undefined : { name: NAMES[0] ?? "" });
  };
  setRehearsal("without collections");
  rehearseTimes(reading);
  setRehearsal("without readings");
  rehearseTimes(others);
  setRehearsal(undefined);
}

/** Rehearses the `measure()` of the cell's bundle at its first call. */
function rehearse(measure: RunningTrial["measure"], checkpoint: (name: string) => void): void {
  setCalibrating(true);
  rehearseRegions(measure, checkpoint, READING_REHEARSALS, BUNDLED_REHEARSALS - READING_REHEARSALS);
  const before = costs.direct;
  costs.direct = 0;
  costs.direct = readDirectCost(measure);
  costs.awaited += costs.direct - before;
  setCalibrating(false);
}

/** ArrayBuffers as of Node 20 and 22; TypeScript's library has neither. */
type ModernBuffer = ArrayBuffer & { resize(bytes: number): void; transfer?(): ArrayBuffer };

/**
 * Makes a resizable and a detached ArrayBuffer. At the first of each, V8 drops optimised code that reads typed arrays: of the measuring
 * code too, which made a region up to 59 KB too low.
 */
function makeUnusualBuffers(): void {
  const Buffers = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ModernBuffer;
  const buffer = new Buffers(8, { maxByteLength: 16 });
  buffer.resize(4);
  new Uint8Array(buffer).fill(1);
  if (buffer.transfer !== undefined) buffer.transfer();
  else growMemory(); // Node 20: `structuredClone()` would load Node's code for messages
}

type Memory = new (size: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };

/** Of no library of types for Node. V8 has none with `--jitless`. */
declare const WebAssembly: { readonly Memory: Memory } | undefined;

/** Detaches the buffer of a memory that it makes larger. */
function growMemory(): void {
  if (typeof WebAssembly === "undefined") return;
  const memory = new WebAssembly.Memory({ initial: 0 });
  new Uint8Array(memory.buffer).fill(1);
  memory.grow(0);
}

async function calibrate(measure: RunningTrial["measure"]): Promise<void> {
  setCalibrating(true);
  makeUnusualBuffers();
  rehearseRegions(measure, peakProbe.checkpoint, REHEARSALS, 0);
  setRehearsal("without readings");
  const around = async (): Promise<void> => void (await measure(emptyAsync));
  for (let i = 0; i < REHEARSALS; i++) await measure(around);
  await rehearseTimers();
  setRehearsal(undefined);
  costs.direct = readDirectCost(measure);
  const awaited = new AgreeingCosts();
  while (!awaited.isDone) awaited.add(await measure(emptyAsync));
  costs.awaited = awaited.bytes;
  setCalibrating(false);
}

/** Peak live bytes over forced-GC readings, without the region's settled base (docs/measurement.md#live-bytes). */
export const peakProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: openRegion,
  checkpoint: (name) => {
    // No `some()` here: the reading would contain its closure.
    let isAnyOpen = false;
    for (const region of pool) {
      if (!region.isOpen) continue;
      region.becomeOuter();
      isAnyOpen = true;
    }
    if (isAnyOpen) readForAll(undefined, name);
  },
  calibrate,
  rehearse,
  flush: () => {},
};
