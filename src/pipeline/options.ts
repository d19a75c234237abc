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
  /** Working folder; paths in messages are relative to it. */
  readonly root: string;
  /**
   * Folder of the project, by default `root`. Paths of pages are relative to it, and files outside it are not
   * published.
   */
  readonly projectRoot?: string;
  /** Folder that holds `.heapbook`, by default `root`. */
  readonly storeRoot?: string;
  /**
   * Absolute path of the site's folder; the page is written to a subfolder with the report's name. Undefined: nothing
   * is written.
   */
  readonly outputFolder: string | undefined;
  readonly formats: readonly Format[];
  /** Parameters of the command line, `-P name:value`. */
  readonly params: Readonly<Record<string, string>>;
  /**
   * `reuse`: run what is not stored. `refresh`: run everything. `stored`: run nothing. `plan`: run and write nothing,
   * and report what `reuse` would run.
   */
  readonly mode: "reuse" | "refresh" | "stored" | "plan";
  /** Number of untimed trials that run in parallel. */
  readonly jobs: number;
  /** Number of trials of each probe; overrides the report's number. */
  readonly trials?: number | undefined;
  readonly signal: AbortSignal;
  /** Whether results are kept beside the report, as with `execute: { freeze: true }`. */
  readonly freeze?: boolean;
  /**
   * Whether this is a draft. Its timed trials run in parallel, which disturbs them; they are stored apart from full
   * ones, and the page is marked as a draft.
   */
  readonly draft?: boolean;
  /** Position of the page in its site; undefined for a report without a site. */
  readonly site?: SitePlace | undefined;
  /** Settings from `heapbook.yml` of the project; by default none. */
  readonly settings?: ProjectSettings;
  /** Parts that the project adds to every page; by default none. */
  readonly parts?: ProjectParts;
  /** Whether the bundle and source map of each cell are kept in `.heapbook/bundles/<report>`. */
  readonly keepBundles?: boolean;
  readonly onProgress: ProgressListener;
  readonly onWarning: (message: string) => void;
  /** Runs one trial; by default in a process of its own. Tests pass a scripted executor. */
  readonly executor?: TrialExecutor;
}

/**
 * A cell whose frozen results are missing or stale: code, options, inputs, parameters or an observed fact have changed.
 */
export interface StaleCell {
  readonly label: string;
  /** Observed facts that have changed, in words; empty if code or options have changed. */
  readonly changed: readonly string[];
}

export interface RenderOutcome {
  readonly report: Report;
  readonly results: ReportResults;
  /** Claims in the order of the page, each with the position of the line that made it. */
  readonly claims: readonly LocatedClaim[];
  /** Absolute paths of the written files, the page first. */
  readonly files: readonly string[];
  /** All files of the page, also those that did not have to be written, the main one first; empty under `plan`. */
  readonly rendered: readonly RenderedFile[];
  /** Summary of the report for the index of the site; undefined under `plan`. */
  readonly card: ReportCard | undefined;
  /** Text of the results.json that this render replaced; undefined if there was none. */
  readonly previousResults: string | undefined;
  readonly ranTrials: number;
  readonly reusedTrials: number;
  /** Why the trials of each cell ran or were reused, in the order of the page. Cells without trials are missing. */
  readonly explanations: readonly CellExplanation[];
  /** Labels of cells of which at least one trial ran. */
  readonly ranCells: ReadonlySet<string>;
  /** Files that the report depends on. */
  readonly dependencies: ReportDependencies;
  /** Under `stored`: labels of the cells without stored results. */
  readonly withoutResults: readonly string[];
  readonly staleFrozen: readonly StaleCell[];
  /** The frozen results beside the report, and whether this render wrote them; undefined where there are none. */
  readonly frozenFile: { readonly path: string; readonly written: boolean } | undefined;
  /** Errors for cells that failed unexpectedly, and for cells that these blocked. The page is written nevertheless. */
  readonly problems: readonly UserError[];
}
