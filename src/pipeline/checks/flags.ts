import type { Cell, Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import { expandFlags, expandMatrix, runtimeOf } from "../../experiment/trial-plan.ts";
import type { TextCache } from "../../model/text-cache.ts";
import { flagNotes } from "../../results/flag-notes.ts";
import type { Runtime } from "../../runtimes/find-runtime.ts";
import { binaryKey } from "../../runtimes/node-binary.ts";
import { checkFlag, readV8Options, type V8Options } from "../../runtimes/v8-options.ts";
import { optionPosition, runsInNode } from "./cells.ts";

type Runtimes = ReadonlyMap<string, Runtime>;

/**
 * Finds flags that a variant passes to a runtime which does not have them: errors `unknown-flag`. Starts a runtime only
 * if a cell has flags for it. Skips cells whose runtime was not found.
 */
export async function findUnknownFlags(report: Report, runtimes: Runtimes, cache: TextCache): Promise<UserError[]> {
  const errors: UserError[] = [];
  for (const cell of report.cells.filter((each) => runsInNode(each) && each.options.flags.length > 0)) {
    for (const [spec, flags] of flagsByRuntime(cell)) {
      const runtime = runtimes.get(spec);
      if (runtime === undefined) continue;
      const options = await cachedOptions(runtime, cache);
      for (const flag of flags) {
        const problem = checkFlag(flag, options, runtime.nodeFlags);
        if (problem === undefined) continue;
        const where = spec === "node" ? "" : ` (\`${spec}\`, Node ${runtime.node})`;
        errors.push(
          new UserError(`Cell \`${cell.label}\`${where}: ${problem.message}`, {
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

/** The flags of a runtime's V8, from the cache; starts the runtime only for a cache miss. */
async function cachedOptions(runtime: Runtime, cache: TextCache): Promise<V8Options> {
  const key = `v8-options 2 ${binaryKey(runtime.path)}`;
  const cached = cache.get(key);
  if (cached !== undefined) return new Map(JSON.parse(cached) as [string, string][]);
  const options = await readV8Options(runtime.path);
  cache.set(key, JSON.stringify([...options]));
  return options;
}

/** The flags that the variants of a cell pass, by the name of the runtime. */
function flagsByRuntime(cell: Cell): ReadonlyMap<string, ReadonlySet<string>> {
  const byRuntime = new Map<string, Set<string>>();
  for (const variant of expandMatrix(cell.options.matrix)) {
    const spec = runtimeOf(cell.options, variant);
    const flags = byRuntime.get(spec) ?? new Set();
    byRuntime.set(spec, flags);
    for (const flag of expandFlags(cell.options.flags, variant)) flags.add(flag);
  }
  return byRuntime;
}

/** Warnings about flags that change what is measured: one sentence for each, with its position. */
export function flagWarnings(report: Report, runtimes: Runtimes): string[] {
  const isSilenced = ({ options: { silence } }: Cell): boolean => silence === "all" || silence.includes("flag");
  const cells = report.cells.filter((cell) => runsInNode(cell) && !isSilenced(cell));
  const warnings = cells.flatMap((cell) => {
    const { file, line } = optionPosition(report, cell, "flags");
    return expandMatrix(cell.options.matrix).flatMap((variant) => {
      const runtime = runtimes.get(runtimeOf(cell.options, variant));
      if (runtime === undefined) return [];
      const notes = flagNotes(expandFlags(cell.options.flags, variant), runtime.node);
      return notes.map(({ id, message }) => `${file}:${line}: Cell \`${cell.label}\`: ${message} [${id}]`);
    });
  });
  return [...new Set(warnings)];
}
