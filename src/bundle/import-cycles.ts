import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import { importPosition } from "./bundle-cell.ts";
import type { Bundle, CellImport } from "./types.ts";

/**
 * Checks that no cell imports itself through other cells.
 * @throws UserError `import-cycle` that names the cells of the first cycle, at the import that closes the cycle
 */
export function checkImportCycles(report: Report, bundles: ReadonlyMap<string, Bundle>): void {
  // A cell with `eval: false` has no bundle, but its imports are listed in the bundles of cells that import it.
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
  return new UserError(`Cell \`${from}\` imports \`${scheme}:${label}\`, which needs \`${from}\` first: ${chain}.`, {
    code: "import-cycle",
    position,
    hint: "Move the shared code into a third cell, or into a module beside the report.",
    exitCode: 1,
  });
}
