import { readFile } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Loader, OnResolveArgs, PartialMessage, Plugin } from "esbuild";
import type { Cell, Report } from "../document/types.ts";
import { parseTable } from "./read-csv.ts";
import type { BundleInput, CellImport } from "./types.ts";

export const CELL_NAMESPACE = "heapbook-cell";
export const RESULT_NAMESPACE = "heapbook-result";
const PARAMETERS_NAMESPACE = "heapbook-parameters";

const EXTENSION = extname(fileURLToPath(import.meta.url));
/** Entry of the cell library, as built or as source. */
export const LIBRARY = fileURLToPath(new URL(`../library/index${EXTENSION}`, import.meta.url));

/** What the plugin saw while a cell was bundled. */
export interface Imports {
  /** The cell that is bundled. */
  readonly label: string;
  readonly links: CellImport[];
}

/** The cell's code on the lines it has in report.md, so that the source map needs no second step. */
export function placeOnItsLines(cell: Cell, source = cell.source): string {
  return "\n".repeat(cell.sourceLine - 1) + source;
}

/** esbuild's loader of a cell language. */
export function loaderOf(cell: Cell): Loader {
  return cell.language === "js" ? "js" : "ts";
}

/** Rewrites the code of a cell, line by line as it was, before it is bundled. */
export type CellRewrite = (cell: Cell) => string;

/**
 * Resolves what only Heapbook knows: `heapbook`, `cell:label`, `result:label`, the report's parameters, tables.
 * @param rewrite of the cells that this one imports; as they are where there is none
 */
export function reportPlugin(
  report: Report,
  input: BundleInput,
  imports: Imports,
  rewrite: CellRewrite = ({ source }) => source,
): Plugin {
  const cells = new Map(report.cells.map((cell) => [cell.label, cell]));
  const link = (scheme: CellImport["scheme"], args: OnResolveArgs): string => {
    const label = args.path.slice(scheme.length + 1);
    imports.links.push({ from: args.namespace === CELL_NAMESPACE ? args.importer : imports.label, scheme, label });
    return label;
  };
  return {
    name: "heapbook-report",
    setup(build) {
      build.onResolve({ filter: /^heapbook$/ }, () => ({ path: LIBRARY, sideEffects: false }));
      build.onResolve({ filter: /\/report-parameters\.[jt]s$/ }, () => ({
        path: "parameters",
        namespace: PARAMETERS_NAMESPACE,
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: PARAMETERS_NAMESPACE }, () => ({
        contents: `export const reportParameters = ${JSON.stringify(input.params)};`,
      }));

      build.onResolve({ filter: /^cell:/ }, (args) => ({ path: link("cell", args), namespace: CELL_NAMESPACE }));
      build.onLoad({ filter: /.*/, namespace: CELL_NAMESPACE }, ({ path }) => {
        const cell = cells.get(path);
        if (cell === undefined) return { errors: [{ text: `there is no cell \`${path}\`` }] };
        // What has no module is told with its label, not by what esbuild makes of its code.
        if (cell.language === "python") return { contents: "" };
        return { contents: placeOnItsLines(cell, rewrite(cell)), loader: loaderOf(cell), resolveDir: report.folder };
      });

      build.onResolve({ filter: /^result:/ }, (args) => ({
        path: link("result", args),
        namespace: RESULT_NAMESPACE,
        sideEffects: false,
      }));
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

/** Files of code, by their names. */
export const SCRIPT = /\.[cm]?[jt]sx?$/;

/** esbuild's loader of a file of code. */
export function loaderOfFile(path: string): Loader {
  return extname(path).replace(/^\.[cm]?/, "") as Loader;
}

/** How a module asks where it is: an ES module, or a CommonJS one. */
const OWN_PLACE = /\bimport\.meta\.(url|dirname|filename)\b|\b__(dirname|filename)\b/;

/** Whether a bundle, or a module, may ask where it is (or just mentions the words). */
export function asksForPlace(code: string): boolean {
  return OWN_PLACE.test(code);
}

function placeOf(path: string): Record<string, string> {
  const [url, folder, file] = [pathToFileURL(path).href, dirname(path), path].map((text) => JSON.stringify(text)) as [
    string,
    string,
    string,
  ];
  return {
    "import.meta.url": url,
    "import.meta.dirname": folder,
    "import.meta.filename": file,
    __dirname: folder,
    __filename: file,
  };
}

/**
 * Keeps `import.meta.url`, `__dirname` and the like the place of the file that says it: in one bundle it would be the
 * bundle's, or nothing. Only for a cell whose bundle mentions it, since this parses such a file twice.
 * @param textOf the text of a file where it is another than the file's own
 */
export function ownPlacePlugin(report: Report, textOf: (path: string) => string | undefined = () => undefined): Plugin {
  return {
    name: "heapbook-own-place",
    setup(build) {
      build.onLoad({ filter: SCRIPT, namespace: "file" }, async ({ path }) => {
        const text = textOf(path) ?? (await readFile(path, "utf8"));
        if (!asksForPlace(text)) return undefined;
        const loader = loaderOfFile(path);
        try {
          // By esbuild, not by replacing text, which would meet strings and names of the module's own as well.
          const { code } = await build.esbuild.transform(text, {
            loader,
            define: placeOf(path),
            target: "node20",
            charset: "utf8",
            sourcemap: "inline",
            sourcesContent: false,
            sourcefile: basename(path),
          });
          return { contents: code, loader: "js", resolveDir: dirname(path) };
        } catch (error) {
          const { errors } = error as { errors?: PartialMessage[] };
          if (errors === undefined) throw error;
          return undefined; // the bundler meets the same mistake, and gives it its place
        }
      });
      build.initialOptions.define = { ...build.initialOptions.define, ...placeOf(report.path) };
    },
  };
}
