import type { Cell } from "../../document/types.ts";
import { alertPrefixes } from "../markdown/callout-edits.ts";
import { bodyEdits, frontMatterEnd } from "../markdown/report.ts";
import { applyEdits, lineOffsets } from "../markdown/text-edits.ts";
import type { RenderInput } from "../renderer.ts";
import { plainAlerts } from "./alerts.ts";

/** A part of a report's body: prose, a cell, or unusual blank lines between two cells (not exactly one). */
export type Part =
  | {
      readonly kind: "text";
      /** Id of the Markdown cell. */
      readonly id: string;
      /** The prose as Markdown for a notebook. */
      readonly text: string;
      /** The same lines of the report, with the blank lines around them. */
      readonly source: string;
      /** Whether `source` is just `text` with a blank line before and after. */
      readonly isPlain: boolean;
    }
  | {
      readonly kind: "cell";
      readonly cell: Cell;
      /** Lines of the report with the whole fence. */
      readonly source: string;
      /** Code with its option lines, without the report's indentation and quotation marks. */
      readonly code: string;
    }
  | { readonly kind: "blank"; readonly source: string };

/**
 * Line that replaces each cell while the text around is edited. It has NUL characters, so it occurs in no text file.
 */
const CUT = "\u0000heapbook cell\u0000\n";

/**
 * Splits the body of a report into parts at its cells. Cells in lists and quotes are split off too, because notebook
 * cells cannot be nested.
 */
export function splitReport(input: RenderInput): readonly Part[] {
  const { report } = input;
  const { source, cells } = report;
  const offsets = lineOffsets(source);
  const startOf = (line: number): number => offsets[line] ?? source.length;
  const cuts = cells.map(({ range }) => ({ start: startOf(range[0]), end: startOf(range[1]) }));
  const edits = [
    { start: 0, end: frontMatterEnd(source), text: "" },
    ...bodyEdits(input, alertPrefixes(report)),
    ...cuts.map((cut) => ({ ...cut, text: CUT })),
  ];
  const texts = applyEdits(source, edits).split(CUT);
  const codeOf = new Map(report.tokens.map((token) => [token.meta?.["cell"], token.content]));
  const parts: Part[] = [];
  for (let index = 0; index <= cells.length; index += 1) {
    const start = index === 0 ? frontMatterEnd(source) : (cuts[index - 1]?.end ?? source.length);
    const slice = source.slice(start, cuts[index]?.start ?? source.length);
    const [before, cell] = [cells[index - 1], cells[index]];
    const text = plainAlerts(
      trimLines(dedent(texts[index] ?? "", before === undefined ? 0 : indentOf(before, source))),
    );
    parts.push(...textParts(text, slice, { isFirst: index === 0, isLast: cell === undefined, label: cell?.label }));
    if (cell === undefined) continue;
    const { start: from = 0, end: to = 0 } = cuts[index] ?? {};
    parts.push({
      kind: "cell",
      cell,
      source: source.slice(from, to),
      code: (codeOf.get(cell.label) ?? "").replace(/\n$/, ""),
    });
  }
  return parts;
}

function textParts(
  text: string,
  source: string,
  place: { readonly isFirst: boolean; readonly isLast: boolean; readonly label: string | undefined },
): readonly Part[] {
  const isBlank = text === "" && /^[\s>]*$/.test(source);
  if (isBlank) return source === (place.isLast ? "" : "\n") ? [] : [{ kind: "blank", source }];
  const plain = `\n${text}\n${place.isLast ? "" : "\n"}`;
  const id = place.label === undefined ? "heapbook-text-end" : `text-${place.label}`;
  return [{ kind: "text", id, text, source, isPlain: source === plain }];
}

/** Number of blanks before the fence of a cell, if the cell is in a list; otherwise 0. */
function indentOf({ range }: Cell, source: string): number {
  const line = source.split("\n")[range[0]] ?? "";
  return /^ {2,}(?=[`~])/.exec(line)?.[0].length ?? 0;
}

/** Removes a list's indentation from the leading lines that have it; stops at the first line without it. */
function dedent(text: string, columns: number): string {
  if (columns === 0) return text;
  const lines = text.split("\n");
  const end = lines.findIndex((line) => line.trim() !== "" && !line.startsWith(" ".repeat(columns)));
  return lines.map((line, index) => (end === -1 || index < end ? line.slice(columns) : line)).join("\n");
}

/** Removes lines at both ends that contain only blanks and quotation marks. */
function trimLines(text: string): string {
  return text
    .replace(/^(?:[ \t>]*\n)+/, "")
    .replace(/(?<![ \t>\n])([ \t>]*)\n[ \t>\n]*$/, "$1")
    .trimEnd();
}
