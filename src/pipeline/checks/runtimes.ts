import type { Cell, Report } from "../../document/types.ts";
import { type Position, UserError } from "../../errors.ts";
import { expandMatrix, runtimeOf } from "../../experiment/trial-plan.ts";
import type { TextCache } from "../../model/text-cache.ts";
import { findRuntime, ownRuntime, type Runtime } from "../../runtimes/find-runtime.ts";
import { runtimesFolder } from "../../store/store-folder.ts";
import { optionPosition, runsInNode } from "./cells.ts";

export interface FoundRuntimes {
  /** Runtimes by the name that the report uses, such as `node@22`. `node` is the Node that runs Heapbook. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** Errors for runtimes that were not found, by the name of the runtime, each at the first cell that uses it. */
  readonly missing: ReadonlyMap<string, UserError>;
}

/** Looks up each runtime that the report names, once, and the Node that runs Heapbook. */
export async function findRuntimes(report: Report, root: string, cache: TextCache): Promise<FoundRuntimes> {
  const search = { runtimesFolder: runtimesFolder(root), folder: report.folder, cache };
  const runtimes = new Map<string, Runtime>([["node", ownRuntime()]]);
  const missing = new Map<string, UserError>();
  for (const [spec, cell] of firstUsers(report)) {
    try {
      runtimes.set(spec, await findRuntime(spec, search));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, hint, cause, message } = error;
      missing.set(spec, new UserError(message, { code, hint, cause, position: runtimePosition(report, cell) }));
    }
  }
  return { runtimes, missing };
}

/** The first cell that uses each runtime, by the name of the runtime. */
function firstUsers(report: Report): ReadonlyMap<string, Cell> {
  const users = new Map<string, Cell>();
  for (const cell of report.cells.filter(runsInNode)) {
    for (const variant of expandMatrix(cell.options.matrix)) {
      const spec = runtimeOf(cell.options, variant);
      if (!users.has(spec)) users.set(spec, cell);
    }
  }
  return users;
}

/** The position at which a cell's runtime is set: in its matrix, in its options, or in the front matter. */
function runtimePosition(report: Report, cell: Cell): Position {
  if (cell.options.matrix["runtime"] !== undefined) return optionPosition(report, cell, "matrix");
  if (cell.optionLines.has("runtime")) return optionPosition(report, cell, "runtime");
  const line = report.source.split("\n").findIndex((text) => /\bruntime\s*:/.test(text)) + 1;
  return line > 0 && line < cell.position.line ? { file: report.file, line } : cell.position;
}
