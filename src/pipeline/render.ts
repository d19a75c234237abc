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
  /** Number of cells whose results are frozen, of all with results; undefined: none is. */
  readonly frozen?: { readonly frozen: number; readonly cells: number } | undefined;
  /** Whether the page says that its numbers are those of a draft. */
  readonly draft: boolean;
  readonly site?: SitePlace | undefined;
  readonly parts?: ProjectParts | undefined;
  /** Reads whole outputs from the store. */
  readonly readWhole: (hash: string) => Uint8Array | undefined;
  /** Of a render that writes a PDF. */
  readonly print?: Printer | undefined;
}

/** A file in parts, which can be longer than the longest string of V8. */
export interface PartedFile {
  readonly path: string;
  readonly parts: readonly Uint8Array[];
}

/** The files of a page, and what the index of the site shows of it. */
export interface RenderedPage {
  readonly files: readonly RenderedFile[];
  /** results.json in parts. */
  readonly resultsJson: PartedFile;
  readonly card: ReportCard;
  /** Why a format is not among the files, although others are: a browser that failed. */
  readonly unwritten: readonly UserError[];
  /** What the page lacks of what cells show, each at the line of its cell. */
  readonly warnings: readonly UserError[];
}

/**
 * Renders the page in each format, and results.json, and adds the files that the page links. Nothing is written.
 * @throws UserErrors for every expression that cannot be evaluated with these results; `dead-link` for links within the page
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

/** Prints the PDF, where it is asked for, before the page is made: the page links it. A browser that fails leaves the other formats. */
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
