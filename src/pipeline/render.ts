import { UserError, UserErrors } from "../errors.ts";
import type { ReportCard, SitePlace } from "../model/report-card.ts";
import type { ReportResults } from "../model/report-results.ts";
import { createEvaluator } from "../render/expressions/evaluator.ts";
import { FORMAT_NAMES, FORMATS, type Format } from "../render/formats.ts";
import { describeCard } from "../render/html/card.ts";
import type { ProjectParts } from "../render/project-parts.ts";
import type { Highlighter, Printer, RenderedFile, RenderInput } from "../render/renderer.ts";
import { encodeJson } from "../results/json-chunks.ts";
import { listClaims } from "../results/report-claims.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import type { CheckedReport } from "./check.ts";
import { missingFonts } from "./checks/fonts.ts";
import { findDeadAnchors, idsOf, type ResolvedLinks } from "./checks/links.ts";
import { findDeadOutputLinks, readShownOutputs } from "./checks/outputs.ts";
import type { DrawnCharts } from "./draw.ts";

export interface ExecutedReport extends Pick<CheckedReport, "report" | "citations"> {
  readonly links: ResolvedLinks;
  readonly results: ReportResults;
  readonly charts: DrawnCharts;
  /** Number of cells with results, and number of those whose results are frozen; undefined if none is frozen. */
  readonly frozen?: { readonly frozen: number; readonly cells: number } | undefined;
  /** Whether the page is marked as a draft. */
  readonly draft: boolean;
  readonly site?: SitePlace | undefined;
  readonly parts?: ProjectParts | undefined;
  /** Reads the complete text of an output that was cut, from the store, by its hash. */
  readonly readWhole: (hash: string) => Uint8Array | undefined;
  /** Prints the PDF; undefined if the render writes none. */
  readonly print?: Printer | undefined;
}

/** A file whose contents are a list of parts, because it can be longer than V8's longest string. */
export interface PartedFile {
  readonly path: string;
  readonly parts: readonly Uint8Array[];
}

/** The rendered files of a report, and its summary for the index of the site. */
export interface RenderedPage {
  readonly files: readonly RenderedFile[];
  /** results.json in parts. */
  readonly resultsJson: PartedFile;
  readonly card: ReportCard;
  /**
   * Errors for formats that could not be rendered, such as a PDF whose browser failed. The other formats are complete.
   */
  readonly unwritten: readonly UserError[];
  /** Warnings about outputs that the page cannot show, each at the line of its cell. */
  readonly warnings: readonly UserError[];
}

/**
 * Renders the page in each format, results.json, and the files to which the page links. Writes nothing.
 * @throws UserErrors for every expression that cannot be evaluated with these results; `dead-link` for links within the
 *   page
 */
export async function renderFiles(
  { report, results, charts, citations, frozen, draft, links, site, parts, print, readWhole }: ExecutedReport,
  formats: readonly Format[],
  highlight: Highlighter,
): Promise<RenderedPage> {
  const evaluator = createEvaluator({ report, results });
  const errors = report.expressions.flatMap(({ source, position }): UserError[] => {
    try {
      evaluator.evaluate(source, position);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [error];
    }
  });
  if (errors.length > 0) throw new UserErrors(errors);
  const input = {
    report,
    results,
    charts,
    citations,
    frozen,
    draft,
    site,
    parts,
    linkTargets: links.targets,
    print,
    readWhole,
    claims: listClaims(results),
    evaluate: evaluator.evaluate,
    highlight,
    heapbookVersion: heapbookVersion(),
  };
  const pdf = await printFiles(input, formats);
  const rest = formats.filter((format) => format !== "pdf");
  const beside = pdf.files.length > 0 ? formats : rest;
  const otherFiles = [...filesBeside("html", beside), "results.json"];
  const files = new Map<string, RenderedFile>();
  for (const format of rest) {
    for (const file of await FORMATS[format].render({ ...input, otherFiles })) files.set(file.path, file);
  }
  for (const file of pdf.files) files.set(file.path, file);
  const page = files.get("index.html")?.contents;
  const ids = typeof page === "string" ? idsOf(page) : undefined;
  const dead = ids === undefined ? [] : findDeadAnchors(report, ids);
  if (dead.length > 0) throw new UserErrors(dead);
  for (const file of links.files) if (!files.has(file.path)) files.set(file.path, file);
  const shown = readShownOutputs(report, results);
  const paths = new Set([...files.keys(), ...otherFiles]);
  const resultsJson = { path: "results.json", parts: encodeJson(results) };
  return {
    files: [...files.values()],
    resultsJson,
    card: describeCard({ ...input, otherFiles }),
    unwritten: pdf.errors,
    warnings: [
      ...pdf.warnings,
      ...shown.warnings,
      ...(ids === undefined ? [] : findDeadOutputLinks(shown.links, ids, paths)),
    ],
  };
}

/**
 * Prints the PDF, if the render writes one. Runs before the page is made, which links to the PDF. If the browser fails,
 * the other formats are rendered nevertheless.
 */
async function printFiles(
  input: RenderInput,
  formats: readonly Format[],
): Promise<{
  readonly files: readonly RenderedFile[];
  readonly errors: readonly UserError[];
  readonly warnings: readonly UserError[];
}> {
  const { print, report } = input;
  if (!formats.includes("pdf") || print === undefined) return { files: [], errors: [], warnings: [] };
  const warnings: UserError[] = [];
  const onMissing = (characters: readonly string[]): void => {
    warnings.push(missingFonts(characters, report));
  };
  try {
    const files = await FORMATS.pdf.render({
      ...input,
      print: (html, options) => print(html, { ...options, onMissing }),
    });
    return { files, errors: [], warnings };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "browser-failed" || formats.length === 1) throw error;
    return { files: [], errors: [error], warnings };
  }
}

/** Main files of the other formats, in the order of the table of formats. */
function filesBeside(format: Format, formats: readonly Format[]): readonly string[] {
  return FORMAT_NAMES.filter((name) => name !== format && formats.includes(name)).map((name) => FORMATS[name].file);
}
