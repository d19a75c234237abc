import type { MarkdownIt, Token } from "markdown-it";
import { didYouMean, UserError, UserErrors } from "../errors.ts";
import { kindOf, readAnchors } from "./anchors.ts";
import { FOOTNOTE_CELL_LINES } from "./block-rules.ts";
import { readCells } from "./cells.ts";
import { HAS_BIBLIOGRAPHY } from "./citation-rules.ts";
import { parseExpression } from "./expression.ts";
import { findForeignMarkup } from "./foreign-markup.ts";
import { readFrontMatter } from "./front-matter.ts";
import { readHeadings } from "./headings.ts";
import { readAddresses } from "./links.ts";
import { findLostText } from "./lost-text.ts";
import { createMarkdown } from "./markdown.ts";
import { captionsOf, readProse } from "./prose.ts";
import { findStrayMarkup } from "./stray-markup.ts";
import type { Anchor, AnchorKind, Cell, Expression, Heading, Reference, Report } from "./types.ts";
import { parseClosed } from "./unclosed-fences.ts";

/** The text of a report and its paths. */
export interface ReportFile {
  readonly source: string;
  /** Path for messages, relative to the working folder. */
  readonly file: string;
  /** Path relative to the project's folder; by default `file`. */
  readonly projectFile?: string;
  /** Absolute path of report.md. */
  readonly path: string;
  /** Absolute path of the report's folder. */
  readonly folder: string;
  readonly slug: string;
}

/** One parser for all reports: creating it takes longer than parsing a short report. */
let markdown: MarkdownIt | undefined;

/**
 * Parses the text of a report. Nothing is run and no file is read.
 * @throws {UserErrors} every mistake that parsing finds, in the order of lines
 */
export function parseReport(text: ReportFile): Report {
  const { report, errors } = readReportText(text);
  if (errors.length > 0) throw new UserErrors(errors);
  return report;
}

/** The parts of a report that were understood, and every mistake in the order of lines. */
export interface ReportReading {
  readonly report: Report;
  readonly errors: readonly UserError[];
}

/** Like `parseReport`, but returns the mistakes together with the report. Parts with mistakes have default values. */
export function readReportText({
  source: raw,
  file,
  projectFile = file,
  path,
  folder,
  slug,
}: ReportFile): ReportReading {
  markdown ??= createMarkdown();
  const source = raw.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const lines = source.split("\n");
  const { frontMatter, errors: frontMatterErrors, bodyLine, position } = readFrontMatter(source, file);

  // Blank lines replace the front matter, so that line numbers are those of the file.
  const body = "\n".repeat(bodyLine - 1) + lines.slice(bodyLine - 1).join("\n");
  const hasBibliography = frontMatter.bibliography.length > 0;
  const parser = markdown;
  const closed = parseClosed(
    (text) => {
      const env: Record<string | symbol, unknown> = { [HAS_BIBLIOGRAPHY]: hasBibliography };
      return { tokens: parser.parse(text, env), env };
    },
    body,
    file,
  );
  const { tokens, env } = closed;

  const { cells, errors: cellErrors } = readCells(tokens, lines, file, frontMatter);
  const labels = new Set(cells.map((cell) => cell.label));
  for (const { type, meta } of tokens) {
    if (type === "figure_open") labels.add(String(meta?.["figure"]));
    else if (type === "float_open" || type === "math_block") labels.add(String(meta?.["label"]));
  }
  const { headings, errors: headingErrors } = readHeadings(tokens, file, frontMatter.html.numberSections, labels);
  const { anchors, errors: anchorErrors } = readAnchors(tokens, cells, headings, file);
  const asides = captionsOf(cells);
  if (frontMatter.abstract !== undefined) {
    asides.push({ source: frontMatter.abstract, position: position(["abstract"]) });
  }
  const { keyFigure } = frontMatter;
  if (keyFigure !== undefined) asides.push({ source: keyFigure, position: position(["key-figure"]) });
  const { declaration } = frontMatter.coursework;
  if (declaration !== undefined) asides.push({ source: declaration, position: position(["declaration"]) });
  const prose = readProse(markdown, tokens, asides, lines, file, hasBibliography);
  const { expressions, references, formulas } = prose;

  const errors = [
    ...frontMatterErrors,
    ...closed.errors,
    ...cellErrors,
    ...footnoteCellErrors(env, file),
    ...headingErrors,
    ...anchorErrors,
    ...prose.errors,
    ...equationErrors(tokens, file),
    ...checkExpressions(expressions),
    ...checkReferences(references, anchors, cells, headings),
  ];
  const report: Report = {
    file,
    path,
    folder,
    slug,
    projectFile,
    source,
    frontMatter,
    tokens,
    env,
    cells,
    expressions: [...expressions].sort(byPosition),
    references: [...references].sort(byPosition),
    citations: [...prose.citations].sort(byPosition),
    formulas: [...formulas].sort(byPosition),
    headings,
    anchors,
    ...readAddresses(markdown, tokens, asides, file),
    asides,
    warnings: [
      ...prose.warnings,
      ...findStrayMarkup(tokens, file),
      ...findForeignMarkup(markdown, tokens, asides, lines, file),
      ...findLostText(tokens, env, lines, file),
    ].sort(byPosition),
  };
  return { report, errors: errors.sort(byPosition) };
}

