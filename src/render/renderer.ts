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
 * @throws UserError for a mistake of the author: a missing or remote image, an expression or a reference to an unknown name
 */
export type Renderer = (input: RenderInput) => Promise<readonly RenderedFile[]>;

/** Everything that a renderer reads. */
export interface RenderInput {
  readonly report: Report;
  readonly results: ReportResults;
  /** Drawn charts by cell label: the charts of the first variant in the order of its outputs, then those of the next variant. */
  readonly charts: ReadonlyMap<string, readonly DrawnChart[]>;
  /** Number of cells whose results are frozen, of all with results; undefined: none is. */
  readonly frozen?: { readonly frozen: number; readonly cells: number } | undefined;
  /** Whether the page says that its numbers are those of a draft. */
  readonly draft?: boolean;
  /** The claims of the report, in document order. */
  readonly claims: readonly ReportClaim[];
  /** Texts of the citations; undefined for a report that cites nothing. */
  readonly citations?: CitationTexts | undefined;
  /** Evaluates an expression of the prose. Throws a `UserError` at `position` for an unknown name. */
  readonly evaluate: (source: string, position: Position) => Computed;
  readonly highlight: Highlighter;
  readonly heapbookVersion: string;
  /** Reads the whole text of an output that was cut, by its hash; undefined for formats without files beside them. */
  readonly readWhole?: ((hash: string) => Uint8Array | undefined) | undefined;
  /** Prints a page as PDF; undefined where no format needs a browser. */
  readonly print?: Printer | undefined;
  /** Names of the files that other renderers write to the same folder, such as `report.md`; the page links them. */
  readonly otherFiles?: readonly string[];
  /** Where the page stands in its site; undefined for a report without one. */
  readonly site?: SitePlace | undefined;
  /** What the project adds to every page. */
  readonly parts?: ProjectParts | undefined;
  /** Addresses of linked files and reports, as written, that are others in the site. */
  readonly linkTargets?: ReadonlyMap<string, string>;
}

/**
 * Prints a page that needs no other file as PDF.
 *
 * @param options `date`: of the file, ISO 8601; `prepare`: JavaScript that runs in the page first; `onMissing`: is called with the characters that
 *   no installed font has
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
  /** Relative to the report's folder in the site, with `/` as separator. */
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/** Highlights source code as HTML. */
export interface Highlighter {
  /**
   * Returns HTML for the inside of `<pre><code>`. Tokens have classes (`t-k`, `t-s`, …) and no `style`, which the page's
   * Content-Security-Policy refuses. Code in an unknown language is escaped only.
   */
  highlight(code: string, language: string): Promise<string>;
}
