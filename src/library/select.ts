import type { ResultModule, ResultVariant } from "../model/result-module.ts";
import type { Scalar } from "../model/values.ts";

/**
 * The variants of a result whose parameters have the given values: `select(walks, { walks: "saved" })`.
 * @throws Error if there is none, naming the parameters there are.
 */
export function select(
  result: ResultModule | readonly ResultVariant[],
  params: Readonly<Record<string, Scalar>>,
): readonly ResultVariant[] {
  const variants = "variants" in result ? result.variants : result;
  const found = variants.filter((variant) =>
    Object.entries(params).every(([name, value]) => variant.params[name] === value),
  );
  if (found.length === 0) {
    const there = variants.map((variant) => JSON.stringify(variant.params)).join(", ");
    throw new Error(`select: no variant has ${JSON.stringify(params)}; there are ${there}`);
  }
  return found;
}
