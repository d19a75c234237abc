import type { Scalar } from "../../model/values.ts";

/**
 * Name of a variant: `walks = saved, blocks = 20`, with no-break spaces around `=`. Empty for a cell without a matrix.
 */
export function nameVariant(params: Readonly<Record<string, Scalar>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}\u00a0=\u00a0${String(value)}`)
    .join(", ");
}
