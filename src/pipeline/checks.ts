import { statSync } from "node:fs";
import { join } from "node:path";
import { type Cell, isScript, type Report } from "../document/types.ts";
import { type Position, UserError } from "../errors.ts";
import { expandFlags, expandMatrix, runtimeOf } from "../experiment/trial-plan.ts";
import type { TextCache } from "../model/text-cache.ts";
import { flagNotes } from "../results/flag-notes.ts";
import { findRuntime, ownRuntime, type Runtime } from "../runtimes/find-runtime.ts";
import { binaryKey } from "../runtimes/node-binary.ts";
import { checkFlag, readV8Options, type V8Options } from "../runtimes/v8-options.ts";
import { findInputs } from "../store/declared-inputs.ts";
import { runtimesFolder } from "../store/store-folder.ts";

function optionPosition(report: Report, cell: Cell, option: string): Position {
  return { file: report.file, line: cell.optionLines.get(option) ?? cell.position.line };
}

const runs = (cell: Cell): boolean => cell.options.eval && isScript(cell.language);

/** Where a cell's runtime was chosen: in its matrix, in its options, or in the front matter. */
function runtimePosition(report: Report, cell: Cell): Position {
  if (cell.options.matrix["runtime"] !== undefined) return optionPosition(report, cell, "matrix");
  if (cell.optionLines.has("runtime")) return optionPosition(report, cell, "runtime");
  const line = report.source.split("\n").findIndex((text) => /\bruntime\s*:/.test(text)) + 1;
  return line > 0 && line < cell.position.line ? { file: report.file, line } : cell.position;
}

export interface FoundRuntimes {
  /** By what the report calls them. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly errors: readonly UserError[];
}

/** Finds every runtime that the report names, and the Node that runs Heapbook, each once; those that are not there are errors, where they are named first. */
export async function findRuntimes(report: Report, root: string, cache: TextCache): Promise<FoundRuntimes> {
  const search = { runtimesFolder: runtimesFolder(root), folder: report.folder, cache };
  const users = new Map<string, Cell>();
  for (const cell of report.cells.filter(runs)) {
    for (const variant of expandMatrix(cell.options.matrix)) {
      const spec = runtimeOf(cell.options, variant);
      if (!users.has(spec)) users.set(spec, cell);
    }
  }
  const runtimes = new Map<string, Runtime>([["node", ownRuntime()]]);
  const errors: UserError[] = [];
  for (const [spec, cell] of users) {
    try {
      runtimes.set(spec, await findRuntime(spec, search));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, hint, cause, message } = error;
      errors.push(new UserError(message, { code, hint, cause, position: runtimePosition(report, cell) }));
    }
  }
  return { runtimes, errors };
}

/** The flags of a Node binary, asked once and then kept. */
async function knownFlags(runtime: Runtime, cache: TextCache): Promise<V8Options> {
  const key = `v8-options 2 ${binaryKey(runtime.path)}`;
  const kept = cache.get(key);
  if (kept !== undefined) return new Map(JSON.parse(kept) as [string, string][]);
  const options = await readV8Options(runtime.path);
  cache.set(key, JSON.stringify([...options]));
  return options;
}

/** Every flag of a cell, as each of its runtimes is given it. */
function flagsByRuntime(cell: Cell): ReadonlyMap<string, ReadonlySet<string>> {
  const flags = new Map<string, Set<string>>();
  for (const variant of expandMatrix(cell.options.matrix)) {
    const spec = runtimeOf(cell.options, variant);
    const known = flags.get(spec) ?? new Set();
    flags.set(spec, known);
    for (const flag of expandFlags(cell.options.flags, variant)) known.add(flag);
  }
  return flags;
}

/**
 * Flags that a runtime does not have, in any variant of any cell. A runtime is asked only if a cell has flags for it;
 * one that was not found is passed over.
 */
export async function checkFlags(
  report: Report,
  runtimes: ReadonlyMap<string, Runtime>,
  cache: TextCache,
): Promise<UserError[]> {
  const errors: UserError[] = [];
  for (const cell of report.cells.filter((each) => runs(each) && each.options.flags.length > 0)) {
    for (const [spec, flags] of flagsByRuntime(cell)) {
      const runtime = runtimes.get(spec);
      if (runtime === undefined) continue;
      const options = await knownFlags(runtime, cache);
      for (const flag of flags) {
        const problem = checkFlag(flag, options, runtime.nodeFlags);
        if (problem === undefined) continue;
        const where = spec === "node" ? "" : ` (\`${spec}\`, Node ${runtime.node})`;
        errors.push(
          new UserError(`cell \`${cell.label}\`: ${problem.message}${where}`, {
            code: "unknown-flag",
            position: optionPosition(report, cell, "flags"),
            hint: problem.hint,
          }),
        );
      }
    }
  }
  return errors;
}

/** What to know of the cells' flags that the runtimes take, one sentence each with its place, for a warning. */
export function describeFlagNotes(report: Report, runtimes: ReadonlyMap<string, Runtime>): string[] {
  const silent = ({ options: { silence } }: Cell): boolean => silence === "all" || silence.includes("flag");
  const told = report.cells.filter((cell) => runs(cell) && !silent(cell));
  const notes = told.flatMap((cell) => {
    const { file, line } = optionPosition(report, cell, "flags");
    const variants = expandMatrix(cell.options.matrix);
    return variants.flatMap((variant) => {
      const runtime = runtimes.get(runtimeOf(cell.options, variant));
      if (runtime === undefined) return [];
      const found = flagNotes(expandFlags(cell.options.flags, variant), runtime.node);
      return found.map(({ id, message }) => `${file}:${line}: cell \`${cell.label}\`: ${message} [${id}]`);
    });
  });
  return [...new Set(notes)];
}

/** Entries of `inputs` that name no file. */
export async function checkInputs(report: Report): Promise<UserError[]> {
  const errors: UserError[] = [];
  for (const cell of report.cells) {
    for (const input of cell.options.inputs) {
      if ((await findInputs(report.folder, input)).length > 0) continue;
      errors.push(
        new UserError(`cell \`${cell.label}\`: no file matches the input \`${input}\``, {
          code: "input-not-found",
          position: optionPosition(report, cell, "inputs"),
          hint: `Paths are taken from the report's folder: ${join(report.folder, input)}`,
          exitCode: 1,
        }),
      );
    }
  }
  return errors;
}

/** Files of `recorded-output` that are not there. */
export function checkRecordedOutputs(report: Report): UserError[] {
  return report.cells.flatMap((cell) =>
    cell.options.recordedOutputs.flatMap(({ file, line }) => {
      if (file === undefined || statSync(join(report.folder, file), { throwIfNoEntry: false })?.isFile()) return [];
      return new UserError(`cell \`${cell.label}\`: there is no file \`${file}\` with a recorded output`, {
        code: "recorded-output-not-found",
        position: { file: report.file, line },
        hint: `Paths are taken from the report's folder: ${join(report.folder, file)}`,
        exitCode: 1,
      });
    }),
  );
}
