const MIB = 2 ** 20;

function lastNumber(flags: readonly string[], name: string): number | undefined {
  const pattern = new RegExp(`^--${name.replaceAll("-", "[-_]")}=(\\d+)$`);
  const values = flags.flatMap((flag) => pattern.exec(flag)?.[1] ?? []);
  return values.length === 0 ? undefined : Number(values.at(-1));
}

/**
 * Computes the largest size of a semi-space of the young generation, in bytes, which V8 does not report. With
 * `--max-old-space-size`, it follows from heap limit = old generation + 3 × semi-space. Otherwise it is the value of
 * `--max-semi-space-size`, which V8 rounds up to a power of two, or the runtime's default. Checked on Node 20, 22, 24
 * and 26.
 * @param heapSizeLimitBytes `heap_size_limit` of the process
 * @param ownBytes default of the runtime; null if unknown
 * @returns null if unknown, as under `--max-heap-size`, which V8 divides by a rule of its own
 */
export function semiSpaceLimit(
  flags: readonly string[],
  heapSizeLimitBytes: number,
  ownBytes: number | null,
): number | null {
  const oldMib = lastNumber(flags, "max-old-space-size");
  if (oldMib !== undefined && oldMib > 0) {
    const bytes = (heapSizeLimitBytes - oldMib * MIB) / 3;
    return bytes > 0 ? bytes : null;
  }
  const semiMib = lastNumber(flags, "max-semi-space-size");
  if (semiMib !== undefined && semiMib > 0) return 2 ** Math.ceil(Math.log2(semiMib)) * MIB;
  const decidesItself = /^--(?:max[-_]heap[-_]size|optimize[-_]for[-_]size|lite[-_]mode)\b/;
  return flags.some((flag) => decidesItself.test(flag)) ? null : ownBytes;
}
