import { SourceMap, type SourceMapPayload } from "node:module";
import { join, resolve } from "node:path";
import type { ImportSpecifier } from "es-module-lexer";
import { isOwnFile } from "../store/own-code.ts";
import { CELL_NAMESPACE } from "./esbuild-plugins.ts";

/**
 * Quick test for imports that esbuild leaves unchanged because their specifier is computed. The same words in strings
 * match too.
 */
const MAY_IMPORT = /\bimport\s*\(|\bimport\.meta\.resolve\b/;

/**
 * Name of the function that replaces `import` for a module. It has the same length, so that the source map's columns
 * stay right. There are names for up to 1,296 modules.
 */
const importerName = (module: number): string => `$hbi${module.toString(36).padStart(2, "0")}`;
const resolverName = (module: number): string => `$hbImportResolver${module.toString(36).padStart(2, "0")}`;
const MOST_MODULES = 36 ** 2;

/** A range of a bundle's text that is replaced by a name of the same length. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly kind: "import" | "resolve";
}

/**
 * Makes computed imports of a bundle, `import(name)` and `import.meta.resolve(name)`, resolve relative to the author's
 * file that contains them. Without this, Node would resolve them relative to the bundle in `.heapbook`. Lines and
 * columns stay the same, except on the first line.
 *
 * @param map source map of the bundle, JSON
 * @param folder the report's folder
 */
export async function placeImports(code: string, map: string, folder: string): Promise<string> {
  if (!MAY_IMPORT.test(code)) return code;
  const replacements = (await findImports(code)).flatMap(({ d: call, n: name, ss: start, se: end }): Replacement[] => {
    if (call >= 0) return name === undefined ? [{ start, end: start + "import".length, kind: "import" }] : [];
    return /^\.resolve\b/.test(code.slice(end, end + 9))
      ? [{ start, end: end + ".resolve".length, kind: "resolve" }]
      : [];
  });
  const files: string[] = [];
  const fileAt = createFileFinder(code, map);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, kind } of replacements) {
    const file = fileAt(start);
    if (file === undefined || isOwnFile(resolve(folder, file))) continue;
    if (!files.includes(file) && files.length < MOST_MODULES) files.push(file);
    const module = files.indexOf(file);
    const name = kind === "import" ? importerName(module) : resolverName(module);
    if (module < 0 || name.length !== end - start) continue;
    parts.push(code.slice(at, start), name);
    at = end;
  }
  if (files.length === 0) return code;
  const placed = `${parts.join("")}${code.slice(at)}`;
  return `${HEAD}${placed.endsWith("\n") ? placed : `${placed}\n`}${TAIL}${files.map(functionsOf).join("")}`;
}

/**
 * Dynamic imports and uses of `import.meta` in a bundle, in the order of their positions. A lexer finds them: a parser
 * would need a native binary, or fail at deeply nested code. Empty for code that the lexer does not read, such as
 * 100,000 open brackets: V8 does not compile such code either and reports where it stops.
 */
async function findImports(code: string): Promise<readonly ImportSpecifier[]> {
  const { init, parse } = await import("es-module-lexer");
  await init;
  try {
    return parse(code)[0].filter(({ d: call }) => call !== STATIC_IMPORT);
  } catch (error) {
    if (!(error instanceof Error && "idx" in error)) throw error;
    return [];
  }
}

/** What es-module-lexer gives as the place of the call for an `import` statement. */
const STATIC_IMPORT = -1;

/** Returns a function that finds the file, relative to the report's folder, from which a position in a bundle comes. */
function createFileFinder(code: string, map: string): (position: number) => string | undefined {
  const sources = new SourceMap(JSON.parse(map) as SourceMapPayload);
  const starts = [0];
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return (position) => {
    const line = starts.findLastIndex((start) => start <= position);
    const { originalSource } = sources.findEntry(line, position - (starts[line] ?? 0)) as { originalSource?: string };
    return originalSource?.startsWith(`${CELL_NAMESPACE}:`) === true ? "report.md" : originalSource;
  };
}

/** Saves the working folder before the cell's code can change it. Stands on the first line, so that no line moves. */
const HEAD = "const heapbookFolder = process.cwd(); ";

/**
 * Functions that import relative to an author's file: a script of `node:vm` imports relative to its file name.
 * Exception: packages in a `node_modules` below the folder of `.heapbook`, such as one beside the report, are found by
 * `require.resolve`, because `import.meta.resolve` of the bundle does not see them. The experimental warning of Node 20
 * and 22 is suppressed, because the author did not cause it.
 */
const TAIL = `import { createRequire as heapbookRequireFrom, isBuiltin as heapbookIsBuiltin } from "node:module";
import { existsSync as heapbookExists } from "node:fs";
import { join as heapbookJoin, dirname as heapbookDirname } from "node:path";
import { pathToFileURL as heapbookUrlOf } from "node:url";
import heapbookVm from "node:vm";
function heapbookImporter(file) {
  const path = heapbookJoin(heapbookFolder, file);
  const load = new heapbookVm.Script("(specifier, options) => options === undefined ? import(specifier) : import(specifier, options)", {
    filename: path,
    importModuleDynamically: heapbookVm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    load("node:vm");
  } finally {
    process.emitWarning = emitWarning;
  }
  return load;
}
function heapbookResolve(file, given) {
  const specifier = String(given);
  const path = heapbookJoin(heapbookFolder, file);
  if (/^\\.{0,2}\\//.test(specifier)) return new URL(specifier, heapbookUrlOf(path)).href;
  if (heapbookIsBuiltin(specifier) || /^[a-z][a-z+.-]*:/i.test(specifier)) return import.meta.resolve(specifier);
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  for (let at = heapbookDirname(path); at !== heapbookDirname(at); at = heapbookDirname(at)) {
    if (import.meta.dirname.startsWith(at + "/")) break;
    if (specifier.startsWith("#") || heapbookExists(heapbookJoin(at, "node_modules", name)))
      return heapbookUrlOf(heapbookRequireFrom(path).resolve(specifier)).href;
  }
  return import.meta.resolve(specifier);
}
`;

function functionsOf(file: string, module: number): string {
  const name = JSON.stringify(join(file));
  return `function ${importerName(module)}(...args) { return (${importerName(module)}.load ??= heapbookImporter(${name}))(...args); }
function ${resolverName(module)}(specifier) { return heapbookResolve(${name}, specifier); }
`;
}
