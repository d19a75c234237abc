import type { MetricSummary } from "../model/metrics.ts";
import type { LeftOut } from "../model/ready-charts.ts";
import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";

/** A result, as `import walks from "result:walks"` gives it, or a list of variants that `select()` returned. */
export type Result = ResultModule | readonly ResultVariant[];

/**
 * The variants of a result or of a selection.
 * @throws TypeError for anything else, such as one row of a table
 */
export function variantsOf(result: Result): readonly ResultVariant[] {
  const variants: unknown = Object(result) === result && "variants" in result ? result.variants : result;
  if (Array.isArray(variants)) return variants;
  throw new TypeError('This needs a result, `import walks from "result:walks"`, or variants of one by select().');
}

/** Metrics of a variant by name: `peakLive` in the unnamed or only region, `load.peakLive` in the region `load`. */
export function metricsOf(variant: ResultVariant): ReadonlyMap<string, MetricSummary> {
  const named = Object.entries(variant.regions).flatMap(([region, metrics]) =>
    Object.entries(metrics).map(([id, summary]): [string, MetricSummary] => [
      region === "" ? id : `${region}.${id}`,
      summary,
    ]),
  );
  return new Map([...named, ...Object.entries(variant.metrics)]);
}

/** A variant, and its summary of one metric. */
export interface Measured {
  readonly variant: ResultVariant;
  readonly summary: MetricSummary;
}

/**
 * The variants that have a metric.
 * @param id `peakLive`, or `load.peakLive` in the region `load`
 * @throws Error where no variant has the metric, with the nearest name
 */
export function withMetric(variants: readonly ResultVariant[], id: string): readonly Measured[] {
  const measured = variants.flatMap((variant): readonly Measured[] => {
    const summary = metricsOf(variant).get(id);
    return summary === undefined ? [] : [{ variant, summary }];
  });
  if (measured.length === 0)
    throw new Error(unknownName("metric", id, new Set(variants.flatMap((variant) => [...metricsOf(variant).keys()]))));
  return measured;
}

/**
 * The variants that lack a metric, with the reason, for the note below a chart that does not draw them.
 * @param measured variants that have the metric, at least one
 * @param id `peakLive`, or `load.peakLive` in the region `load`
 */
export function withoutMetric(
  variants: readonly ResultVariant[],
  measured: readonly Measured[],
  id: string,
): readonly LeftOut[] {
  const nameOf = variantNames(variants);
  const metric = measured[0]?.summary.label ?? id;
  const lacking = variants.filter((variant) => measured.every((one) => one.variant !== variant));
  return lacking.map((variant) => ({ name: nameOf(variant), why: whyWithout(variant, id), metric }));
}

/** The probe `peak` always reads `endLive`; a variant with `endLive` and without a peak had a search that ended early. */
function whyWithout(variant: ResultVariant, id: string): LeftOut["why"] {
  const [, region = "", name = ""] = /^(?:(.*)\.)?([^.]*)$/s.exec(id) ?? [];
  const wasProbed = metricsOf(variant).has(region === "" ? "endLive" : `${region}.endLive`);
  return ["peakLive", "peakLow", "peakHigh"].includes(name) && wasProbed ? "unbound" : "unmeasured";
}

/**
 * The value of a variant's parameter.
 * @throws Error where the variant has no such parameter, with the nearest name among those of all variants
 */
export function parameter(variants: readonly ResultVariant[], variant: ResultVariant, name: string): Scalar {
  const value = variant.params[name];
  if (value === undefined)
    throw new Error(unknownName("parameter", name, new Set(variants.flatMap((one) => Object.keys(one.params)))));
  return value;
}

/** A parameter's value as text: a string alone (`saved`), any other value with its parameter (`semi = 16`). */
export function nameValue(name: string, value: Scalar): string {
  return typeof value === "string" ? value : `${name} = ${value}`;
}

/** A function that names each variant by its value of one parameter. */
export function parameterNames(variants: readonly ResultVariant[], name: string): (variant: ResultVariant) => string {
  return (variant) => nameValue(name, parameter(variants, variant, name));
}

/**
 * A function that names each variant by the parameters in which the variants differ: `saved` for one parameter,
 * `walks = saved, semi = 16` for several.
 * @param except parameters that no name contains
 */
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

/** Message for a name that is not among the known ones: "Unknown metric `peaklive`. Did you mean `peakLive`? Available: …". */
export function unknownName(kind: string, name: string, known: ReadonlySet<string>): string {
  if (known.size === 0) return `Unknown ${kind} \`${name}\`. The result has no ${kind}s.`;
  return `Unknown ${kind} \`${name}\`. ${suggest(name, known)}`;
}

/** The known name nearest to a name by edit distance, if most letters agree, and all known names, as two sentences. */
export function suggest(name: string, known: ReadonlySet<string>): string {
  const names = [...known];
  const nearest = names.reduce(
    (best, one) => (editDistance(name, one) < editDistance(name, best) ? one : best),
    names[0] ?? "",
  );
  const show = (one: string): string => (one === "" ? "(unnamed)" : one);
  const isNear = editDistance(name, nearest) <= Math.max(2, Math.ceil(name.length / 3));
  const meant = isNear ? `Did you mean \`${show(nearest)}\`? ` : "";
  return `${meant}Available: ${names.map(show).join(", ")}.`;
}

/**
 * Edit distance of two texts (V. I. Levenshtein, 1966), computed one row of the table at a time. Implemented here
 * instead of importing `fastest-levenshtein`, because all code that a cell loads is measured with the cell.
 */
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
