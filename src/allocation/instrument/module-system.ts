import { parseSync } from "oxc-parser";
import { isNestedTooDeep } from "./levels.ts";

/** Whether a text can be parsed. One that is nested too deep for the parser counts as parsed: Node decides on it. */
const parses = (fileName: string, source: string, sourceType: "commonjs" | "module"): boolean =>
  isNestedTooDeep(source) ||
  !parseSync(fileName, source, { sourceType }).errors.some(({ severity }) => severity === "Error");

/** TypeScript's own syntax for CommonJS. */
const COMMONJS_SYNTAX = /^[ \t]*(?:import\s+[\w$]+\s*=\s*require\s*\(|export\s*=)/m;

/**
 * The module system that a TypeScript file is written for, by its syntax: `import`, `export`, `import.meta` and `await` at the top
 * level need an ES module. Undefined where the syntax fits both.
 */
export function detectModuleSystem(fileName: string, source: string): "module" | "commonjs" | undefined {
  if (COMMONJS_SYNTAX.test(source)) return "commonjs";
  if (isNestedTooDeep(source)) return undefined;
  if (parseSync(fileName, source, { sourceType: "module" }).module.hasModuleSyntax) return "module";
  return !parses(fileName, source, "commonjs") && parses(fileName, source, "module") ? "module" : undefined;
}

/** Why a file is neither an ES module nor a CommonJS one; undefined for a file that is one of them. */
export function parseProblem(fileName: string, source: string): string | undefined {
  if (parses(fileName, source, "commonjs") || parses(fileName, source, "module")) return undefined;
  return parseSync(fileName, source, { sourceType: "module" }).errors[0]?.message;
}
