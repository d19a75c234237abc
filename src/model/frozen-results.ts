import type { Observation } from "./observations.ts";
import type { ProbeName } from "./probes.ts";
import type { TrialSet } from "./report-results.ts";
import type { Scalar } from "./values.ts";

/** A trial set in `report.results.json`, as it was measured: lines of cells count from the start of the cell. */
export interface FrozenSet {
  /** Label of the cell. */
  readonly cell: string;
  readonly variant: Readonly<Record<string, Scalar>>;
  readonly probe: ProbeName;
  /** Hash of what the author decides: code, options, inputs. Machine and versions are not part of it. */
  readonly key: string;
  /** What the trials observed, as it is compared on any machine: see `toFrozenObservations()`. */
  readonly observed: readonly Observation[];
  readonly trialSet: TrialSet;
}

/** `report.results.json`: the results of a report, kept beside it, from which a reader without the machine renders the same page. */
export interface FrozenResults {
  readonly schemaVersion: number;
  readonly frozen: typeof FROZEN_VERSION;
  readonly report: { readonly slug: string; readonly title: string };
  readonly params: Readonly<Record<string, Scalar>>;
  /** The cells with results, in the order of the page, with the line of report.md on which their code began. */
  readonly cells: readonly { readonly label: string; readonly language: string; readonly sourceLine: number }[];
  readonly sets: readonly FrozenSet[];
}

/** Version of the file. */
export const FROZEN_VERSION = 2;
