import type { LineAllocation, LineProfile } from "../model/line-profile.ts";
import type { InstrumentedModule } from "./program.ts";

/**
 * Lists code of the author's modules whose allocations are not known by line. `notInstrumented`: syntax outside of
 * markers, in functions with function-level bytes, sorted by these bytes (most first). `outside`: code that never runs
 * in markers, whether or not the code has run.
 */
export function findNotInstrumented(
  modules: readonly InstrumentedModule[],
  lines: readonly LineAllocation[],
): Pick<LineProfile, "notInstrumented" | "outside"> {
  const bytesOf = new Map(lines.map(({ file, line, functionLevelBytes }) => [`${line}:${file}`, functionLevelBytes]));
  const [entry] = modules;
  const notInstrumented = modules.flatMap(({ file, isWrapped, notInstrumented }) =>
    notInstrumented.map(({ functionLine, functionColumn, ...site }) => {
      // The top levels of all ES modules are one function of the bundle, assigned to its first module.
      const frame = functionColumn === 0 && !isWrapped ? (entry?.file ?? file) : file;
      return { place: { file, ...site }, bytes: bytesOf.get(`${functionLine}:${frame}`) ?? 0 };
    }),
  );
  return {
    notInstrumented: notInstrumented
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes)
      .map(({ place }) => place),
    outside: modules.flatMap(({ file, outside }) => outside.map((site) => ({ file, ...site }))),
  };
}
