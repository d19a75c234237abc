import { type CompareOptions, compareVariants } from "../analysis/compare.ts";
import { describeVerdict, formatDifference, formatEnds, formatP } from "../analysis/comparison-text.ts";
import { formatValue, NO_VALUE } from "../analysis/format.ts";
import { overheads, type ToldOverhead } from "../analysis/lower-bound-overhead.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import type { Row } from "./display.ts";

/**
 * How the variants of a result differ from a base in one metric, as rows for a table:
 * `table(compare(walks, "peakLive", { base: { walks: "dropped" } }))`. Bases come first; then, for each other variant,
 * its value, the ratio with its 95 % interval, the difference, p after Holm's correction, and what follows.
 *
 * @throws Error where the result has no such metric, region or base, naming what there is
 */
export function compare(
  result: ResultModule | readonly ResultVariant[],
  metricId: string,
  options: CompareOptions = {},
): Row[] {
  const found = compareVariants(result, metricId, options);
  const names = differing([...found.map(({ base }) => base), ...found.map(({ params }) => params)]);
  const bases = new Map(found.map((comparison) => [JSON.stringify(comparison.base), comparison]));
  const pick = (params: Readonly<Record<string, Scalar>>): Record<string, Scalar> =>
    Object.fromEntries(names.map((name) => [name, params[name] ?? ""]));
  return [
    ...[...bases.values()].map(({ base, label, unit, baseValue }) => ({
      ...pick(base),
      [label]: formatValue(baseValue, unit),
      ratio: "1",
      "95 % interval": "",
      difference: "",
      p: "",
      verdict: "base",
    })),
    ...found.map((comparison) => {
      const { params, label, unit, value, ratio, shift, correctedP } = comparison;
      return {
        ...pick(params),
        [label]: formatValue(value, unit),
        ratio: ratio === undefined ? NO_VALUE : formatValue(ratio.value, "ratio"),
        "95 % interval": ratio === undefined ? NO_VALUE : formatEnds(ratio, "ratio"),
        difference: formatDifference(shift.value, unit),
        p: formatP(correctedP),
        verdict: describeVerdict(comparison),
      };
    }),
  ];
}

/**
 * What each configuration of the collector costs at least, as rows for a table: its time divided by the least that the work
 * can have taken in any of the variants (lower-bound overhead, Cai et al., ISPASS 2022), for elapsed and for CPU time, each
 * with a 95 % interval, or `not told` and the reason. The variants must do the same work; the cell measured needs the probes
 * `gc` and `time`.
 *
 * @throws Error where no variant has a metric that this needs, and for times of `iterations`
 */
export function lowerBoundOverhead(
  result: ResultModule | readonly ResultVariant[],
  options: { readonly region?: string } = {},
): Row[] {
  const found = overheads(result, options);
  const names = differing(found.map(({ params }) => params));
  return found.map(({ params, wall, cpu }) => ({
    ...Object.fromEntries(names.map((name) => [name, params[name] ?? ""])),
    ...overheadColumns("wall time, at least", "wall interval", wall),
    ...overheadColumns("CPU time, at least", "CPU interval", cpu),
  }));
}

function overheadColumns(title: string, intervalTitle: string, told: ToldOverhead): Row {
  return "notTold" in told
    ? { [title]: `not told: ${told.notTold}`, [intervalTitle]: NO_VALUE }
    : { [title]: formatValue(told.value, "ratio"), [intervalTitle]: formatEnds(told, "ratio") };
}

/** Parameters in which the variants differ; none of a single one. */
function differing(variants: readonly Readonly<Record<string, Scalar>>[]): string[] {
  const names = [...new Set(variants.flatMap((params) => Object.keys(params)))];
  return names.filter((name) => new Set(variants.map((params) => params[name])).size > 1);
}
