import type { ProbeName } from "../model/probes.ts";
import type { TrialMessage } from "../model/records.ts";
import type { Params } from "../model/values.ts";
import type { Measurement, MeasureOptions } from "./measure-region.ts";
import type { Tracer } from "./tracing/tracer.ts";

/** The measurement of one region by a probe, from the region's start to its end. */
export interface RegionProbe {
  /** Called between two calls of the region's function, if `iterations` is above 1. */
  lap(): void;
  /**
   * Called when the region's function has returned a promise. From then on, objects needed for awaiting are alive, too.
   */
  awaits(): void;
  /** Ends the region and returns its metrics, by id. Called while the function's return value is still alive. */
  end(): Record<string, number>;
  /** Ends a region that threw: stops its measurement and reports no metric. */
  abandon(): void;
}

/** A kind of measurement. Each process has one probe. */
export interface Probe {
  /** Whether the probe calls a region's function `iterations` times; all other probes call it once. */
  readonly repeats: boolean;
  /**
   * Whether the probe makes the cell's `warmup` calls. The probe `output` does not, because the page would show what
   * they print.
   */
  readonly warmsUp: boolean;
  /** @param warmup number of unmeasured calls made before the region */
  startRegion(region: string, warmup: number): RegionProbe;
  /**
   * Reads the live bytes of all open regions after forced collections, under `peak`. Does nothing under most other
   * probes.
   */
  checkpoint(name: string): void;
  /** Measures the cost of measuring, before the cell's first region, by calling `measure()` as the cell does. */
  calibrate(measure: RunningTrial["measure"]): void | Promise<void>;
  /** Warms up the code of `measure()` that is bundled into the cell. Called at the cell's first region. */
  rehearse?(measure: RunningTrial["measure"], checkpoint: (name: string) => void): void;
  /**
   * Returns the report's parameters and the variant, as the cell gets them. Under `output`, the object reports which
   * parameters of the report the cell reads.
   */
  observeParameters?(params: Params, variant: Params): Params;
  /**
   * Called once after the cell has run and the event loop has turned. Reports what V8 reports late, such as the last
   * collections.
   */
  flush(): void;
}

/**
 * The trial that runs in this process, as the cell library sees it. The library is bundled into the cell and the
 * harness is not, so the harness passes this object through a registered symbol of the global object.
 */
export interface RunningTrial {
  readonly probe: Probe;
  readonly probeName: ProbeName;
  readonly variant: Params;
  /** Number of unmeasured calls of a region's function before the measured one. */
  readonly warmup: number;
  /** The region of the cell's whole run; undefined from the cell's first `measure()` on. */
  wholeCell: RegionProbe | undefined;
  /** Tracer for `tracemalloc`; undefined in processes in which the cell cannot trace. */
  readonly tracer: Tracer | undefined;
  /** Whether the cell has begun its first region. */
  rehearsed: boolean;
  /** Number of regions of `measure()` that have begun and not ended. */
  openRegions: number;
  /** Implementation of the cell library's `measure()`. */
  measure<T>(fn: () => T | Promise<T>, options?: MeasureOptions): Measurement<T> | Promise<Measurement<T>>;
  send(message: TrialMessage): void;
}

export const RUNNING_TRIAL: unique symbol = Symbol.for("heapbook.trial") as never;
