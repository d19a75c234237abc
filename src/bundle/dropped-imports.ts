import { resolve } from "node:path";
import type { Cell, Report } from "../document/types.ts";
import type { Position } from "../errors.ts";
import { statIfThere } from "../files.ts";

/** Endings that a specifier may lack, or have in place of a TypeScript one. */
const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".d.ts", ".d.mts", ".d.cts"];

export interface DroppedImport {
  readonly specifier: string;
  readonly position: Position;
}

/** Whether a relative import leads to a file, by the rules of TypeScript and esbuild. */
function isThere(specifier: string, folder: string): boolean {
  const path = resolve(folder, specifier.split(/[?#]/, 1)[0] ?? "");
  // A folder with a package of its own names its file itself.
  if (statIfThere(`${path}/package.json`) !== undefined) return true;
  const stem = path.replace(/\.([cm]?)jsx?$/, "");
  const paths = [path, `${path}/index`, ...(stem === path ? [] : [stem])];
  return paths.some((each) =>
    [each, ...ENDINGS.map((ending) => each + ending)].some((file) => statIfThere(file)?.isFile()),
  );
}

/**
 * Imports of files that do not exist and that esbuild leaves out: those of types, and of names that the cell does not
 * use. esbuild reports the others itself. A lexer finds them: it needs no native binary. None for code that it cannot read.
 */
export async function findDroppedImports(report: Report, cell: Cell): Promise<readonly DroppedImport[]> {
  // The lexer is loaded only for cells with a relative path: each render checks all cells, also those that it reuses.
  if (!/["']\.{1,2}\//.test(cell.source)) return [];
  const { init, parse } = await import("es-module-lexer");
  await init;
  let found: ReturnType<typeof parse>[0];
  try {
    [found] = parse(cell.source);
  } catch (error) {
    // TypeScript or JSX that is no JavaScript to the lexer.
    if (!(error instanceof Error && "idx" in error)) throw error;
    return [];
  }
  return found.flatMap(({ d: call, n: specifier, s: start }) => {
    if (call !== -1 || specifier === undefined || !/^\.{1,2}\//.test(specifier)) return [];
    if (isThere(specifier, report.folder)) return [];
    const before = cell.source.slice(0, start).split("\n");
    const column = (before.at(-1) ?? "").length + cell.indent;
    return { specifier, position: { file: report.file, line: cell.sourceLine + before.length - 1, column } };
  });
}
