import { readFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Loader, Plugin } from "esbuild";
import type { Cell, Report } from "../document/types.ts";
import { parseTable } from "./csv.ts";
import type { BundleInput } from "./types.ts";

export const CELL_NAMESPACE = "heapbook-cell";
const RESULT_NAMESPACE = "heapbook-result";
const PARAMETERS_NAMESPACE = "heapbook-parameters";

const EXTENSION = extname(fileURLToPath(import.meta.url));
const LIBRARY = fileURLToPath(new URL(`../harness/library/index${EXTENSION}`, import.meta.url));

/** What the plugin saw while a cell was bundled. */
export interface Imports {
  readonly results: Set<string>;
  readonly cells: Set<string>;
}

/** The cell's code on the lines it has in report.md, so that the source map needs no second step. */
export function placeOnItsLines(cell: Cell): string {
  return "\n".repeat(cell.sourceLine - 1) + cell.source;
}

/** esbuild's loader of a cell language. */
export function loaderOf(cell: Cell): Loader {
  return cell.language === "js" ? "js" : "ts";
}

/** Resolves what only Heapbook knows: `heapbook`, `cell:label`, `result:label`, the report's parameters, tables. */
export function reportPlugin(report: Report, input: BundleInput, imports: Imports): Plugin {
  const cells = new Map(report.cells.map((cell) => [cell.label, cell]));
  return {
    name: "heapbook-report",
    setup(build) {
      build.onResolve({ filter: /^heapbook$/ }, () => ({ path: LIBRARY, sideEffects: false }));
      build.onResolve({ filter: /\/report-parameters\.[jt]s$/ }, () => ({ path: "parameters", namespace: PARAMETERS_NAMESPACE, sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: PARAMETERS_NAMESPACE }, () => ({ contents: `export const reportParameters = ${JSON.stringify(input.params)};` }));

      build.onResolve({ filter: /^cell:/ }, ({ path }) => {
        const label = path.slice("cell:".length);
        imports.cells.add(label);
        return { path: label, namespace: CELL_NAMESPACE };
      });
      build.onLoad({ filter: /.*/, namespace: CELL_NAMESPACE }, ({ path }) => {
        const cell = cells.get(path);
        if (cell === undefined) return { errors: [{ text: `there is no cell \`${path}\`` }] };
        return { contents: placeOnItsLines(cell), loader: loaderOf(cell), resolveDir: report.folder };
      });

      build.onResolve({ filter: /^result:/ }, ({ path }) => {
        const label = path.slice("result:".length);
        imports.results.add(label);
        return { path: label, namespace: RESULT_NAMESPACE, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: RESULT_NAMESPACE }, ({ path }) => {
        const result = input.results.get(path) ?? { label: path, variants: [] };
        return { contents: `export default ${JSON.stringify(result)};` };
      });

      build.onLoad({ filter: /\.[ct]sv$/ }, async ({ path, with: attributes }) => {
        const text = await readFile(path, "utf8");
        if (attributes["type"] === "text") return { contents: text, loader: "text" };
        return { contents: JSON.stringify(parseTable(text, path.endsWith(".tsv") ? "\t" : ",")), loader: "json" };
      });
    },
  };
}

/**
 * Keeps `import.meta.url` the address of the file that says it: in one bundle it would be the bundle's. Only for a cell
 * whose bundle mentions it, since this passes each file through JavaScript.
 */
export function importMetaPlugin(report: Report): Plugin {
  return {
    name: "heapbook-import-meta",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: "file" }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes("import.meta.url")) return undefined;
        const extension = extname(path).replace(/^\.[cm]/, ".").slice(1) as Loader;
        return { contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader: extension, resolveDir: dirname(path) };
      });
      build.initialOptions.define = { ...build.initialOptions.define, "import.meta.url": JSON.stringify(pathToFileURL(report.path).href) };
    },
  };
}
