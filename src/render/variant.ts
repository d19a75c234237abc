import type { Scalar } from "../harness/protocol.ts";

/** `walks = saved, blocks = 20`; empty for the one variant of a cell without a matrix. */
export function nameVariant(params: Readonly<Record<string, Scalar>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(", ");
}
