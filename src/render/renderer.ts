import type { DrawnChart } from "../chart/types.ts";
import type { Report } from "../document/types.ts";
import type { Position } from "../errors.ts";
import type { SitePlace } from "../model/report-card.ts";
import type { ReportResults } from "../model/report-results.ts";
import type { ReportClaim } from "../results/report-claims.ts";
import type { Computed } from "./expressions/computed.ts";
import type { ProjectParts } from "./project-parts.ts";
import type { CitationTexts } from "./prose/citations.ts";

/**
 * Renders a report in one format. Equal inputs give equal bytes.
 *
 * @returns the files to write, the main one first
 * @throws UserError for a mistake of the author: a missing or remote image, an expression or a reference to an unknown
 * name
 */
export type Renderer = (input: RenderInput) => Promise<readonly RenderedFile[]>;

/** Everything that a renderer reads. */
export interface RenderInput {
  readonly report: Report;
  readonly results: ReportResults;
  /**
   * Drawn charts by cell label: all charts of the first variant, in the order of its outputs, then those of the next
   * variant.
   */
  readonly charts: ReadonlyMap<string, readonly DrawnChart[]>;
  /** Number of cells with frozen results, and of all cells with results; undefined if none is frozen. */
  readonly frozen?: { readonly frozen: number; readonly cells: number } | undefined;
  /** Whether the page states that its numbers are from a draft render. */
  readonly draft?: boolean;
  /** The claims of the report, in document order. */
  readonly claims: readonly ReportClaim[];
  /** Formatted citations; undefined for a report that cites nothing. */
  readonly citations?: CitationTexts | undefined;
  /** Evaluates an expression of the prose. Throws a `UserError` at `position` for a mistake such as an unknown name. */
  readonly evaluate: (source: string, position: Position) => Computed;
  readonly highlight: Highlighter;
  readonly heapbookVersion: string;
  /** Reads the complete text of a cut output by its hash; undefined for formats that write no files beside the page. */
  readonly readWhole?: ((hash: string) => Uint8Array | undefined) | undefined;
  /** Prints a page as PDF; undefined if no format needs a browser. */
  readonly print?: Printer | undefined;
  /** Names of files that other renderers write to the same folder, such as `report.md`. The page links these files. */
  readonly otherFiles?: readonly string[];
  /** Links to the index and the neighbours in the site; undefined for a report without a site. */
  readonly site?: SitePlace | undefined;
  /** Style sheets, logo and footer of the project, for every page. */
  readonly parts?: ProjectParts | undefined;
  /** Addresses in the site of linked files and reports, by the address that the author wrote. */
  readonly linkTargets?: ReadonlyMap<string, string>;
}

/**
 * Prints a page that needs no other file as PDF.
 *
 * @param options `date`: date written into the file, ISO 8601; `prepare`: JavaScript that first runs in the page;
 * `onMissing`: called with the characters for which no installed font has a glyph
 * @throws UserError `browser-failed`
 */
export type Printer = (
  html: string,
  options: {
    readonly date: string;
    readonly prepare: string;
    readonly onMissing?: ((characters: readonly string[]) => void) | undefined;
  },
) => Promise<Uint8Array>;

/** A file to write. */
export interface RenderedFile {
  /** Path relative to the report's folder in the site, with `/` as separator. */
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/** Highlights source code as HTML. */
export interface Highlighter {
  /**
   * Returns HTML for the inside of `<pre><code>`. Tokens have classes (`t-k`, `t-s`, …), because the page's
   * Content-Security-Policy refuses `style`. Code in an unknown language is only escaped.
   */
  highlight(code: string, language: string): Promise<string>;
}
