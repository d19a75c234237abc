const isOff = (flags: readonly string[], name: string): boolean =>
  flags.some((flag) => flag.replaceAll("_", "-") === `--no-${name}`);

/**
 * Names the compilers that V8 may use, from the flags of the process, such as `unoptimised code`. Optimised code
 * allocates less than its source says, because escape analysis removes short-lived objects.
 * @param flags arguments of Node (`process.execArgv`)
 */
export function describeTier(flags: readonly string[]): string {
  const noTurbofan = isOff(flags, "opt") || isOff(flags, "turbofan");
  const noMaglev = isOff(flags, "maglev");
  if (noTurbofan && noMaglev) return "unoptimised code";
  if (noTurbofan) return "no TurboFan; Maglev as the runtime has it";
  return noMaglev ? "optimised code, without Maglev" : "optimised code";
}
