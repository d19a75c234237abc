import { SourceMap, type SourceMapPayload } from "node:module";
import { isKeeping } from "../model/kept-modules.ts";
import type { Bundle } from "./types.ts";

/** One module within the text of a bundle. */
export interface BundledModule {
  /** The module's name in esbuild's output: a path relative to the report's folder, or `namespace:name`. */
  readonly name: string;
  readonly text: string;
  /** Index, from 0, of the module's first line in the bundle. */
  readonly firstLine: number;
}

/**
 * Splits a bundle into its modules, at the comments `// name` that esbuild writes before each. esbuild drops all other
 * comments except licences. A bundle without such comments, such as the program of a python cell, is one module
 * `report.md`.
 */
export function splitBundle({ code }: Pick<Bundle, "code">): BundledModule[] {
  const lines = code.split("\n").filter((line) => !isKeeping(line));
  const starts = lines.flatMap((line, index) => {
    const name = /^\/\/ (\S.*)$/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, index }];
  });
  if (starts.length === 0) return [{ name: "report.md", text: code, firstLine: 0 }];
  return starts.map(({ name, index }, at) => ({
    name,
    firstLine: index + 1,
    text: lines.slice(index + 1, starts[at + 1]?.index ?? lines.length).join("\n"),
  }));
}

/** For each line of a module in the bundle: the line number in the module's own file, or 0 if there is none. */
export function placesOf({ text, firstLine }: BundledModule, { map }: Pick<Bundle, "map">): number[] {
  const count = text.split("\n").length;
  if (map === "") return Array.from({ length: count }, () => 0);
  const sourceMap = new SourceMap(JSON.parse(map) as SourceMapPayload);
  return text.split("\n").map((line, index) => {
    const entry = sourceMap.findEntry(firstLine + index, Math.max(0, line.search(/\S/)));
    return "originalLine" in entry && entry.generatedLine === firstLine + index ? entry.originalLine + 1 : 0;
  });
}
