import type { DrawnChart } from "../chart/types.ts";
import type { Report } from "../document/types.ts";
import type { Position } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";
import type { ReportClaim } from "../results/report-claims.ts";
import type { Highlighter } from "./components/highlight.ts";
import type { Computed } from "./expressions/computed.ts";

/** All that a format needs to make its files. The same input gives the same bytes. */
export interface RenderInput {
  readonly report: Report;
  readonly results: ReportResults;
  /** Drawn charts by cell label, in the order of the cell's outputs that are charts, variant after variant. */
  readonly charts: ReadonlyMap<string, readonly DrawnChart[]>;
  /** The report's claims, in the order of the page. */
  readonly claims: readonly ReportClaim[];
  /** Evaluates an expression of the prose. Throws a `UserError` at its position where it names nothing. */
  readonly evaluate: (source: string, position: Position) => Computed;
  readonly highlight: Highlighter;
  readonly heapbookVersion: string;
  /** Files written beside this one in other formats, which the page may link: `report.md`, `results.json`. */
  readonly otherFiles?: readonly string[];
}

/** A file to write; the path is relative to the report's folder of the site, with `/` between its parts. */
export interface RenderedFile {
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/**
 * Makes the files of one format.
 *
 * @throws UserError for what the author can mend: an image that is missing, an expression that names nothing
 */
export type Renderer = (input: RenderInput) => Promise<readonly RenderedFile[]>;
