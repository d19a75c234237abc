/** The shape of a cell's result when another cell imports it: `import walks from "result:walks"`. */

import type { Checkpoint, Collection, MarkingStep, RegionHeap } from "./collections.ts";
import type { RegionProfile } from "./line-profile.ts";
import type { MetricSummary } from "./metrics.ts";
import type { Scalar } from "./values.ts";

/** One variant of the result of a cell. */
export interface ResultVariant {
  readonly params: Readonly<Record<string, Scalar>>;
  /** Metrics of the unnamed or only region, by id. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** Metrics by region name, then by id; the unnamed region is `""`. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, MetricSummary>>>>;
  /** Collections of the first `gc` trial. */
  readonly collections: readonly Collection[];
  /** Steps of incremental marking of the first `gc` trial. */
  readonly markingSteps: readonly MarkingStep[];
  /** The heap at both ends of each region, in the first `gc` trial. */
  readonly regionHeaps: readonly RegionHeap[];
  /** Checkpoints of the first `peak` trial. */
  readonly checkpoints: readonly Checkpoint[];
  /** Allocations by line of the first `lines` trial, one profile for each region. */
  readonly lineProfiles: readonly RegionProfile[];
  /** Rows of each `table(rows, { name })`, by name (default `table`). */
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** Everything that the variant printed to stdout. */
  readonly stdout: string;
}

/** The result of a cell: the default export of `result:label`. */
export interface ResultModule {
  readonly label: string;
  readonly variants: readonly ResultVariant[];
}
