import { performance } from "node:perf_hooks";
import { send } from "../channel.ts";
import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { readLiveBytes, readUsedBytes, settleLiveBytes } from "./live-bytes.ts";
import { sendMetrics } from "./send-metrics.ts";

/** Regions that can be open at one time before another is allocated, which the outer ones would weigh. */
const POOL_SIZE = 16;
/** Empty regions are measured until this many in a row cost the same: V8 makes feedback and code for a path in steps. */
const AGREEING = 2;
const CALIBRATION_LIMIT = 50;
/**
 * Rounds of the same without collections. So many that V8 has compiled what it will, on Node 20, 22, 24 and 26 alike; with
 * half as many it does so in one of the first forty regions, which is then some kilobytes over.
 */
const REHEARSALS = 100;

/** Places in the numbers of a region. They are kept in a typed array, for a field of an object would box each new one. */
const BASE = 0;
const START_MS = 1;
const PEAK = 2;
const COST = 3;
const ORDER = 4;

/**
 * What an empty region that awaits, measures others or has checkpoints may weigh, in bytes: some closures and the feedback
 * of its code, more or fewer by how it is written (0 to 552 B on Node 20). So much and less is told as 0 for such regions.
 * A plain region needs no such grain.
 */
const GRAIN_BYTES = 1024;

/** What an empty region weighs at its end, in bytes: nothing of it is the cell's. */
const costs = { direct: 0, awaited: 0 };
let calibrating = false;
let collecting = true;
const NAMED = { name: "rehearsal" };
const empty = (): void => {};

const emptyAsync = async (): Promise<void> => {};

type Measured = { readonly metrics: Readonly<Record<string, number>> };

class PeakRegion implements RegionProbe {
  readonly numbers = new Float64Array(5);
  name = "";
  isOpen = false;
  /** Whether it awaits, measures others or has checkpoints. */
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
    const metrics = { peakLive: this.numbers[PEAK] ?? 0, endLive };
    if (!calibrating) sendMetrics(this.name, metrics);
    return metrics;
  }

  abandon(): void {
    this.isOpen = false;
  }

  /** What the region holds: less its base, and less what it and the regions within it take to be measured. */
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
/** Regions begun so far. */
const started = new Float64Array(1);
const pool = Array.from({ length: POOL_SIZE }, () => new PeakRegion());

/** What is spent on the open regions that began with a given one or later. */
function costsSince(order: number): number {
  let bytes = 0;
  for (const region of pool)
    if (region.isOpen && (region.numbers[ORDER] ?? 0) >= order) bytes += region.numbers[COST] ?? 0;
  return bytes;
}

/** One reading for every open region. That of an inner region's end is a checkpoint of those around it. */
function readForAll(ending: PeakRegion | undefined, name: string): void {
  if (collecting) readLiveBytes(reading, 0);
  else reading[0] = readUsedBytes();
  const liveBytes = reading[0] ?? 0;
  const nowMs = performance.now();
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
  if (collecting) settleLiveBytes(region.numbers, BASE);
  else region.numbers[BASE] = readUsedBytes();
  region.numbers[START_MS] = performance.now();
  return region;
}

/** The cost of an empty region, once `AGREEING` in a row have cost the same. */
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

/** A path run often without collections, which is quick: V8 makes its feedback and code in steps, as it is run. */
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
  // Node makes its own timers at their first use.
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
  collecting = true;
  costs.direct = await costOfEmpty(() => measure(empty));
  costs.awaited = await costOfEmpty(() => measure(emptyAsync));
  calibrating = false;
}

/** Peak live bytes at forced-GC checkpoints, less a settled base (research/measurement.md, 4.4). */
export const peakProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: openRegion,
  checkpoint: (name) => {
    // No `some` here: its closure would be in the reading.
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
