const isOff = (flags: readonly string[], name: string): boolean =>
  flags.some((flag) => flag.replaceAll("_", "-") === `--no-${name}`);

/**
 * Which compilers V8 may use, from the flags of this process: optimised code allocates less than was written, since what
 * escape analysis proves to be short-lived is never made.
 * @param flags arguments of Node (`process.execArgv`)
 */
export function describeTier(flags: readonly string[]): string {
  const noTurbofan = isOff(flags, "opt") || isOff(flags, "turbofan");
  const noMaglev = isOff(flags, "maglev");
  if (noTurbofan && noMaglev) return "unoptimised code";
  if (noTurbofan) return "no TurboFan; Maglev as the runtime has it";
  return noMaglev ? "optimised code, without Maglev" : "optimised code";
}
