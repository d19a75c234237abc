import { type CompareOptions, compareVariants } from "../analysis/compare.ts";
import { describeVerdict, formatDifference, formatEnds, formatP } from "../analysis/comparison-text.ts";
import { formatValue, NO_VALUE } from "../analysis/format.ts";
import { overheads, type ToldOverhead } from "../analysis/lower-bound-overhead.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import type { Row } from "./display.ts";

/**
 * Compares the variants of a result with a base in one metric, as rows for a table:
 * `table(compare(walks, "peakLive", { base: { walks: "dropped" } }))`. The bases come first. Then one row for each other variant:
 * value, ratio with 95 % interval, difference, p after Holm's correction, and verdict.
 *
 * @throws Error for an unknown metric, region or base; the message lists the known ones
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
 * Lower bound of the collector's cost in each configuration, as rows for a table: the time of a variant divided by the least time
 * that the work can take in any variant (lower-bound overhead, Cai et al., ISPASS 2022). Elapsed and CPU time have a column
 * each, with a 95 % interval, or the reason why there is none. The variants must do the same work, and the measured cell needs
 * the probes `gc` and `time`.
 *
 * @throws Error for a metric that no variant has, and for times of `iterations`
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

function overheadColumns(title: string, intervalTitle: string, overhead: ToldOverhead): Row {
  return "notTold" in overhead
    ? { [title]: `not told: ${overhead.notTold}`, [intervalTitle]: NO_VALUE }
    : { [title]: formatValue(overhead.value, "ratio"), [intervalTitle]: formatEnds(overhead, "ratio") };
}

/** Names of the parameters in which the variants differ; empty for a single variant. */
function differing(variants: readonly Readonly<Record<string, Scalar>>[]): string[] {
  const names = [...new Set(variants.flatMap((params) => Object.keys(params)))];
  return names.filter((name) => new Set(variants.map((params) => params[name])).size > 1);
}
