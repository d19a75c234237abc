import { basename, dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Loader, OnResolveArgs, PartialMessage, Plugin } from "esbuild";
import { cellsByLabel } from "../document/cells-by-label.ts";
import type { Cell, Report } from "../document/types.ts";
import { readRegularText, statIfThere } from "../files.ts";
import { jsonModule, LARGE_TEXT, parseTable, tableModule } from "./read-csv.ts";
import type { BundleInput, CellImport } from "./types.ts";

export const CELL_NAMESPACE = "heapbook-cell";
export const RESULT_NAMESPACE = "heapbook-result";
const PARAMETERS_NAMESPACE = "heapbook-parameters";

const EXTENSION = extname(fileURLToPath(import.meta.url));
/** Path of the cell library's entry file, built or as source. */
export const LIBRARY = fileURLToPath(new URL(`../library/index${EXTENSION}`, import.meta.url));
/** The module by which a field that a result does not have is an error where a cell reads it. */
const GUARD = fileURLToPath(new URL(`../library/guarded-result${EXTENSION}`, import.meta.url));

/** Imports that the plugin collects while a cell is bundled. */
export interface Imports {
  /** Label of the bundled cell. */
  readonly label: string;
  readonly links: CellImport[];
}

/** Adds empty lines before a cell's code, so that line numbers in code and source map are those of report.md. */
export function placeOnItsLines(cell: Cell, source = cell.source): string {
  return "\n".repeat(cell.sourceLine - 1) + source;
}

/** The name of esbuild's loader for a cell's language. */
export function loaderOf(cell: Cell): Loader {
  return cell.language === "js" ? "js" : "ts";
}

/** A function that rewrites a cell's code before bundling and keeps the number of lines. */
export type CellRewrite = (cell: Cell) => string;

/**
 * An esbuild plugin for Heapbook's own imports: `heapbook`, `cell:label`, `result:label`, the report's parameters, CSV and TSV.
 * @param rewrite applied to the cells that the bundled cell imports; identity by default
 */
export function reportPlugin(
  report: Report,
  input: BundleInput,
  imports: Imports,
  rewrite: CellRewrite = ({ source }) => source,
): Plugin {
  const cells = cellsByLabel(report);
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
        contents: `export const reportParameters = ${literalOf(input.params)};`,
      }));

      build.onResolve({ filter: /^cell:/ }, (args) => ({ path: link("cell", args), namespace: CELL_NAMESPACE }));
      build.onLoad({ filter: /.*/, namespace: CELL_NAMESPACE }, ({ path }) => {
        const cell = cells.get(path);
        if (cell === undefined) return { errors: [{ text: `there is no cell \`${path}\`` }] };
        // Python cells get empty contents, because esbuild cannot parse Python; `checkLabels` reports the import.
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
        const guard = `import { guardResult } from ${JSON.stringify(GUARD)};`;
        const contents = `${guard} export default /* @__PURE__ */ guardResult(${literalOf(result)});`;
        return { contents, resolveDir: report.folder };
      });

      build.onLoad({ filter: /\.[ct]sv$/ }, async ({ path, with: attributes }) => {
        const text = readRegularText(path);
        if (attributes["type"] === "text") return { contents: text, loader: "text" };
        const separator = path.endsWith(".tsv") ? "\t" : ",";
        if (text.length > LARGE_TEXT) return { contents: tableModule(text, separator), loader: "js" };
        return { contents: JSON.stringify(parseTable(text, separator)), loader: "json" };
      });

      build.onLoad({ filter: /\.json$/, namespace: "file" }, ({ path }) => {
        if ((statIfThere(path)?.size ?? 0) <= LARGE_TEXT) return undefined;
        const text = readRegularText(path)
          .replace(/^\ufeff/, "")
          .trim();
        // Only a JSON array is handled here. esbuild handles JSON objects, from which a module may import single keys,
        // and reports invalid JSON with its line.
        return text.startsWith("[") && isJson(text) ? { contents: jsonModule(text), loader: "js" } : undefined;
      });
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * A JSON value as a JavaScript expression. The key `__proto__` is written as a computed key, because a literal one
 * would set the prototype.
 */
function literalOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('"__proto__":', '["__proto__"]:');
}

/** Names of JavaScript and TypeScript files. */
export const SCRIPT = /\.[cm]?[jt]sx?$/;

/** The name of esbuild's loader for a code file. */
export function loaderOfFile(path: string): Loader {
  return extname(path).replace(/^\.[cm]?/, "") as Loader;
}

/** Matches expressions that give the path of the current module, in ES modules and CommonJS modules. */
const OWN_PLACE = /\bimport\.meta\.(url|dirname|filename)\b|\b__(dirname|filename)\b/;

/** Whether code may ask for its own path. The same words in a comment or string count too. */
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
 * An esbuild plugin that replaces `import.meta.url`, `__dirname` and similar expressions by the path of the author's
 * file. In a bundle they would give the bundle's path, or fail. Use it only for bundles for which `asksForPlace` is
 * true, because it parses such files twice.
 * @param textOf returns a replacement for the text of a file; undefined: the text on disk
 */
export function ownPlacePlugin(report: Report, textOf: (path: string) => string | undefined = () => undefined): Plugin {
  return {
    name: "heapbook-own-place",
    setup(build) {
      build.onLoad({ filter: SCRIPT, namespace: "file" }, async ({ path }) => {
        const text = textOf(path) ?? readRegularText(path);
        if (!asksForPlace(text)) return undefined;
        const loader = loaderOfFile(path);
        try {
          // esbuild's `define` replaces only expressions. A text replacement would also change strings and variables of
          // the module.
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
          return undefined; // esbuild finds the same mistake when it bundles, with a position
        }
      });
      build.initialOptions.define = { ...build.initialOptions.define, ...placeOf(report.path) };
    },
  };
}
