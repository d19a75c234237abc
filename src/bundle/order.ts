import type { Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import { importPosition } from "./bundle.ts";
import type { Bundle } from "./types.ts";

/** Labels that must be there before a cell: the results it reads and the cells it contains. */
function needs(bundle: Bundle | undefined): readonly string[] {
  if (bundle === undefined) return [];
  // A cell that reaches itself through others contains them too: naming those gives the chain, naming itself does not.
  const cells = bundle.cellImports.filter((label) => label !== bundle.label);
  const itself = cells.length === 0 && bundle.cellImports.length > 0 ? [bundle.label] : [];
  return [...bundle.resultImports, ...cells, ...itself];
}

/**
 * Checks that no cell needs itself, through however many others.
 * @throws UserError naming every cell of the first cycle found, at the import that closes it.
 */
export function checkOrder(report: Report, bundles: ReadonlyMap<string, Bundle>): void {
  const done = new Set<string>();
  const visit = (label: string, path: readonly string[]): void => {
    if (done.has(label)) return;
    const start = path.indexOf(label);
    if (start >= 0) throw cycleError(report, [...path.slice(start), label]);
    for (const needed of needs(bundles.get(label))) visit(needed, [...path, label]);
    done.add(label);
  };
  for (const cell of report.cells) visit(cell.label, []);
}

function cycleError(report: Report, cycle: readonly string[]): UserError {
  const last = cycle.at(-2) ?? "";
  const first = cycle.at(-1) ?? "";
  const cell = report.cells.find((each) => each.label === last);
  const scheme = cell?.source.includes(`result:${first}`) === true ? "result" : "cell";
  const position = cell === undefined ? undefined : importPosition(report, cell, `${scheme}:${first}`);
  const chain = cycle.map((label) => `\`${label}\``).join(" → ");
  return new UserError(`cell \`${last}\` imports \`${scheme}:${first}\`, which needs \`${last}\` first: ${chain}`, {
    code: "import-cycle",
    position,
    hint: "Move what both need into a third cell, or into a module beside the report.",
    exitCode: 1,
  });
}
