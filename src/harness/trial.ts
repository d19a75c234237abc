import type { ProbeName, Scalar, TrialMessage } from "./protocol.ts";

/** What a probe measures of one region: made when the region starts, told when it ends. */
export interface RegionProbe {
  /** A forced-GC reading; free and silent under probes that have none. */
  checkpoint(name: string): void;
  /** Ends the region and gives its metrics, by id. Called while the region's value is still alive. */
  end(): Record<string, number>;
  /** The region threw: what was started is stopped, and no metric is reported. */
  abandon(): void;
}

/** What a trial measures. One probe, one process. */
export interface Probe {
  startRegion(region: string): RegionProbe;
  /** Called after the cell has run and the event loop has turned: reports what V8 tells only later. */
  flush(): void;
}

/**
 * What the harness gives the cell library. The library is bundled into the cell while the harness is a file of its own,
 * so the two meet on a registered symbol of the global object.
 */
export interface Trial {
  readonly probe: Probe;
  readonly probeName: ProbeName;
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Regions begun and not ended, outermost first. */
  readonly openRegions: RegionProbe[];
  /** The region of the cell's whole run: what is measured until the cell calls `measure()` itself. */
  wholeCell: RegionProbe | undefined;
  send(message: TrialMessage): void;
}

export const TRIAL: unique symbol = Symbol.for("heapbook.trial") as never;
