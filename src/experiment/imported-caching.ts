import type { Cell, Report } from "../document/types.ts";

/**
 * A copy of the cell whose caching options also respect the cells that it imports by `cell:`, because their code runs
 * as part of it. `cache` is false if one of them has `cache: false`; `max-age` is the smallest of all.
 *
 * @param imports labels of the imported cells, directly or through others
 */
export function withImportedCaching(cell: Cell, report: Report, imports: readonly string[]): Cell {
  if (imports.length === 0) return cell;
  const all = [cell, ...report.cells.filter(({ label }) => imports.includes(label))].map(({ options }) => options);
  const ages = all.flatMap(({ maxAgeMs }) => maxAgeMs ?? []);
  const maxAgeMs = ages.length === 0 ? undefined : Math.min(...ages);
  return { ...cell, options: { ...cell.options, cache: all.every(({ cache }) => cache), maxAgeMs } };
}
