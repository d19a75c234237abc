import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSpec, resultLabels } from "../../src/chart/vega/vega-lite-cell.ts";
import { parseReport } from "../../src/document/parse.ts";
import type { Cell, Report } from "../../src/document/types.ts";
import type { Workspace } from "./workspace.ts";

/** The flagship's folder in this checkout: the report, and its library in two languages. */
const FOLDER = fileURLToPath(new URL("../../reports/memory-usage", import.meta.url));
const FILE = "reports/memory-usage/report.md";

/** Reads the flagship, nothing run. */
export function readFlagship(): Report {
  const path = join(FOLDER, "report.md");
  return parseReport({ source: readFileSync(path, "utf8"), file: FILE, path, folder: FOLDER, slug: "memory-usage" });
}

/** A module beside the flagship's report. */
export function readModule(name: "base-library.ts" | "base_library.py"): string {
  return readFileSync(join(FOLDER, name), "utf8");
}

/**
 * Copies the flagship with its modules into a workspace.
 * @param source of the report, where it is to be another than the flagship's own
 */
export function copyFlagship(workspace: Workspace, source?: string): void {
  cpSync(FOLDER, workspace.path("reports/memory-usage"), { recursive: true });
  if (source !== undefined) workspace.write(FILE, source);
}

/** A cell of the flagship by its label. */
export function flagshipCell(report: Report, label: string): Cell {
  const cell = report.cells.find((each) => each.label === label);
  if (cell === undefined)
    throw new Error(`the flagship has no cell \`${label}\`: the test that needs it is out of date`);
  return cell;
}

/** Cells by their labels, and after each those that it imports or whose results it draws, through however many others. */
export function withNeeded(report: Report, labels: readonly string[]): readonly Cell[] {
  const found = new Map<string, Cell>();
  const visit = (label: string): void => {
    if (found.has(label)) return;
    const cell = flagshipCell(report, label);
    found.set(label, cell);
    for (const needed of neededBy(cell)) visit(needed);
  };
  for (const label of labels) visit(label);
  return [...found.values()];
}

/**
 * The report with nothing but these cells and those that they need: all else (other cells, prose, the abstract) is blank, so
 * that what is left stands on the lines it has in the report. For tests that ask about few cells, and would wait minutes for
 * the rest.
 */
export function keepCells(report: Report, labels: readonly string[]): string {
  const ranges = withNeeded(report, labels).map(({ range }) => range);
  const lines = report.source.split("\n");
  const bodyStart = lines.indexOf("---", 1) + 1;
  let isAbstract = false;
  return lines
    .map((line, index) => {
      if (index >= bodyStart) return ranges.some(([from, to]) => index >= from && index < to) ? line : "";
      isAbstract = /^abstract:/.test(line) || (isAbstract && /^\s/.test(line));
      return isAbstract ? "" : line;
    })
    .join("\n");
}

function neededBy(cell: Cell): readonly string[] {
  if (cell.language === "vega-lite") return resultLabels(parseSpec(cell.source, cell.position));
  return [...cell.source.matchAll(/from "(?:result|cell):([^"]+)"/g)].map(([, label = ""]) => label);
}
