import type { Cell, Report } from "../document/types.ts";

/**
 * A cell with the caching of the cells that it imports by `cell:`: their code runs as part of its own, so that `cache: false` of one of
 * them, and the least `max-age`, hold for it, too.
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
