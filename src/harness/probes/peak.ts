import { performance } from "node:perf_hooks";
import { send } from "../channel.ts";
import type { Probe, RegionProbe, Trial } from "../trial.ts";
import { readLiveBytes, readUsedBytes, settleLiveBytes } from "./live.ts";
import { sendMetrics } from "./readings.ts";

/** Regions that can be open at one time before another is allocated, which the outer ones would weigh. */
const POOL_SIZE = 16;
/** Empty regions are measured until this many in a row cost the same: V8 makes feedback and code for a path in steps. */
const AGREEING = 2;
const CALIBRATION_LIMIT = 50;
/** Rounds of the same without collections. */
const REHEARSALS = 200;

/** Places in the numbers of a region. They are kept in a typed array, for a field of an object would box each new one. */
const BASE = 0;
const START_MS = 1;
const PEAK = 2;
const COST = 3;

/** What an empty region weighs at its end, in bytes: nothing of it is the cell's. */
const costs = { direct: 0, awaited: 0 };
let calibrating = false;
let collecting = true;
const NAMED = { name: "rehearsal" };
const empty = (): void => {};

const emptyAsync = async (): Promise<void> => {};

type Measured = { readonly metrics: Readonly<Record<string, number>> };

class PeakRegion implements RegionProbe {
  readonly numbers = new Float64Array(4);
  name = "";
  isOpen = false;

  lap(): void {}

  awaits(): void {
    this.numbers[COST] = costs.awaited;
  }

  end(): Record<string, number> {
    const endLive = this.#less(readForAll(this, "end"));
    this.isOpen = false;
    const metrics = { peakLive: this.numbers[PEAK] ?? 0, endLive };
    if (!calibrating) sendMetrics(this.name, metrics, () => "B");
    return metrics;
  }

  abandon(): void {
    this.isOpen = false;
  }

  #less(liveBytes: number): number {
    return liveBytes - (this.numbers[BASE] ?? 0) - (this.numbers[COST] ?? 0);
  }

  note(name: string, liveBytes: number, nowMs: number): void {
    const bytes = this.#less(liveBytes);
    this.numbers[PEAK] = Math.max(this.numbers[PEAK] ?? 0, bytes);
    if (calibrating) return;
    const timeMs = nowMs - (this.numbers[START_MS] ?? 0);
    send({ type: "checkpoint", checkpoint: { region: this.name, name, liveBytes: bytes, timeMs } });
  }
}

const pool = Array.from({ length: POOL_SIZE }, () => new PeakRegion());

/** One reading for every open region. That of an inner region's end is a checkpoint of those around it. */
function readForAll(ending: PeakRegion | undefined, name: string): number {
  const liveBytes = collecting ? readLiveBytes() : readUsedBytes();
  const nowMs = performance.now();
  for (const region of pool) {
    if (!region.isOpen) continue;
    const isOuter = ending !== undefined && region !== ending;
    region.note(isOuter ? `end of ${ending.name === "" ? "a region" : ending.name}` : name, liveBytes, nowMs);
  }
  return liveBytes;
}

function openRegion(name: string): PeakRegion {
  let region = pool.find((each) => !each.isOpen);
  if (region === undefined) {
    region = new PeakRegion();
    pool.push(region);
  }
  region.name = name;
  region.isOpen = true;
  region.numbers[PEAK] = 0;
  region.numbers[COST] = costs.direct;
  region.numbers[BASE] = collecting ? settleLiveBytes() : readUsedBytes();
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
function rehearse(measure: Trial["measure"]): void {
  calibrating = true;
  collecting = false;
  for (let i = 0; i < REHEARSALS; i++) measure(rehearseInner, NAMED);
  collecting = true;
  calibrating = false;

  function rehearseInner(): void {
    measure(empty);
    peakProbe.checkpoint("");
  }
}

async function calibrate(measure: Trial["measure"]): Promise<void> {
  rehearse(measure);
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
    if (pool.some((region) => region.isOpen)) readForAll(undefined, name);
  },
  calibrate,
  rehearse,
  flush: () => {},
};
