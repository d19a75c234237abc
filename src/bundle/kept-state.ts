import { resolve } from "node:path";
import { MARKER_PREFIX } from "../allocation/instrument/marker-name.ts";
import { keepingStatement } from "../model/kept-modules.ts";
import { isOwnFile } from "../store/own-code.ts";
import { CELL_NAMESPACE } from "./esbuild-plugins.ts";

/** Matches an identifier in esbuild's output. */
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$_]*/gu;
/** Matches the comment that esbuild writes before the code of each module: `// walks.ts`. */
const MODULE_COMMENT = /^\/\/ (.+)$/;
/**
 * Matches a declaration at the top level of a bundle. esbuild writes one variable in each declaration, and indents all
 * nested code.
 */
const DECLARATION = /^(?:var|let|const|class|(?:async )?function\*?) (\{.*\}|\[.*\]|[^\s=(;]+)/u;
/**
 * Reserved words. They can appear in the place of a name where a line of a multi-line string looks like a declaration.
 */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static super switch " +
    "this throw true try typeof var void while with yield"
  ).split(" "),
);

/**
 * Names that a line of a bundle declares at the top level. A wrong name, as from a line of a string, is harmless,
 * because the function that refers to it is never called.
 */
function namesIn(line: string): string[] {
  const declared = DECLARATION.exec(line)?.[1] ?? "";
  return (declared.match(NAME) ?? []).filter((name) => !RESERVED.has(name) && !name.startsWith(MARKER_PREFIX));
}

/**
 * Whether a module's state is kept alive: modules and cells that the cell imports, not the cell itself, nor Heapbook's
 * own modules.
 */
function isKept(key: string, folder: string): boolean {
  if (key.startsWith(`${CELL_NAMESPACE}:`)) return true;
  return key !== "report.md" && !/^[\w-]{2,}:/.test(key) && !isOwnFile(resolve(folder, key));
}

/**
 * Keeps the state of modules alive for the life of the process, as Node does. In a bundle, modules' variables share one
 * scope, and V8 frees them after their last use. So a statement at the end passes the harness a function that refers to
 * all of them. No line is added before the code.
 *
 * @param inputs keys of esbuild's metafile, relative to `folder`
 */
export function keepState(code: string, inputs: Iterable<string>, folder: string): string {
  const modules = new Set(inputs);
  const names = new Set<string>();
  let isOfModule = false;
  for (const line of code.split("\n")) {
    const key = MODULE_COMMENT.exec(line)?.[1];
    if (key !== undefined && modules.has(key)) isOfModule = isKept(key, folder);
    else if (isOfModule) for (const name of namesIn(line)) names.add(name);
  }
  if (names.size === 0) return code;
  return `${code.endsWith("\n") ? code : `${code}\n`}${keepingStatement(names)}\n`;
}
