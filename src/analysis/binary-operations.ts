// Part of the bundle of cells that call `claim()`: may import only modules of this folder that import no package.

/** Arithmetic on two values: `ratio`, `percent`, `difference` in the prose, `ratio()` and `difference()` in a cell. */
export const BINARY_OPERATIONS = {
  ratio: (a: number, b: number) => a / b,
  percent: (a: number, b: number) => (a / b) * 100,
  difference: (a: number, b: number) => a - b,
} as const;

export type BinaryOperation = keyof typeof BINARY_OPERATIONS;

/** Units that count as plain numbers. A plain number may also be the divisor of a `ratio` of a value in any unit. */
export const PLAIN_UNITS: ReadonlySet<string> = new Set(["", "count", "ratio"]);

/** The unit of the operation's result; undefined where values in these two units cannot be combined. */
export function unitOfOperation(name: BinaryOperation, a: string, b: string): string | undefined {
  const plain = PLAIN_UNITS.has(a) && PLAIN_UNITS.has(b);
  const same = a === b;
  if (name === "difference") return same ? a : plain ? "count" : undefined;
  if (name === "percent") return same || plain ? "%" : undefined;
  if (same || plain) return "ratio";
  return PLAIN_UNITS.has(b) ? a : undefined;
}
