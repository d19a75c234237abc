import type { LineAllocation, LineProfile } from "../model/line-profile.ts";
import type { InstrumentedModule } from "./program.ts";

/**
 * What of the author's modules markers cannot tell by line: syntax left where it is, of functions that have bytes known of the
 * function only, those with most first; and code that markers do not reach, whether or not it has run.
 */
export function findNotInstrumented(
  modules: readonly InstrumentedModule[],
  lines: readonly LineAllocation[],
): Pick<LineProfile, "notInstrumented" | "outside"> {
  const bytesOf = new Map(lines.map(({ file, line, functionLevelBytes }) => [`${line}:${file}`, functionLevelBytes]));
  const [entry] = modules;
  const notInstrumented = modules.flatMap(({ file, isWrapped, notInstrumented }) =>
    notInstrumented.map(({ functionLine, functionColumn, ...site }) => {
      // The top level of ES modules is one function in a bundle, told of its first module.
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
