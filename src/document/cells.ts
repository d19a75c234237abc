import type { Token } from "markdown-it";
import { UserError } from "../errors.ts";
import { type CellReading, readCell } from "./cell-options.ts";
import { namesCell, parseFenceInfo } from "./fence-info.ts";
import type { FrontMatter } from "./front-matter.ts";
import { createLabeller } from "./label.ts";
import type { Cell, CellLanguage } from "./types.ts";

export interface CellsReading {
  readonly cells: readonly Cell[];
  readonly errors: readonly UserError[];
}

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
  const cells = drafts.map(({ token, range, language, errors: _, ...reading }, index): Cell => {
    const label = reading.label ?? nextLabel(reading.source);
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
