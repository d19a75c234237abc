/** What a cell gives to `chart()` to have one of Heapbook's own charts drawn. Types only, as the protocol. */

import type { Collection, CollectionKind, RegionHeap } from "./collections.ts";
import type { AllocationMeasure, FlameNode } from "./line-views.ts";

/** The heap of one region, as a line or a stack over time. */
export interface CollectedRun {
  readonly series: string;
  readonly collections: readonly Collection[];
  /** Absent where the ends of the region are not known, or are of several regions of one name. */
  readonly heap?: RegionHeap;
}

export interface ChartMetric {
  readonly label: string;
  readonly unit: string;
}

/** A value with its interval; `low` and `high` equal `value` where it is exact. */
export interface ChartValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Charts that Heapbook draws from results, one file each in `chart/`. `series` gives the colour; empty where there is one. */
export type ReadyChart =
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
      readonly x: { readonly label: string; readonly logarithmic: boolean };
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
      /** What the markers are: `recorded`, or what the report calls its source. */
      readonly recordedLabel: string;
      /** `bracket`: bounds of the true peak, where they were measured. `recorded`: a peak quoted from elsewhere. */
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
      /** What stands side by side in every group: `runtime`. */
      readonly side: string;
      readonly rows: readonly ({ readonly group: string; readonly side: string } & ChartValue)[];
    }
  | {
      readonly chart: "line-difference";
      readonly by: AllocationMeasure;
      /** The run drawn to the right, and the one to the left. */
      readonly names: readonly [string, string];
      readonly rows: readonly {
        readonly file: string;
        readonly line: number;
        readonly source: string;
        /** Bytes of the first run less those of the second. */
        readonly bytes: number;
        /** The same of allocations, or of live objects. */
        readonly count: number;
      }[];
    }
  | {
      readonly chart: "flame-graph";
      readonly by: AllocationMeasure;
      readonly name: string;
      readonly root: FlameNode;
    };
