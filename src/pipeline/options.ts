import type { ProjectSettings } from "../document/settings.ts";
import type { Report } from "../document/types.ts";
import type { UserError } from "../errors.ts";
import type { CellExplanation } from "../experiment/explain.ts";
import type { ProgressListener } from "../experiment/progress-events.ts";
import type { ReportCard, SitePlace } from "../model/report-card.ts";
import type { ReportResults } from "../model/report-results.ts";
import type { TrialExecutor } from "../process/trial-executor.ts";
import type { Format } from "../render/formats.ts";
import type { ProjectParts } from "../render/project-parts.ts";
import type { RenderedFile } from "../render/renderer.ts";
import type { ReportDependencies } from "./dependencies.ts";
import type { LocatedClaim } from "./located-claims.ts";

export interface RenderOptions {
  /** Absolute path of report.md. */
  readonly path: string;
  /** Working folder: paths in messages are relative to it. */
  readonly root: string;
  /** Folder of the project, by default `root`: paths of pages are relative to it, and files outside of it are not published. */
  readonly projectRoot?: string;
  /** Folder of `.heapbook`, by default `root`. */
  readonly storeRoot?: string;
  /** Absolute path of the site; the report is written to a folder of its name in it. Undefined: nothing is written. */
  readonly outputFolder: string | undefined;
  readonly formats: readonly Format[];
  /** `-P name:value`. */
  readonly params: Readonly<Record<string, string>>;
  /**
   * `reuse`: run what is not stored. `refresh`: run everything. `stored`: run nothing. `plan`: run and write nothing, and find out
   * what `reuse` would run.
   */
  readonly mode: "reuse" | "refresh" | "stored" | "plan";
  /** Untimed trials that run side by side. */
  readonly jobs: number;
  /** Trials of each probe, in place of the report's. */
  readonly trials?: number | undefined;
  readonly signal: AbortSignal;
  /** Keeps the results beside the report, as with `execute: { freeze: true }`. */
  readonly freeze?: boolean;
  /**
   * A draft: timed trials run beside others, which disturbs them. Its trials are stored apart from full ones, and the page says that
   * it is a draft.
   */
  readonly draft?: boolean;
  /** Where the page stands in its site; undefined for a report without one. */
  readonly site?: SitePlace | undefined;
  /** `heapbook.yml` of the project; by default no settings. */
  readonly settings?: ProjectSettings;
  /** What the project adds to every page; by default nothing. */
  readonly parts?: ProjectParts;
  /** Leaves the bundle of each cell, and its source map, in `.heapbook/bundles/<report>`. */
  readonly keepBundles?: boolean;
  readonly onProgress: ProgressListener;
  readonly onWarning: (message: string) => void;
  /** Runs one trial; by default in a process of its own. Tests give a scripted one. */
  readonly executor?: TrialExecutor;
}

/** A cell whose frozen results are of other code, options, inputs or parameters, or that observed what is otherwise now. */
export interface StaleCell {
  readonly label: string;
  /** What changed of what its trials observed, in words; empty where its code or its options did. */
  readonly changed: readonly string[];
}

export interface RenderOutcome {
  readonly report: Report;
  readonly results: ReportResults;
  /** In the order of the page, each with the position of the line that made it. */
  readonly claims: readonly LocatedClaim[];
  /** Absolute paths of the files written, the page first. */
  readonly files: readonly string[];
  /** The files of the page, written or not, the main one first; empty under `plan`. */
  readonly rendered: readonly RenderedFile[];
  /** What the index of the site shows of the report; undefined under `plan`. */
  readonly card: ReportCard | undefined;
  /** Text of the results.json that these results replaced; undefined where none was written before. */
  readonly previousResults: string | undefined;
  readonly ranTrials: number;
  readonly reusedTrials: number;
  /** Of each cell with trials, why they run or that none do, in the order of the page. */
  readonly explanations: readonly CellExplanation[];
  /** Labels of cells of which something ran. */
  readonly ranCells: ReadonlySet<string>;
  /** Files that the report depends on. */
  readonly dependencies: ReportDependencies;
  /** Under `stored`: labels of the cells without stored results. */
  readonly withoutResults: readonly string[];
  readonly staleFrozen: readonly StaleCell[];
  /** The frozen results beside the report, and whether this render wrote them; undefined where there are none. */
  readonly frozenFile: { readonly path: string; readonly written: boolean } | undefined;
  /** Cells that failed unexpectedly, and cells that they blocked. The page was written all the same. */
  readonly problems: readonly UserError[];
}
