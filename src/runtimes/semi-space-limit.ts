const MIB = 2 ** 20;

function lastNumber(flags: readonly string[], name: string): number | undefined {
  const pattern = new RegExp(`^--${name.replaceAll("-", "[-_]")}=(\\d+)$`);
  const values = flags.flatMap((flag) => pattern.exec(flag)?.[1] ?? []);
  return values.length === 0 ? undefined : Number(values.at(-1));
}

/**
 * What a semi-space of the young generation may grow to, in bytes, which V8 tells nobody. Where a flag gives the old
 * generation's limit it follows from the heap limit, which is that and three semi-spaces. Else it is the flag's, which V8
 * rounds up to a power of two; else the runtime's own. All three agree with one another on Node 20, 22, 24 and 26.
 * @param heapSizeLimitBytes as the process told it
 * @param ownBytes the runtime's, without flags; null where unknown
 * @returns null where nothing tells, as under `--max-heap-size`, which V8 parts as it sees fit
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
