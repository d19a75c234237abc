import type { MetricSummary } from "../model/metrics.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";

/** A result as `import walks from "result:walks"` gives it, or variants of one that `select` chose. */
export type Result = ResultModule | readonly ResultVariant[];

export function variantsOf(result: Result): readonly ResultVariant[] {
  return "variants" in result ? result.variants : result;
}

/** Metrics by the names they are asked for: `peakLive`, and `load.peakLive` in the region `load`. */
export function metricsOf(variant: ResultVariant): ReadonlyMap<string, MetricSummary> {
  const named = Object.entries(variant.regions).flatMap(([region, metrics]) =>
    Object.entries(metrics).map(([id, summary]): [string, MetricSummary] => [
      region === "" ? id : `${region}.${id}`,
      summary,
    ]),
  );
  return new Map([...named, ...Object.entries(variant.metrics)]);
}

/** A variant with the metric asked for. */
export interface Measured {
  readonly variant: ResultVariant;
  readonly summary: MetricSummary;
}

export function withMetric(variants: readonly ResultVariant[], id: string): readonly Measured[] {
  const measured = variants.flatMap((variant): readonly Measured[] => {
    const summary = metricsOf(variant).get(id);
    return summary === undefined ? [] : [{ variant, summary }];
  });
  if (measured.length === 0)
    throw unknown("metric", id, new Set(variants.flatMap((variant) => [...metricsOf(variant).keys()])));
  return measured;
}

export function parameter(variants: readonly ResultVariant[], variant: ResultVariant, name: string): Scalar {
  const value = variant.params[name];
  if (value === undefined)
    throw unknown("parameter", name, new Set(variants.flatMap((one) => Object.keys(one.params))));
  return value;
}

/** A word speaks for itself, `16` does not. */
export function nameValue(name: string, value: Scalar): string {
  return typeof value === "string" ? value : `${name} = ${value}`;
}

export function parameterNames(variants: readonly ResultVariant[], name: string): (variant: ResultVariant) => string {
  return (variant) => nameValue(name, parameter(variants, variant, name));
}

/** Names variants by the parameters in which they differ: `saved`, or `walks = saved, semi = 16` where several do. */
export function variantNames(
  variants: readonly ResultVariant[],
  except: readonly string[] = [],
): (variant: ResultVariant) => string {
  const names = [...new Set(variants.flatMap((variant) => Object.keys(variant.params)))];
  const differing = names.filter(
    (name) => !except.includes(name) && new Set(variants.map((variant) => variant.params[name])).size > 1,
  );
  const [only] = differing;
  return (variant) => {
    const given = differing.flatMap((name): [string, Scalar][] => {
      const value = variant.params[name];
      return value === undefined ? [] : [[name, value]];
    });
    if (only !== undefined && differing.length === 1)
      return given.map(([name, value]) => nameValue(name, value)).join("");
    return given.map(([name, value]) => `${name} = ${value}`).join(", ");
  };
}

export function unknown(what: string, name: string, known: ReadonlySet<string>): Error {
  const there = [...known];
  if (there.length === 0) return new Error(`there is no ${what} "${name}": the result has none`);
  const nearest = there.reduce((best, one) => (editDistance(name, one) < editDistance(name, best) ? one : best));
  return new Error(`there is no ${what} "${name}"; did you mean "${nearest}"? There are: ${there.join(", ")}`);
}

/** Levenshtein's distance, a row at a time; nothing is imported into a measured process. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
