import type { Checkpoint, Collection, RegionHeap } from "./collections.ts";
import type { LineProfile } from "./line-profile.ts";
import type { MetricSummary } from "./metrics.ts";
import type { Scalar } from "./values.ts";

/** What `import r from "result:label"` gives for one variant. */
export interface ResultVariant {
  readonly params: Readonly<Record<string, Scalar>>;
  /** Metrics of the unnamed region (or of the only region), by id. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** Metrics by region name, then by id; the unnamed region is `""`. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, MetricSummary>>>>;
  /** Collections of the first `gc` trial. */
  readonly collections: readonly Collection[];
  /** The heap at both ends of each region, of the same trial. */
  readonly regionHeaps: readonly RegionHeap[];
  /** Checkpoints of the first `peak` trial. */
  readonly checkpoints: readonly Checkpoint[];
  /** Allocations by line of the first `lines` trial, one profile for each region. */
  readonly lineProfiles: readonly LineProfile[];
  /** Rows given to `table(rows, { name })`, by name (`table` where none was given). */
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** What the variant printed to stdout. */
  readonly stdout: string;
}

/** What `import r from "result:label"` gives. */
export interface ResultModule {
  readonly label: string;
  readonly variants: readonly ResultVariant[];
}
