import type { ProbeName } from "../model/probes.ts";
import type { TrialMessage } from "../model/records.ts";
import type { Scalar } from "../model/values.ts";
import type { Measurement, MeasureOptions } from "./measure-region.ts";
import type { Tracer } from "./tracing/tracer.ts";

/** What a probe measures of one region: made when the region starts, told when it ends. */
export interface RegionProbe {
  /** One call of several (`iterations`) has ended, and another follows. */
  lap(): void;
  /** The region's function gave a promise: from here on it is awaited, and what that takes is alive beside its value. */
  awaits(): void;
  /** Ends the region and gives its metrics, by id. Called while the region's value is still alive. */
  end(): Record<string, number>;
  /** The region threw: what was started is stopped, and no metric is reported. */
  abandon(): void;
}

/** What a trial measures. One probe, one process. */
export interface Probe {
  /** Whether a region's function is called as often as its `iterations` ask; by all others once. */
  readonly repeats: boolean;
  /** Whether the cell's `warmup` calls are made: not where nothing is measured, since they would show what they print. */
  readonly warmsUp: boolean;
  /** @param warmup calls that were made before, unmeasured */
  startRegion(region: string, warmup: number): RegionProbe;
  /** A forced-GC reading for all open regions; free and silent under probes that have none. */
  checkpoint(name: string): void;
  /** Learns what measuring itself costs, on the very path that the cell's regions take, before the first of them. */
  calibrate(measure: RunningTrial["measure"]): void | Promise<void>;
  /** The same for what of that path is bundled into the cell, at its first region. */
  rehearse?(measure: RunningTrial["measure"], checkpoint: (name: string) => void): void;
  /** Called after the cell has run and the event loop has turned: reports what V8 tells only later. */
  flush(): void;
}

/**
 * What the harness gives the cell library. The library is bundled into the cell while the harness is a file of its own,
 * so the two meet on a registered symbol of the global object.
 */
export interface RunningTrial {
  readonly probe: Probe;
  readonly probeName: ProbeName;
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Calls of a region's function before it is measured. */
  readonly warmup: number;
  /** The region of the cell's whole run: what is measured until the cell calls `measure()` itself. */
  wholeCell: RegionProbe | undefined;
  /** Where the cell may trace its own allocations. */
  readonly tracer: Tracer | undefined;
  /** Whether the cell has measured a region. */
  rehearsed: boolean;
  /** What `measure()` of the cell library does. */
  measure<T>(fn: () => T | Promise<T>, options?: MeasureOptions): Measurement<T> | Promise<Measurement<T>>;
  send(message: TrialMessage): void;
}

export const RUNNING_TRIAL: unique symbol = Symbol.for("heapbook.trial") as never;
