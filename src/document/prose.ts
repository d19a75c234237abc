import type { MarkdownIt, Token } from "markdown-it";
import { type ErrorCode, type Position, UserError } from "../errors.ts";
import { type CitationItem, HAS_BIBLIOGRAPHY } from "./citation-rules.ts";
import { hintForLabel } from "./mistyped-markup.ts";
import type { Cell, Citation, Expression, Formula, Reference } from "./types.ts";

/**
 * What one part of prose, a heading or a caption contains: expressions, references, formulas and citations, with the
 * errors and warnings found there.
 */
export interface ProseReading {
  readonly expressions: readonly Expression[];
  readonly references: readonly Reference[];
  readonly formulas: readonly Formula[];
  readonly citations: readonly Citation[];
  readonly errors: readonly UserError[];
  /** Warnings `stray-markup` for markup that begins nothing, such as a lone `$$`. */
  readonly warnings: readonly UserError[];
}

/** A piece of inline Markdown outside the body, such as a caption or the abstract. */
export interface AsideText {
  readonly source: string;
  readonly position: Position;
}

/** The captions of cells, each at the line of its option. */
export function captionsOf(cells: readonly Cell[]): AsideText[] {
  return cells.flatMap((cell) => {
    const written = [
      ["fig-cap", cell.options.figCap],
      ["tbl-cap", cell.options.tblCap],
    ] as const;
    return written.flatMap(([option, source]) => {
      const line = cell.optionLines.get(option) ?? cell.position.line;
      return source === undefined ? [] : [{ source, position: { file: cell.position.file, line } }];
    });
  });
}

/**
 * Collects expressions, references and formulas from the tokens of a report, and from captions and the abstract.
 * Errors: `unclosed-expression`, and `expression-in-html` for an expression in raw HTML, where it is not evaluated.
 * @param lines lines of the whole file
 */
export function readProse(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  asides: readonly AsideText[],
  lines: readonly string[],
  file: string,
  hasBibliography: boolean,
): ProseReading {
  const expressions: Expression[] = [];
  const references: Reference[] = [];
  const formulas: Formula[] = [];
  const citations: Citation[] = [];
  const errors: UserError[] = [];
  const warnings: UserError[] = [];
  const searchedTo = new Map<number, number>();
  const reportedLines = new Set<number>();

  const positionOf = (line: number, raw: string): Position => {
    const [first = ""] = raw.split("\n", 1);
    const found = (lines[line - 1] ?? "").indexOf(first, searchedTo.get(line) ?? 0);
    // The text is not found if Markdown has changed it, such as `\|` in tables.
    if (found === -1) return { file, line };
    searchedTo.set(line, found + first.length);
    return { file, line, column: found + 1 };
  };
  const reportOncePerLine = (message: string, code: ErrorCode, hint: string, position: Position): void => {
    if (reportedLines.has(position.line)) return;
    reportedLines.add(position.line);
    errors.push(new UserError(message, { code, position, hint }));
  };
  const visit = (token: Token, aside: Position | undefined, blockLine: number): void => {
    const { raw, line } = { raw: String(token.meta?.["raw"]), line: Number(token.meta?.["line"]) };
    if (token.type === "expression") {
      const position = aside ?? positionOf(line, raw);
      if (token.meta?.["unclosed"] === true)
        reportOncePerLine(UNCLOSED, "unclosed-expression", UNCLOSED_HINT, position);
      else expressions.push({ source: token.content, position });
    } else if (token.type === "reference") {
      references.push({ label: token.content, position: aside ?? positionOf(line, raw) });
    } else if (token.type === "math_inline" || token.type === "math_block") {
      const position = aside ?? (token.type === "math_block" ? { file, line } : positionOf(line, raw));
      formulas.push({ source: token.content, display: token.meta?.["display"] === true, position });
    } else if (token.type === "citation") {
      const { items, narrative } = token.meta as unknown as { items: readonly CitationItem[]; narrative: boolean };
      const position = aside ?? positionOf(line, raw);
      if (hasBibliography) citations.push({ raw, items, narrative, position });
      else
        warnings.push(
          new UserError(`\`${raw}\` cites, but the report has no bibliography.`, {
            code: "stray-markup",
            position,
            hint: CITING,
          }),
        );
    } else if (token.type === "stray") {
      const hint =
        STRAY_HINTS[raw] ??
        hintForLabel(raw) ??
        hintForImage(raw) ??
        "A figure is an image alone in its paragraph: ![caption](image.png){#fig-name}";
      const message = `\`${raw}\` belongs to nothing, and the page shows it as text.`;
      warnings.push(new UserError(message, { code: "stray-markup", position: aside ?? positionOf(line, raw), hint }));
    } else if (token.type === "html_inline" || token.type === "html_block") {
      const offset = expressionOffset(token.content);
      if (offset === -1) return;
      const at = blockLine + token.content.slice(0, offset).split("\n").length - 1;
      reportOncePerLine(IN_HTML, "expression-in-html", IN_HTML_HINT, aside ?? { file, line: at });
    }
    for (const child of token.children ?? []) visit(child, aside, blockLine);
  };

  let blockLine = 1;
  for (const token of tokens) {
    if (token.map !== null) blockLine = token.map[0] + 1;
    visit(token, undefined, blockLine);
  }
  for (const { source, position } of asides) {
    for (const token of markdown.parseInline(source, { [HAS_BIBLIOGRAPHY]: hasBibliography }))
      visit(token, position, position.line);
  }
  return { expressions, references, formulas, citations, errors, warnings };
}

const CITING =
  "Name the file of the sources in the front matter: `bibliography: sources.bib`. Write \\@ for an @ that is text.";

/** A hint for an image whose label has a wrong prefix, such as `{#pic}`; undefined otherwise. */
function hintForImage(attributes: string): string | undefined {
  const id = /^\{[ \t]*#([\p{L}\p{M}\p{N}_-]+)/u.exec(attributes)?.[1];
  return id === undefined || id.startsWith("fig-") ? undefined : `Its label begins with fig-: {#fig-${id}}`;
}

const STRAY_HINTS: Readonly<Record<string, string>> = {
  $$: "A formula begins and ends with $$, without a blank line between. Write \\$\\$ for the two characters.",
};

const UNCLOSED = "`{{` has no closing `}}`.";
const UNCLOSED_HINT =
  "Close the expression with }}, or write \\{{ for the two braces themselves. In a table, write a bar inside an expression as \\|.";
const IN_HTML = "An expression stands in raw HTML, where it is not evaluated.";
const IN_HTML_HINT = "Move the expression into Markdown, or write &#123;{ for the two braces themselves.";

/** Offset of the first `{{` that is not in an HTML comment; -1 if there is none. */
function expressionOffset(html: string): number {
  if (!html.includes("{{")) return -1;
  return html.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, " ")).indexOf("{{");
}
