import { join } from "node:path";
import type { TextCache } from "./chart/types.ts";
import type { Cell, Report } from "./document/types.ts";
import { type Position, UserError } from "./errors.ts";
import { expandFlags, expandMatrix } from "./experiment/plan.ts";
import { checkFlag, readV8Options, type V8Options } from "./experiment/v8-options.ts";
import { findInputs } from "./results/inputs.ts";

function optionPosition(report: Report, cell: Cell, option: string): Position {
  return { file: report.file, line: cell.optionLines.get(option) ?? cell.position.line };
}

/** The flags of a Node binary, asked once per version and then kept. */
async function knownFlags(node: string, cache: TextCache): Promise<V8Options> {
  const key = `v8-options 1 ${process.version} ${process.arch}`;
  const kept = cache.get(key);
  if (kept !== undefined) return new Map(JSON.parse(kept) as [string, string][]);
  const options = await readV8Options(node);
  cache.set(key, JSON.stringify([...options]));
  return options;
}

/** Flags that the runtime does not have, in any variant of any cell. Asks the runtime only if a cell has flags. */
export async function checkFlags(report: Report, node: string, cache: TextCache): Promise<UserError[]> {
  const flagged = report.cells.filter((cell) => cell.options.flags.length > 0);
  if (flagged.length === 0) return [];
  const options = await knownFlags(node, cache);
  return flagged.flatMap((cell) => {
    const flags = new Set(
      expandMatrix(cell.options.matrix).flatMap((variant) => expandFlags(cell.options.flags, variant)),
    );
    const errors: UserError[] = [];
    for (const flag of flags) {
      const problem = checkFlag(flag, options);
      if (problem !== undefined) {
        errors.push(
          new UserError(`cell \`${cell.label}\`: ${problem.message}`, {
            code: "unknown-flag",
            position: optionPosition(report, cell, "flags"),
            hint: problem.hint,
          }),
        );
      }
    }
    return errors;
  });
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
