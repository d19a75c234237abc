import { parseSync } from "oxc-parser";
import { isNestedTooDeep } from "./levels.ts";

/**
 * Whether a text can be parsed. A text that is nested too deep for the parser counts as parsed, and Node decides about
 * it.
 */
const parses = (fileName: string, source: string, sourceType: "commonjs" | "module"): boolean =>
  isNestedTooDeep(source) ||
  !parseSync(fileName, source, { sourceType }).errors.some(({ severity }) => severity === "Error");

/** Matches TypeScript's own syntax for CommonJS: `import x = require(…)` and `export =`. */
const COMMONJS_SYNTAX = /^[ \t]*(?:import\s+[\w$]+\s*=\s*require\s*\(|export\s*=)/m;

/**
 * Determines the module system of a TypeScript file by its syntax. `import`, `export`, `import.meta` and top-level
 * `await` need an ES module. Undefined if the syntax fits both.
 */
export function detectModuleSystem(fileName: string, source: string): "module" | "commonjs" | undefined {
  if (COMMONJS_SYNTAX.test(source)) return "commonjs";
  if (isNestedTooDeep(source)) return undefined;
  if (parseSync(fileName, source, { sourceType: "module" }).module.hasModuleSyntax) return "module";
  return !parses(fileName, source, "commonjs") && parses(fileName, source, "module") ? "module" : undefined;
}

/** Returns the syntax error of a file that is neither an ES module nor a CommonJS module; undefined for valid files. */
export function parseProblem(fileName: string, source: string): string | undefined {
  if (parses(fileName, source, "commonjs") || parses(fileName, source, "module")) return undefined;
  return parseSync(fileName, source, { sourceType: "module" }).errors[0]?.message;
}
