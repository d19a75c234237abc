import type { Token } from "markdown-it";
import { type Position, UserError } from "../errors.ts";
import type { FloatMeta } from "./float-rules.ts";
import { ANCHOR_KINDS, type Anchor, type AnchorKind, type Cell, type Heading } from "./types.ts";

export interface AnchorsReading {
  readonly anchors: ReadonlyMap<string, Anchor>;
  readonly errors: readonly UserError[];
}

/**
 * Collects the anchors of a report: cells and images labelled `fig-…`, cells and captioned tables labelled `tbl-…`,
 * listings labelled `lst-…`, headings with `{#sec-…}`, formulas with `{#eq-…}`. All but headings are numbered in
 * document order. A cell that shows no output (`include`, `eval` or `output` is false) is not an anchor. Errors:
 * `duplicate-label`, at the second use of a label.
 */
export function readAnchors(
  tokens: readonly Token[],
  cells: readonly Cell[],
  headings: readonly Heading[],
  file: string,
): AnchorsReading {
  const errors: UserError[] = [];
  const anchors = new Map<string, Anchor>();
  const placed = new Map<string, Position>();
  const counts = { fig: 0, tbl: 0, eq: 0, lst: 0 };
  /** Reserves a label. If the label is in use, adds an error and returns false. */
  const place = (label: string, position: Position): boolean => {
    const first = placed.get(label);
    if (first !== undefined) {
      errors.push(duplicateLabel(label, first, position));
      return false;
    }
    placed.set(label, position);
    return true;
  };
  const count = (label: string, kind: keyof typeof counts, position: Position): void => {
    counts[kind] += 1;
    anchors.set(label, { label, kind, number: String(counts[kind]), position });
  };

  // Cells and headings stand in the same order as their tokens.
  const cellsLeft = cells.values();
  const headingsLeft = headings.values();
  for (const token of tokens) {
    if (token.type === "heading_open") {
      const heading = headingsLeft.next().value;
      if (heading === undefined || typeof token.meta?.["explicitId"] !== "string") continue;
      const { id: label, number, position } = heading;
      if (place(label, position) && kindOf(label) === "sec")
        anchors.set(label, { label, kind: "sec", number, position });
    } else if (token.type === "figure_open") {
      const position = { file, line: (token.map?.[0] ?? 0) + 1 };
      const label = String(token.meta?.["figure"]);
      if (place(label, position)) count(label, "fig", position);
    } else if (token.type === "float_open" && typeof token.meta?.["label"] === "string") {
      const { label, kind } = token.meta as unknown as FloatMeta & { readonly label: string };
      const position = { file, line: (token.map?.[0] ?? 0) + 1 };
      if (place(label, position)) count(label, kind, position);
    } else if (token.type === "math_block" && typeof token.meta?.["label"] === "string") {
      const label = token.meta["label"];
      const position = { file, line: token.map?.[1] ?? 1 };
      if (place(label, position)) count(label, "eq", position);
    } else if (token.type === "fence" && typeof token.meta?.["cell"] === "string") {
      const cell = cellsLeft.next().value;
      if (cell === undefined) continue;
      const line = cell.optionLines.get("label") ?? cell.position.line;
      if (!place(cell.label, { file, line })) continue;
      const kind = kindOf(cell.label);
      if (showsOutput(cell) && (kind === "fig" || kind === "tbl")) count(cell.label, kind, cell.position);
    }
  }
  return { anchors, errors };
}

/** The error for the second use of a label. @param first position of the first use */
export function duplicateLabel(label: string, first: Position, position: Position): UserError {
  const message = `The label \`${label}\` is used twice: in line ${first.line} and in line ${position.line}.`;
  return new UserError(message, { code: "duplicate-label", position, hint: "Rename one of the two." });
}

/** The kind of anchor that the prefix of a label names; undefined for a label without such a prefix. */
export function kindOf(label: string): AnchorKind | undefined {
  const [prefix] = label.split("-", 1);
  return label.includes("-") ? ANCHOR_KINDS.find((kind) => kind === prefix) : undefined;
}

function showsOutput(cell: Cell): boolean {
  return cell.options.include && cell.options.eval && cell.options.output !== false;
}
