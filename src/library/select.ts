import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";
import { suggest, unknownName, variantsOf } from "./variants.ts";

type Params = Readonly<Record<string, Scalar>>;

/**
 * The variants of a result whose parameters have the given values: `select(walks, { walks: "saved" })`.
 * @throws Error where no variant has these values; the message lists the parameters of all variants.
 */
export function select(result: ResultModule | readonly ResultVariant[], params: Params): readonly ResultVariant[] {
  const variants = variantsOf(result);
  const found = matching(variants, params);
  if (found.length === 0) throw noMatch("select", variants, params);
  return found;
}

/**
 * The only variant of a result whose parameters have the given values: `variant(walks, { walks: "saved"
 * }).metrics.peakLive`. Without parameters, the only variant of the result.
 *
 * Reading a missing name from `metrics`, `regions` or `tables` throws, so that a claim about a metric that no longer
 * exists fails. `"peakLive" in variant(walks).metrics` tests for a name without throwing.
 *
 * @throws Error where no variant or several variants have these values, with the nearest names
 */
export function variant(result: ResultModule | readonly ResultVariant[], params: Params = {}): ResultVariant {
  const variants = variantsOf(result);
  const [only, ...others] = matching(variants, params);
  if (only === undefined) throw noMatch("variant", variants, params);
  if (others.length > 0) throw severalMatch([only, ...others], params);
  const regions = Object.entries(only.regions).map(([name, metrics]) => [name, throwing("metric", metrics)]);
  return {
    ...only,
    metrics: throwing("metric", only.metrics),
    regions: throwing("region", Object.fromEntries(regions) as ResultVariant["regions"]),
    tables: throwing("table", only.tables),
  };
}

function matching(variants: readonly ResultVariant[], params: Params): readonly ResultVariant[] {
  const wanted = Object.entries(params);
  return variants.filter((each) => wanted.every(([name, value]) => each.params[name] === value));
}

/**
 * The error for parameters that match no variant: the parameter is unknown, no variant has the value, or no variant has
 * all values together.
 */
function noMatch(caller: string, variants: readonly ResultVariant[], params: Params): Error {
  if (variants.length === 0) return new Error(`${caller}: the result has no variants.`);
  const names = new Set(variants.flatMap((each) => Object.keys(each.params)));
  for (const [name, value] of Object.entries(params)) {
    if (!names.has(name)) return new Error(`${caller}: ${unknownName("parameter", name, names)}`);
    const values = new Set(variants.flatMap((each) => each.params[name] ?? []).map((each) => JSON.stringify(each)));
    const text = JSON.stringify(value);
    if (!values.has(text)) return new Error(`${caller}: no variant has ${name} = ${text}. ${suggest(text, values)}`);
  }
  return new Error(`${caller}: no variant has ${JSON.stringify(params)}. Available: ${listParams(variants)}.`);
}

function severalMatch(found: readonly ResultVariant[], params: Params): Error {
  const names = [...new Set(found.flatMap((each) => Object.keys(each.params)))];
  const differing = names.filter((name) => new Set(found.map((each) => each.params[name])).size > 1);
  const asked = Object.keys(params).length === 0 ? "the result has" : `${JSON.stringify(params)} matches`;
  const hint = differing.length === 0 ? "" : ` Choose one by ${differing.join(", ")}.`;
  return new Error(`variant: ${asked} ${found.length} variants: ${listParams(found)}.${hint}`);
}

function listParams(variants: readonly ResultVariant[]): string {
  return variants.map((each) => JSON.stringify(each.params)).join(", ");
}

/** Names that JavaScript itself reads from any object, in `JSON.stringify` and `await`. */
const LANGUAGE_NAMES = new Set(["toJSON", "then"]);

/** A view of a record that throws when a missing name is read. @param what what the record holds, for the message */
function throwing<T extends object>(what: string, record: T): T {
  return new Proxy(record, {
    get(target, name) {
      if (typeof name === "string" && !(name in target) && !LANGUAGE_NAMES.has(name)) {
        throw new Error(`variant: ${unknownName(what, name, new Set(Object.keys(target)))}`);
      }
      return Reflect.get(target, name);
    },
  });
}