/** Errors for cells in footnotes. They are not allowed, because Markdown drops a footnote to which nothing refers. */
function footnoteCellErrors(env: Record<string | symbol, unknown>, file: string): UserError[] {
  const lines = env[FOOTNOTE_CELL_LINES];
  if (!Array.isArray(lines)) return [];
  return lines.map((line: number) => {
    const hint = "Move the cell into the text, and insert its number into the footnote: {{metric …}}";
    return new UserError("A cell cannot stand in a footnote.", {
      code: "misplaced-cell",
      position: { file, line },
      hint,
    });
  });
}

/** Errors for attributes of formulas that are not a label. */
function equationErrors(tokens: readonly Token[], file: string): UserError[] {
  return tokens.flatMap((token) => {
    const bad = token.type === "math_block" ? token.meta?.["badAttributes"] : undefined;
    if (typeof bad !== "string") return [];
    const position = { file, line: token.map?.[1] ?? 1 };
    const hint = "Write the label of the equation only: $$ … $$ {#eq-model}";
    return new UserError(`The attributes \`${bad}\` of the formula cannot be read.`, {
      code: "bad-attributes",
      position,
      hint,
    });
  });
}

/**
 * Compares errors by line. Sorting is needed, because footnotes' tokens come last wherever they were written, and
 * captions come after the body.
 */
function byPosition(a: Pick<UserError, "position">, b: Pick<UserError, "position">): number {
  const lines = (a.position?.line ?? 0) - (b.position?.line ?? 0);
  return lines !== 0 ? lines : (a.position?.column ?? 0) - (b.position?.column ?? 0);
}

function checkExpressions(expressions: readonly Expression[]): UserError[] {
  return expressions.flatMap(({ source, position }) => {
    try {
      parseExpression(source, position);
      return [];
    } catch (error) {
      if (error instanceof UserError) return [error];
      throw error;
    }
  });
}

const KINDS: Readonly<Record<AnchorKind, readonly [name: string, howToMake: string]>> = {
  fig: ["figure", "A figure is a cell with //| label: fig-…, or ![caption](image.png){#fig-…} alone in its paragraph."],
  tbl: ["table", "A table is a cell with //| label: tbl-…, or a table with the caption `: Caption {#tbl-…}` below it."],
  sec: ["section", "A section is a heading with its label: ## Title {#sec-…}"],
  eq: ["equation", "An equation is a formula with its label: $$ … $$ {#eq-…}"],
  lst: ["listing", "A listing is a fence with its label: ```{#lst-… .js}"],
};

function checkReferences(
  references: readonly Reference[],
  anchors: ReadonlyMap<string, Anchor>,
  cells: readonly Cell[],
  headings: readonly Heading[],
): UserError[] {
  const errors: UserError[] = [];
  const labelsOf = (kind: AnchorKind): string[] =>
    [...anchors.values()].filter((anchor) => anchor.kind === kind).map((anchor) => anchor.label);
  const reported = new Set<string>();
  const silentCells = new Set(cells.map((cell) => cell.label));
  const headingIds = new Set(headings.map((heading) => heading.id));
  for (const { label, position } of references) {
    const kind = kindOf(label);
    const where = `${label}:${position.line}`;
    if (anchors.has(label) || kind === undefined || reported.has(where)) continue;
    reported.add(where);
    const [name, howToMake] = KINDS[kind];
    const bare = label.slice(kind.length + 1);
    const known = labelsOf(kind);
    let hint = known.length === 0 ? howToMake : didYouMean(label, known, `${name}s`);
    if (silentCells.has(label) && kind === "lst") hint = `\`${label}\` is a cell. ${howToMake}`;
    else if (silentCells.has(label)) {
      hint = `The cell \`${label}\` shows no output: its \`include\`, \`eval\` or \`output\` is false.`;
    } else if (kind === "sec" ? headingIds.has(bare) : silentCells.has(bare)) {
      hint = `Rename \`${bare}\` to \`${label}\` to make a numbered ${name} of it.`;
    }
    const message = `Unknown ${name} \`${label}\`.`;
    errors.push(new UserError(message, { code: "unknown-reference", position, hint, exitCode: 1 }));
  }
  return errors;
}
