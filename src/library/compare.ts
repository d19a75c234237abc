import { type CompareOptions, type Comparison, compareVariants } from "../analysis/compare.ts";
import { describeVerdict, formatDifference, formatEnds, formatP } from "../analysis/comparison-text.ts";
import { formatValue, NO_VALUE } from "../analysis/format.ts";
import { type OverheadOrReason, variantOverheads } from "../analysis/variant-overheads.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import type { Row } from "./display.ts";
import { type Result, variantsOf } from "./variants.ts";

/**
 * Compares the variants of a result with a base in one metric and returns rows for a table:
 * `table(compare(walks, "peakLive", { base: { walks: "dropped" } }))`. Bases come first. Each other variant has its value, the
 * ratio with its 95 % interval, the difference, the p-value after Holm's correction, and the verdict. Variants without a base come
 * last, with that as their verdict.
 *
 * @throws Error where the metric, region or base is unknown, with the available names
 */
export function compare(
  result: ResultModule | readonly ResultVariant[],
  metricId: string,
  options: CompareOptions = {},
): Row[] {
  const found = compareVariants(result, metricId, options);
  const names = differingParameters(variantsOf(result).map(({ params }) => params));
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
    ...unpaired(result, found).map(({ params }) => ({
      ...pick(params),
      [found[0]?.label ?? metricId]: NO_VALUE,
      ratio: NO_VALUE,
      "95 % interval": NO_VALUE,
      difference: NO_VALUE,
      p: NO_VALUE,
      verdict: "no base with these parameters",
    })),
  ];
}

/** Variants that are neither compared nor the base of a comparison, because no base has their other parameters. */
function unpaired(result: Result, found: readonly Comparison[]): readonly ResultVariant[] {
  const known = new Set(found.flatMap(({ params, base }) => [params, base]));
  return variantsOf(result).filter(({ params }) => !known.has(params));
}

/**
 * Lower-bound overhead of each collector configuration (Cai et al., ISPASS 2022) as rows for a table: the time of a variant
 * divided by the smallest time without collections of any variant. Elapsed and CPU time each have a 95 % interval, or `unknown`
 * and the reason. All variants must do the same work. The measured cell needs the probes `gc` and `time`.
 *
 * @throws Error where no variant has a required metric, or where the cell measures `iterations`
 */
export function lowerBoundOverhead(
  result: ResultModule | readonly ResultVariant[],
  options: { readonly region?: string } = {},
): Row[] {
  const found = variantOverheads(result, options);
  const names = differingParameters(found.map(({ params }) => params));
  return found.map(({ params, wall, cpu }) => ({
    ...Object.fromEntries(names.map((name) => [name, params[name] ?? ""])),
    ...overheadColumns("wall time, at least", "wall interval", wall),
    ...overheadColumns("CPU time, at least", "CPU interval", cpu),
  }));
}

function overheadColumns(title: string, intervalTitle: string, overhead: OverheadOrReason): Row {
  return "reason" in overhead
    ? { [title]: `unknown: ${overhead.reason}`, [intervalTitle]: NO_VALUE }
    : { [title]: formatValue(overhead.value, "ratio"), [intervalTitle]: formatEnds(overhead, "ratio") };
}

/** Names of the parameters whose values differ between the variants; empty for a single variant. */
function differingParameters(variants: readonly Readonly<Record<string, Scalar>>[]): string[] {
  const names = [...new Set(variants.flatMap((params) => Object.keys(params)))];
  return names.filter((name) => new Set(variants.map((params) => params[name])).size > 1);
}
