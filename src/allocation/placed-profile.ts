import type { AllocationCallNode, LineProfile } from "../model/line-profile.ts";
import { CELL_SCHEME } from "./program.ts";

/** Position of a cell in report.md. */
export interface CellPlace {
  readonly label: string;
  /** Line of report.md on which the cell's code begins. */
  readonly sourceLine: number;
}

const REPORT = "report.md";

type Line = Pick<AllocationCallNode, "file" | "line">;

/** Translates lines of cells into lines of report.md. */
class Placer {
  readonly #firstLines: ReadonlyMap<string, number>;

  constructor(cells: readonly CellPlace[]) {
    this.#firstLines = new Map(cells.map(({ label, sourceLine }) => [`${CELL_SCHEME}${label}`, sourceLine]));
  }

  place({ file, line }: Line): Line {
    const firstLine = this.#firstLines.get(file);
    return firstLine === undefined ? { file, line } : { file: REPORT, line: firstLine + line - 1 };
  }

  placeCalls(node: AllocationCallNode): AllocationCallNode {
    const functionLine = this.place({ file: node.file, line: node.functionLine }).line;
    return {
      ...node,
      ...this.place(node),
      functionLine,
      children: node.children.map((child) => this.placeCalls(child)),
    };
  }

  /** Source lines by file. report.md contains the lines of cells; its other lines are empty. */
  placeSources(sources: LineProfile["sources"]): LineProfile["sources"] {
    const placed: Record<string, string[]> = {};
    for (const [file, lines] of Object.entries(sources)) {
      const start = this.place({ file, line: 1 });
      const whole = placed[start.file] ?? [];
      placed[start.file] = whole;
      while (whole.length < start.line - 1 + lines.length) whole.push("");
      whole.splice(start.line - 1, lines.length, ...lines);
    }
    return placed;
  }
}

const byPlace = (a: Line, b: Line): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);

/**
 * Translates the lines of a stored profile from lines of cells to lines of the present report.md. Profiles count lines
 * from the start of each cell, because text above a cell moves the cell without changing the measurement.
 */
export function placeProfile(profile: LineProfile, cells: readonly CellPlace[]): LineProfile {
  const placer = new Placer(cells);
  return {
    ...profile,
    lines: profile.lines.map((line) => ({ ...line, ...placer.place(line) })).sort(byPlace),
    calls: placer.placeCalls(profile.calls),
    notInstrumented: profile.notInstrumented.map((each) => ({ ...each, ...placer.place(each) })),
    outside: profile.outside.map((each) => ({ ...each, ...placer.place(each) })),
    inexact: profile.inexact.map((each) => ({ ...each, ...placer.place(each) })),
    sources: placer.placeSources(profile.sources),
  };
}
