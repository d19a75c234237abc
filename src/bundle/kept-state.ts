import { resolve } from "node:path";
import { MARKER_PREFIX } from "../allocation/instrument/marker-name.ts";
import { keepingStatement } from "../model/kept-modules.ts";
import { isOwnFile } from "../store/own-code.ts";
import { CELL_NAMESPACE } from "./esbuild-plugins.ts";

/** A name as esbuild prints one. */
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$_]*/gu;
/** esbuild's comment before the code of a module: `// walks.ts`. */
const MODULE_COMMENT = /^\/\/ (.+)$/;
/** A declaration at the top level of a bundle: esbuild prints one declarator in each, and indents everything else. */
const DECLARATION = /^(?:var|let|const|class|(?:async )?function\*?) (\{.*\}|\[.*\]|[^\s=(;]+)/u;
/** Words that are no names, which a line of a text may have where a declaration has one. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static super switch " +
    "this throw true try typeof var void while with yield"
  ).split(" "),
);

/**
 * Names that a line of a bundle declares at the top level. A name too much, as from a line of a text or a default value, is harmless:
 * the function that has it is never called.
 */
function namesIn(line: string): string[] {
  const declared = DECLARATION.exec(line)?.[1] ?? "";
  return (declared.match(NAME) ?? []).filter((name) => !RESERVED.has(name) && !name.startsWith(MARKER_PREFIX));
}

/** Whether Node would keep the state of a module: not that of the cell itself, nor what Heapbook adds. */
function isKept(key: string, folder: string): boolean {
  if (key.startsWith(`${CELL_NAMESPACE}:`)) return true;
  return key !== "report.md" && !/^[\w-]{2,}:/.test(key) && !isOwnFile(resolve(folder, key));
}

/**
 * Keeps the state of modules alive as Node does: a module's exports, and what its functions use, live as long as the process. In a
 * bundle they are variables of one scope, which V8 lets go after their last use. The statement added at the end hands the harness a
 * function in whose scope they are. It adds no line before the code.
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
