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
  const settled = await Promise.allSettled(
    code.map((cell) =>
      bundleCell(report, cell, { params, results: new Map(), ...(cache === undefined ? {} : { cache }) }),
    ),
  );
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
