import type { AllocationMeasure } from "../../model/line-views.ts";
import type { ReadyChart } from "../../model/ready-charts.ts";
import { bytesBy, comparePlaces, countBy, type NamedProfile, pairLines, sourceOf } from "./line-table.ts";

// Part of the bundle of cells that show lines: may import only modules that import no package.

/** Chart of the lines in which two runs differ most, the largest difference first, with the number and sum of the others. */
export function chartDifference(
  one: NamedProfile,
  other: NamedProfile,
  { by, top }: { readonly by: AllocationMeasure; readonly top: number },
): Extract<ReadyChart, { readonly chart: "line-difference" }> {
  const all = pairLines(one.profile, other.profile)
    .flatMap(({ line, difference }) =>
      difference === null || bytesBy(by, difference) === 0
        ? []
        : [
            {
              file: line.file,
              line: line.line,
              source: sourceOf(line, one.profile, other.profile).trim(),
              bytes: bytesBy(by, difference),
              count: countBy(by, difference),
            },
          ],
    )
    .sort((x, y) => Math.abs(y.bytes) - Math.abs(x.bytes) || comparePlaces(x, y));
  const rest = all.slice(top);
  const others = { lines: rest.length, bytes: rest.reduce((sum, { bytes }) => sum + bytes, 0) };
  return {
    chart: "line-difference",
    by,
    names: [one.name || "first", other.name || "second"],
    rows: all.slice(0, top),
    ...(rest.length === 0 ? {} : { others }),
  };
}
