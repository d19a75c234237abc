import { performance } from "node:perf_hooks";
import { muteRecords, send } from "../channel.ts";
import type { Probe, RegionProbe, RunningTrial } from "../running-trial.ts";
import { collect, readExternalBytes, readLiveBytes, setRehearsal, settleLiveBytes } from "./live-bytes.ts";
import { rehearseTimers } from "./rehearse-timers.ts";
import { sendMetrics } from "./send-metrics.ts";
import { hasSharedMemory, readUncountedBytes } from "./shared-memory.ts";

/** Copied before the cell runs: the cell may replace the function. */
const now = performance.now.bind(performance);

/**
 * Number of regions allocated in advance. Another open region would be allocated inside the outer regions and be in
 * their readings.
 */
const POOL_SIZE = 16;
/**
 * Calibration ends once this many costs in a row equal the one before, because V8 allocates feedback and code in steps.
 */
const AGREEING = 2;
const CALIBRATION_LIMIT = 50;
/**
 * Calls of the measuring code before the cell, without collections. After this many, V8 compiles none of the code
 * inside the region of the whole cell. More calls would harm regions that await: V8 compiles their code after some
 * hundred calls, which may then happen inside a region (after 800 calls, one read 8.7 KB too high).
 */
const REHEARSALS = 100;
/**
 * Calls through the `measure()` of the cell's bundle before its first region. Within them V8 compiles all measuring
 * code (Node 20, 22, 24, 26). After only 500, V8 compiled some of it in a region around a hundred others, which read up
 * to 20 KB too high: V8's data about machine code are in the heap.
 */
const BUNDLED_REHEARSALS = 2000;
/** Part of `BUNDLED_REHEARSALS` that read the heap. Reading takes most of their time. */
const READING_REHEARSALS = 600;

/** Indices into `PeakRegion.numbers`, a typed array: each new number in a field of an object would be a heap object. */
const BASE = 0;
const START_MS = 1;
const PEAK = 2;
const COST = 3;
const ORDER = 4;
const UNCOUNTED = 5;
const EXTERNAL = 6;
/** Note on readings of a region in which SharedArrayBuffers were alive. */
const SHARED_NOTE = "without SharedArrayBuffers, whose bytes are in no heap";

/**
 * Resolution in bytes of a region with nested regions or checkpoints, and of a region that awaits. V8's feedback for
 * their code makes empty regions of these kinds read up to 88 B and 672 B (Node 20 to 26). A reading within the
 * resolution is reported as 0. A plain region has no such error.
 */
const OUTER_GRAIN_BYTES = 384;
const AWAITED_GRAIN_BYTES = 1024;

/**
 * Live bytes of an empty region at its end, without and with an `await`. This cost of measuring is subtracted from each
 * region.
 */
const costs = { direct: 0, awaited: 0 };
let calibrating = false;

/**
 * Sets whether the probe calibrates. Records made while calibrating are muted, so that V8's feedback for this code is
 * in the base of all regions.
 */
function setCalibrating(isCalibrating: boolean): void {
  calibrating = isCalibrating;
  muteRecords(isCalibrating);
}

/**
 * Functions of rehearsed regions, with return values of many types. V8 drops compiled code, and its data, when a value
 * of another type comes: the first region that returned an object read 2.4 KB too low.
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

  /** Called when a nested region begins, or at a checkpoint. Sets the resolution of the region. */
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

  /**
   * Live bytes of the region: `liveBytes` less its base, and less the cost of measuring the region and those within it.
   */
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
/** Number of regions started. */
const started = new Float64Array(1);
const pool = Array.from({ length: POOL_SIZE }, () => new PeakRegion());

/** Cost in bytes of measuring the open regions from number `order` on. */
function costsSince(order: number): number {
  let bytes = 0;
  for (const region of pool)
    if (region.isOpen && (region.numbers[ORDER] ?? 0) >= order) bytes += region.numbers[COST] ?? 0;
  return bytes;
}

/** Takes one reading for all open regions. The end of an inner region is a checkpoint of the regions around it. */
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
  collect(); // frees dead buffers, whose later release would change the uncounted bytes
  region.numbers[UNCOUNTED] = readUncountedBytes();
  settleLiveBytes(region.numbers, BASE);
  region.numbers[EXTERNAL] = readExternalBytes();
  region.numbers[START_MS] = now();
  return region;
}

/** Collects costs of an empty region, measured one after another, until the last ones agree. */
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

/**
 * Measures the bytes that measuring adds to a plain region. Call it after rehearsals, because the cost depends on V8's
 * compiler tier.
 */
function readDirectCost(measure: RunningTrial["measure"]): number {
  const found = new AgreeingCosts();
  while (!found.isDone) found.add(measure(empty) as Measured);
  return found.bytes;
}

/**
 * Runs the measuring code often without collections, so that V8 allocates its feedback and code now.
 * @param reading number of rehearsals that read the heap
 * @param others number of rehearsals that do not
 */
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

/** Rehearses the `measure()` of the cell's bundle at its first call, and measures its cost anew. */
function rehearse(measure: RunningTrial["measure"], checkpoint: (name: string) => void): void {
  setCalibrating(true);
  rehearseRegions(measure, checkpoint, READING_REHEARSALS, BUNDLED_REHEARSALS - READING_REHEARSALS);
  const before = costs.direct;
  costs.direct = 0;
  costs.direct = readDirectCost(measure);
  costs.awaited += costs.direct - before;
  setCalibrating(false);
}

/** ArrayBuffer with methods of Node 20 (`resize`) and 22 (`transfer`), which TypeScript's library lacks. */
type ModernBuffer = ArrayBuffer & { resize(bytes: number): void; transfer?(): ArrayBuffer };

/**
 * Makes a resizable and a detached ArrayBuffer. At the first of each kind, V8 drops optimised code that reads typed
 * arrays, the measuring code included. Inside a region this made readings up to 59 KB too low.
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

/** Declared here, because Node's types lack it. Undefined under `--jitless`. */
declare const WebAssembly: { readonly Memory: Memory } | undefined;

/** Detaches the buffer of a WebAssembly memory by growing the memory. */
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

/**
 * Largest live bytes of a region at its checkpoints and its end, read after forced collections, less the region's
 * settled base (docs/measurement.md#live-bytes).
 */
export const peakProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: openRegion,
  checkpoint: (name) => {
    // No `some()`: the reading would contain its closure.
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
