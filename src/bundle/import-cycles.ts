import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import { importPosition } from "./bundle-cell.ts";
import type { Bundle, CellImport } from "./types.ts";

/**
 * Checks that no cell needs itself, through however many others.
 * @throws UserError naming every cell of the first cycle found, at the import that closes it.
 */
export function checkImportCycles(report: Report, bundles: ReadonlyMap<string, Bundle>): void {
  // From the bundles, not cell by cell: a cell that is never run has no bundle of its own, but others may contain it.
  const needs = new Map<string, CellImport[]>();
  for (const link of [...bundles.values()].flatMap((bundle) => bundle.links)) {
    needs.set(link.from, [...(needs.get(link.from) ?? []), link]);
  }
  const done = new Set<string>();
  const visit = (label: string, path: readonly CellImport[]): void => {
    if (done.has(label)) return;
    const start = path.findIndex((link) => link.from === label);
    if (start >= 0) throw cycleError(report, path.slice(start));
    for (const link of needs.get(label) ?? []) visit(link.label, [...path, link]);
    done.add(label);
  };
  for (const cell of report.cells) visit(cell.label, []);
}

function cycleError(report: Report, cycle: readonly CellImport[]): UserError {
  const { from = "", scheme = "cell", label = "" } = cycle.at(-1) ?? {};
  const cell = report.cells.find((each) => each.label === from);
  const position = cell === undefined ? undefined : importPosition(report, cell, `${scheme}:${label}`);
  const chain = [...cycle.map((link) => link.from), label].map((each) => `\`${each}\``).join(" → ");
  return new UserError(`cell \`${from}\` imports \`${scheme}:${label}\`, which needs \`${from}\` first: ${chain}`, {
    code: "import-cycle",
    position,
    hint: "Move what both need into a third cell, or into a module beside the report.",
    exitCode: 1,
  });
}
