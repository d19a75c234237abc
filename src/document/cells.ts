import type { Token } from "markdown-it";
import { type ErrorCode, type Position, UserError } from "../errors.ts";
import { duplicateLabel } from "./anchors.ts";
import { type CellReading, readCell } from "./cell-options.ts";
import { namesCell, parseFenceInfo } from "./fence-info.ts";
import type { FrontMatter } from "./front-matter.ts";
import { createLabeller } from "./label.ts";
import type { Cell, CellLanguage } from "./types.ts";

export interface CellsReading {
  readonly cells: readonly Cell[];
  readonly errors: readonly UserError[];
}

/** Codes of mistakes after which it is uncertain which options a cell has. */
const HIDING: ReadonlySet<ErrorCode> = new Set([
  "broken-yaml",
  "unknown-option",
  "invalid-option",
  "invalid-matrix",
  "unknown-probe",
  "misplaced-option",
]);

/** A cell before it gets its number and, if the author wrote no label, its label. */
interface Draft extends CellReading {
  readonly token: Token;
  readonly range: readonly [number, number];
  readonly language: CellLanguage;
}

/**
 * Reads the cells from the tokens of a report, in document order. `meta` of each cell's fence token becomes `{ cell:
 * label }`. A cell with mistakes is returned too, so that references to it are not reported as errors.
 * @param lines lines of the whole file
 */
export function readCells(
  tokens: readonly Token[],
  lines: readonly string[],
  file: string,
  defaults: Pick<FrontMatter, "execute" | "html">,
): CellsReading {
  const errors: UserError[] = [];
  const drafts: Draft[] = [];
  for (const token of tokens) {
    if (token.type !== "fence" || token.map === null || !namesCell(token.info.trim())) continue;
    const [first, end] = token.map;
    const position = { file, line: first + 1 };
    const language = attempt(() => parseFenceInfo(token.info, position), errors);
    if (end - first !== countLines(token.content) + 2) {
      const hint = `Close it with a line of ${token.markup}`;
      errors.push(
        new UserError("The fence of this cell has no closing line.", { code: "unclosed-cell", position, hint }),
      );
    }
    const reading = readCell({ code: token.content, language, file, line: first + 2, defaults });
    errors.push(...reading.errors);
    drafts.push({ ...reading, token, range: [first, end], language: language ?? "ts" });
  }

  const nextLabel = createLabeller(new Set(drafts.flatMap(({ label }) => label ?? [])));
  const placed = new Map<string, Position>();
  const cells = drafts.map(({ token, range, language, errors: mistakes, ...reading }, index): Cell => {
    const position = { file, line: reading.optionLines.get("label") ?? range[0] + 1 };
    const first = reading.label === undefined ? undefined : placed.get(reading.label);
    if (first !== undefined && reading.label !== undefined) errors.push(duplicateLabel(reading.label, first, position));
    // A second cell of the same label gets another one, so that references mean the first cell.
    const label = first !== undefined ? nextLabel(reading.source) : (reading.label ?? nextLabel(reading.source));
    if (reading.label !== undefined && first === undefined) placed.set(reading.label, position);
    token.meta = { ...token.meta, cell: label };
    const { source, sourceLine, options, optionLines } = reading;
    return {
      label,
      labelled: reading.label !== undefined,
      language,
      number: index + 1,
      source,
      sourceLine,
      indent: indentOf(source, lines[sourceLine - 1] ?? ""),
      options,
      position: { file, line: range[0] + 1 },
      optionLines,
      ...(mistakes.some(({ code }) => HIDING.has(code)) ? { uncertain: true as const } : {}),
      range,
    };
  });
  return { cells, errors };
}

function attempt<Value>(action: () => Value, errors: UserError[]): Value | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    errors.push(error);
    return undefined;
  }
}

/** Number of lines in a fence. The last line ends with a line break, except at the end of the file. */
export function countLines(content: string): number {
  if (content === "") return 0;
  return content.split("\n").length - (content.endsWith("\n") ? 1 : 0);
}

/** Number of columns before the first line of the code in the file: the indentation of a list or quote. */
function indentOf(source: string, fileLine: string): number {
  const [first = ""] = source.split("\n", 1);
  return Math.max(0, fileLine.length - first.length);
}
