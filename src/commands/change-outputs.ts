import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DrawnChart } from "../chart/types.ts";
import { UserError } from "../errors.ts";
import type { ChangeChart } from "../render/html/change-charts.ts";

/** A page about changes is drawn once, so no drawing is cached. */
const NO_CACHE = { get: () => undefined, set: () => {} };

/** Draws charts for a page. @returns drawings by name */
export async function drawCharts(charts: readonly ChangeChart[]): Promise<ReadonlyMap<string, DrawnChart>> {
  const { drawChart } = await import("../chart/draw.ts");
  const drawn = new Map<string, DrawnChart>();
  for (const { name, chart } of charts) drawn.set(name, await drawChart(chart, { name, cache: NO_CACHE }));
  return drawn;
}

/** Writes a file of `-o`. @throws UserError `output-not-writable` */
export function writeOutput(path: string, contents: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`the file ${path} cannot be written (${reason})`, {
      code: "output-not-writable",
      hint: "Name another file with `-o file`.",
      cause: error,
    });
  }
}
