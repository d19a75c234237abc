import { bundleCell } from "../bundle/bundle-cell.ts";
import { checkImportCycles } from "../bundle/import-cycles.ts";
import type { Bundle } from "../bundle/types.ts";
import type { Report } from "../document/types.ts";
import { formatPosition, type UserError, UserErrors } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Scalar } from "../model/values.ts";

/**
 * Bundles every code cell, so that all mistakes in imports are reported before anything runs.
 * @throws UserErrors with each mistake once
 */
export async function bundleReport(
  report: Report,
  params: Readonly<Record<string, Scalar>>,
  cache?: TextCache,
): Promise<ReadonlyMap<string, Bundle>> {
  const code = report.cells.filter((cell) => cell.language !== "vega-lite" && cell.options.eval);
  const input = { params, results: new Map(), ...(cache === undefined ? {} : { cache }) };
  const settled = await settleAll(code, (cell) => bundleCell(report, cell, input));
  const errors = settled.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof UserErrors) return result.reason.errors;
    throw result.reason;
  });
  if (errors.length > 0) throw new UserErrors(distinct(errors));
  const bundles = new Map(
    settled.flatMap((result) => (result.status === "fulfilled" ? [[result.value.label, result.value] as const] : [])),
  );
  checkImportCycles(report, bundles);
  return bundles;
}

/**
 * Largest number of cells that are bundled at one time. esbuild uses all cores anyway, and each bundle in progress
 * takes memory in two processes.
 */
const AT_ONCE = 16;

/** Like `Promise.allSettled`, but runs at most a given number of items at a time. */
async function settleAll<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly PromiseSettledResult<Result>[]> {
  const settled: PromiseSettledResult<Result>[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left)
      [settled[index]] = (await Promise.allSettled([work(item)])) as [(typeof settled)[0]];
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return settled;
}

/** Removes repeated errors: a mistake in a module or a cell that several cells contain is one error. */
function distinct(errors: readonly UserError[]): UserError[] {
  const byMistake = new Map<string, UserError>();
  for (const error of errors) {
    const place = error.position === undefined ? "" : formatPosition(error.position);
    const key = `${error.code} ${place} ${error.message.replace(/^cell `[^`]*`/, "")}`;
    if (!byMistake.has(key)) byMistake.set(key, error);
  }
  return [...byMistake.values()];
}
