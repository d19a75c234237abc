import { performance } from "node:perf_hooks";
import { send } from "../channel.ts";
import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { collect, readLiveBytes, readUsedBytes, settleLiveBytes } from "./live-bytes.ts";
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
 * Calls of the measuring code without collections, before calibration. After 100 calls V8 has compiled all of the code, on
 * Node 20, 22, 24 and 26. After 50, V8 compiles it in one of the first forty regions, which then reads some kilobytes too high.
 */
const REHEARSALS = 100;

/** Indices into `PeakRegion.numbers`, a typed array: in a field of an object, each new number would be boxed on the heap. */
const BASE = 0;
const START_MS = 1;
const PEAK = 2;
const COST = 3;
const ORDER = 4;
const UNCOUNTED = 5;
/** Of a region in which there are SharedArrayBuffers. */
const SHARED_NOTE = "without SharedArrayBuffers, whose bytes are in no heap";

/**
 * Resolution of a compound region (one that awaits, contains regions or has checkpoints), in bytes. An empty one reads 0 to
 * 552 B on Node 20, for closures and feedback of its code, depending on how it is written. A reading of at most 1,024 B is
 * reported as 0. A plain region has no such error.
 */
const GRAIN_BYTES = 1024;

/** Live bytes of an empty region at its end, without and with an `await`: the cost of measuring, subtracted from each region. */
const costs = { direct: 0, awaited: 0 };
let calibrating = false;
let collecting = true;
const NAMED = { name: "rehearsal" };
const empty = (): void => {};

const emptyAsync = async (): Promise<void> => {};

type Measured = { readonly metrics: Readonly<Record<string, number>> };

class PeakRegion implements RegionProbe {
  readonly numbers = new Float64Array(6);
  name = "";
  isOpen = false;
  /** Whether the region awaits, contains regions or has checkpoints. */
  isCompound = false;

  lap(): void {}

  awaits(): void {
    this.isCompound = true;
    this.numbers[COST] = costs.awaited;
  }

  end(): Record<string, number> {
    readForAll(this, "end");
    const endLive = this.#less(reading[0] ?? 0);
    this.isOpen = false;
    const metrics = { checkpointLive: this.numbers[PEAK] ?? 0, endLive };
    // While calibrating too: the feedback of this code is then in the base of the regions around.
    const isShared = hasSharedMemory(readUncountedBytes() - (this.numbers[UNCOUNTED] ?? 0));
    if (!calibrating) sendMetrics(this.name, metrics, () => (isShared ? SHARED_NOTE : undefined));
    return metrics;
  }

  abandon(): void {
    this.isOpen = false;
  }

  /** Live bytes of the region: without its base, and without the cost of measuring it and the regions within it. */
  #less(liveBytes: number): number {
    const bytes = liveBytes - (this.numbers[BASE] ?? 0) - costsSince(this.numbers[ORDER] ?? 0);
    return this.isCompound && Math.abs(bytes) <= GRAIN_BYTES && !calibrating ? 0 : bytes;
  }

  note(name: string, liveBytes: number, nowMs: number): void {
    const bytes = this.#less(liveBytes);
    this.numbers[PEAK] = Math.max(this.numbers[PEAK] ?? 0, bytes);
    if (calibrating) return;
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
  if (collecting) readLiveBytes(reading, 0);
  else reading[0] = readUsedBytes();
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
  for (const outer of pool) if (outer.isOpen) outer.isCompound = true;
  region.name = name;
  region.isOpen = true;
  region.isCompound = false;
  started[0] = (started[0] ?? 0) + 1;
  region.numbers[ORDER] = started[0];
  region.numbers[PEAK] = 0;
  region.numbers[COST] = costs.direct;
  if (collecting) collect(); // dead buffers from before would be uncounted bytes that go during the region
  region.numbers[UNCOUNTED] = readUncountedBytes();
  if (collecting) settleLiveBytes(region.numbers, BASE);
  else region.numbers[BASE] = readUsedBytes();
  region.numbers[START_MS] = now();
  return region;
}

/** The cost of an empty region in bytes, once `AGREEING` regions in a row cost the same. */
async function costOfEmpty(measureEmpty: () => Measured | Promise<Measured>): Promise<number> {
  let cost = 0;
  for (let i = 0, same = 0; i < CALIBRATION_LIMIT && same < AGREEING; i++) {
    const { metrics } = await measureEmpty();
    const found = metrics["endLive"] ?? 0;
    same = found === cost ? same + 1 : 0;
    cost = found;
  }
  return cost;
}

/** Runs the measuring code often, without collections: V8 allocates feedback and code in steps, as the code runs. */
function rehearse(measure: RunningTrial["measure"], checkpoint: (name: string) => void): void {
  calibrating = true;
  collecting = false;
  for (let i = 0; i < REHEARSALS; i++) measure(rehearseInner, NAMED);
  collecting = true;
  calibrating = false;

  function rehearseInner(): void {
    measure(empty);
    checkpoint("");
  }
}

async function calibrate(measure: RunningTrial["measure"]): Promise<void> {
  rehearse(measure, peakProbe.checkpoint);
  calibrating = true;
  collecting = false;
  for (let i = 0; i < REHEARSALS; i++) await measure(emptyAsync);
  await rehearseTimers();
  collecting = true;
  costs.direct = await costOfEmpty(() => measure(empty));
  costs.awaited = await costOfEmpty(() => measure(emptyAsync));
  calibrating = false;
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
      region.isCompound = true;
      isAnyOpen = true;
    }
    if (isAnyOpen) readForAll(undefined, name);
  },
  calibrate,
  rehearse,
  flush: () => {},
};
