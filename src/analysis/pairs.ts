// Bundled into cells that claim: imports nothing but its neighbours without dependencies.

/** What two values give together: in the prose as `ratio`, `percent`, `difference`, in a cell as `ratio()`, `difference()`. */
export const PAIRS = {
  ratio: (a: number, b: number) => a / b,
  percent: (a: number, b: number) => (a / b) * 100,
  difference: (a: number, b: number) => a - b,
} as const;

export type PairName = keyof typeof PAIRS;

/** Units that are the number itself, so that it may be taken for bytes, milliseconds or things. */
export const PLAIN_UNITS: ReadonlySet<string> = new Set(["", "count", "ratio"]);

/** The unit of what values in two units give together; undefined where they do not go together. */
export function pairUnit(name: PairName, a: string, b: string): string | undefined {
  const plain = PLAIN_UNITS.has(a) && PLAIN_UNITS.has(b);
  const same = a === b;
  if (name === "difference") return same ? a : plain ? "count" : undefined;
  if (name === "percent") return same || plain ? "%" : undefined;
  if (same || plain) return "ratio";
  return PLAIN_UNITS.has(b) ? a : undefined;
}
