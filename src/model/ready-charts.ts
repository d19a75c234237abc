/** Ready charts: the data that a cell passes to `chart()`, and that `chart/` draws. */

import type { Collection, CollectionKind, RegionHeap } from "./collections.ts";
import type { AllocationMeasure, FlameNode } from "./line-views.ts";

/** The heap of one region, as a line or a stack over time. */
export interface CollectedRun {
  readonly series: string;
  readonly collections: readonly Collection[];
  /** The heap at the region's start and end; absent if unknown, or if several regions share the name. */
  readonly heap?: RegionHeap;
}

/** Label and unit of an axis. */
export interface ChartMetric {
  readonly label: string;
  readonly unit: string;
}

/** A value with its confidence interval; `low` and `high` equal `value` if the value is exact. */
export interface ChartValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A variant that a chart or a table does not show, and why. */
export interface LeftOut {
  /** Name of the variant; empty for the only one. */
  readonly name: string;
  /**
   * - `unbound`: the search for its peak ended before it had an upper bound.
   * - `unmeasured`: no trial of it read the metric.
   * - `untraced`: none of its lines were traced.
   * - `peak-unseen`: its lines were traced, and what was alive at its peak is not known.
   */
  readonly why: "unbound" | "unmeasured" | "untraced" | "peak-unseen";
  /** Label of the metric that is missing; absent where no metric is. */
  readonly metric?: string;
}

/** The data of a ready chart. `leftOut`: variants of the result that the chart does not draw; absent for none. */
export type ReadyChart = ChartKindData & { readonly leftOut?: readonly LeftOut[] };

/** The data of each kind of ready chart. `series` names a colour; empty for a single colour. */
type ChartKindData =
  | {
      readonly chart: "heap-timeline";
      readonly runs: readonly CollectedRun[];
    }
  | {
      readonly chart: "metric-bars";
      readonly metric: ChartMetric;
      readonly rows: readonly ({ readonly name: string; readonly series: string } & ChartValue)[];
    }
  | {
      readonly chart: "metric-line";
      readonly metric: ChartMetric;
      /**
       * Horizontal axis. `steps`: number of steps, where the values are whole numbers that count steps: the axis then
       * has whole ticks only.
       */
      readonly x: { readonly label: string; readonly logarithmic: boolean; readonly steps?: number };
      readonly rows: readonly ({ readonly x: number; readonly series: string } & ChartValue)[];
    }
  | {
      readonly chart: "time-space";
      readonly time: ChartMetric;
      readonly space: ChartMetric;
      readonly rows: readonly {
        readonly name: string;
        readonly series: string;
        readonly time: ChartValue;
        readonly space: ChartValue;
      }[];
    }
  | {
      readonly chart: "pause-histogram";
      readonly runs: readonly {
        readonly series: string;
        readonly pauses: readonly { readonly kind: CollectionKind; readonly pauseMs: number }[];
      }[];
    }
  | {
      readonly chart: "heap-spaces";
      readonly runs: readonly CollectedRun[];
    }
  | {
      readonly chart: "peaks";
      readonly metric: ChartMetric;
      /** Label of the recorded peaks: `recorded`, or the name of their source. */
      readonly recordedLabel: string;
      /** `bracket`: bounds of the true peak, if measured. `recorded`: a peak from another source. In bytes. */
      readonly rows: readonly ({
        readonly name: string;
        readonly series: string;
        readonly bracket: { readonly low: number; readonly high: number } | null;
        readonly recorded: number | null;
      } & ChartValue)[];
    }
  | {
      readonly chart: "metric-dots";
      readonly metric: ChartMetric;
      readonly rows: readonly ({ readonly name: string; readonly series: string } & ChartValue)[];
    }
  | {
      readonly chart: "metric-groups";
      readonly metric: ChartMetric;
      /** Parameter whose values stand side by side in each group: `runtime`. */
      readonly side: string;
      readonly rows: readonly ({
        readonly group: string;
        readonly side: string;
        /** Whether only bounds of the value are known; absent: false. */
        readonly bounds?: boolean;
        /** The change from the first row in words; absent: the change of the values. */
        readonly change?: string;
      } & ChartValue)[];
    }
  | {
      readonly chart: "line-difference";
      readonly by: AllocationMeasure;
      /** Names of the two runs: bars of the first go to the right, bars of the second to the left. */
      readonly names: readonly [string, string];
      /** Lines that differ and are not among `rows`, and the sum of their differences; absent for none. */
      readonly others?: { readonly lines: number; readonly bytes: number };
      readonly rows: readonly {
        readonly file: string;
        readonly line: number;
        readonly source: string;
        /** Bytes of the first run minus those of the second. */
        readonly bytes: number;
        /** Allocations, or live objects, of the first run minus those of the second. */
        readonly count: number;
      }[];
    }
  | {
      readonly chart: "flame-graph";
      readonly by: AllocationMeasure;
      readonly name: string;
      readonly root: FlameNode;
    };
