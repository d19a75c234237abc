import type { Observation } from "./observations.ts";
import type { ProbeName } from "./probes.ts";
import type { TrialSet } from "./report-results.ts";
import type { Scalar } from "./values.ts";

/**
 * A trial set as `report.results.json` holds it. Line numbers of cells count from the start of the cell, not of
 * report.md.
 */
export interface FrozenSet {
  /** Label of the cell. */
  readonly cell: string;
  readonly variant: Readonly<Record<string, Scalar>>;
  readonly probe: ProbeName;
  /** Hash of what the author decides: code, options, inputs. Machine and versions are not part of it. */
  readonly key: string;
  /** Observations of the trials, in a form that can be compared on any machine: see `toFrozenObservations()`. */
  readonly observed: readonly Observation[];
  readonly trialSet: TrialSet;
}

/**
 * Content of `report.results.json`: the results of a report, kept beside it. With this file, another machine renders
 * the same page without running cells.
 */
export interface FrozenResults {
  readonly schemaVersion: number;
  readonly frozen: typeof FROZEN_VERSION;
  readonly report: { readonly slug: string; readonly title: string };
  readonly params: Readonly<Record<string, Scalar>>;
  /** The cells with results, in the order of the page, with the line of report.md on which their code began. */
  readonly cells: readonly { readonly label: string; readonly language: string; readonly sourceLine: number }[];
  readonly sets: readonly FrozenSet[];
}

/** Version of the format of `report.results.json`. */
export const FROZEN_VERSION = 2;
