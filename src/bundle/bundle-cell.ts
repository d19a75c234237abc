import { join, resolve } from "node:path";
import type { BuildOptions, BuildResult, Message, Plugin } from "esbuild";
import type { Cell, Report } from "../document/types.ts";
import { didYouMean, type Position, UserError, UserErrors } from "../errors.ts";
import { isOwnFile } from "../store/own-code.ts";
import { keepBundle, readBundle } from "./bundle-cache.ts";
import { bundlePython } from "./bundle-python.ts";
import {
  asksForPlace,
  CELL_NAMESPACE,
  type Imports,
  loaderOf,
  ownPlacePlugin,
  placeOnItsLines,
  reportPlugin,
} from "./esbuild-plugins.ts";
import type { Bundle, BundleInput, CellImport } from "./types.ts";

/** CommonJS packages ask for `require`, which an ES module lacks; added only to bundles that do. */
const REQUIRE =
  'import { createRequire as heapbookCreateRequire } from "node:module"; const require = heapbookCreateRequire(process.cwd() + "/"); ';

export type MappedResult = BuildResult<BuildOptions & { write: false; sourcemap: "external"; metafile: true }>;

/** The cell in which a message stands: the one that is bundled, or one that it contains. */
function cellOf(report: Report, cell: Cell, message: Message): Cell {
  const label =
    message.location?.file.startsWith(`${CELL_NAMESPACE}:`) === true
      ? message.location.file.slice(CELL_NAMESPACE.length + 1)
      : cell.label;
  return report.cells.find((each) => each.label === label) ?? cell;
}

/** Where esbuild's message points, in the author's terms. */
function positionOf(report: Report, cell: Cell, message: Message): Position {
  const at = message.location;
  if (at === null) return cell.position;
  const inReport = at.file === "report.md" || at.file.startsWith(`${CELL_NAMESPACE}:`);
  const column = at.column + 1 + (inReport ? cell.indent : 0);
  const folder = report.file.replace(/[^/\\]*$/, "");
  return { file: inReport ? report.file : `${folder}${at.file}`, line: at.line, column };
}

const isBare = (specifier: string): boolean => !/^[./]/.test(specifier) && !/^[a-z-]+:/.test(specifier);

/** `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/sub`. */
const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

/** An esbuild error as one of ours: which cell, which import, what to do. */
function toUserError(report: Report, cell: Cell, message: Message): UserError {
  const position = positionOf(report, cell, message);
  const unresolved = /^Could not resolve "(.+)"/.exec(message.text)?.[1];
  if (unresolved !== undefined) {
    const hint = isBare(unresolved)
      ? `Install it where the report is: npm install ${packageOf(unresolved)}`
      : "The path is taken from the folder of the file that imports it.";
    return new UserError(`cell \`${cell.label}\` imports \`${unresolved}\`, which cannot be found`, {
      code: "unresolved-import",
      position,
      hint,
      exitCode: 1,
      cause: message,
    });
  }
  return new UserError(`cell \`${cell.label}\`: ${message.text}`, {
    code: "bundle-error",
    position,
    exitCode: 1,
    hint: "The cell's code is TypeScript or JavaScript as an ES module.",
    cause: message,
  });
}

/** A cell as esbuild gives it, before anything is made of it. */
export async function build(
  report: Report,
  cell: Cell,
  plugins: Plugin[],
  source = cell.source,
): Promise<MappedResult> {
  const { build: esbuild } = await import("esbuild");
  return esbuild({
    stdin: {
      contents: placeOnItsLines(cell, source),
      sourcefile: "report.md",
      resolveDir: report.folder,
      loader: loaderOf(cell),
    },
    absWorkingDir: report.folder,
    outfile: join(report.folder, "cell.mjs"),
    bundle: true,
    write: false,
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    logLevel: "silent",
    loader: { ".txt": "text", ".md": "text" },
    plugins,
  });
}

/** The line of the report on which a cell imports `specifier`, or its fence where the import is in a module. */
export function importPosition(report: Report, cell: Cell, specifier: string): Position {
  const index = cell.source.split("\n").findIndex((line) => line.includes(specifier));
  return index < 0 ? cell.position : { file: report.file, line: cell.sourceLine + index };
}

/** `cell:` and `result:` imports must name a cell that can give what is asked. */
function checkLabels(report: Report, cell: Cell, imports: Imports): UserError[] {
  const cells = new Map(report.cells.map((each) => [each.label, each]));
  const errors: UserError[] = [];
  for (const scheme of ["cell", "result"] as const) {
    for (const label of labelsOf(imports, scheme)) {
      const specifier = `${scheme}:${label}`;
      const position = importPosition(report, cell, specifier);
      const target = cells.get(label);
      if (target === undefined) {
        errors.push(
          new UserError(`cell \`${cell.label}\` imports \`${specifier}\`, but no cell has that label`, {
            code: "unknown-label",
            position,
            hint: didYouMean(label, cells.keys(), "cells"),
            exitCode: 1,
          }),
        );
      } else if (target.language === "vega-lite") {
        errors.push(
          new UserError(
            `cell \`${cell.label}\` imports \`${specifier}\`, but \`${label}\` is a vega-lite cell, which has no code and no result`,
            { code: "not-a-module", position, hint: "Import the result that the chart draws.", exitCode: 1 },
          ),
        );
      } else if (target.language === "python" && scheme === "cell") {
        errors.push(
          new UserError(
            `cell \`${cell.label}\` imports \`${specifier}\`, but \`${label}\` is a python cell, which is no ES module`,
            { code: "not-a-module", position, hint: `Import its result: \`result:${label}\`.`, exitCode: 1 },
          ),
        );
      } else if (scheme === "result" && !target.options.eval) {
        errors.push(
          new UserError(
            `cell \`${cell.label}\` imports \`${specifier}\`, but \`${label}\` is never run (\`eval: false\`)`,
            { code: "result-not-evaluated", position, hint: `Remove \`eval: false\` from \`${label}\`.`, exitCode: 1 },
          ),
        );
      }
    }
  }
  return errors;
}

/**
 * What esbuild found wrong, at the author's lines.
 * @throws the error itself where it is none of esbuild's
 */
export function buildErrors(report: Report, cell: Cell, error: unknown): UserError[] {
  const messages = (error as { errors?: Message[] }).errors;
  if (messages === undefined) throw error;
  return (
    messages
      // An unknown `cell:` label is said once, in our words, not a second time in esbuild's.
      .filter((message) => !message.text.includes("there is no cell"))
      .map((message) => toUserError(report, cellOf(report, cell, message), message))
  );
}

/**
 * Bundles one cell with what it imports into one ES module (esbuild); a python cell into what its process is given.
 * @throws UserErrors for syntax errors, imports that do not resolve and labels that do not exist, at their lines.
 */
export async function bundleCell(report: Report, cell: Cell, input: BundleInput): Promise<Bundle> {
  if (cell.language === "python") return bundlePython(report, cell, input.params);
  const known = readBundle(report, cell, input);
  if (known !== undefined) {
    // The same code may stand in a report whose other cells have changed.
    const gone = checkLabels(report, cell, { label: cell.label, links: [...known.links] });
    if (gone.length > 0) throw new UserErrors(gone);
    return known;
  }
  const imports: Imports = { label: cell.label, links: [] };
  let result: MappedResult;
  let keepsPlaces = false;
  const plugin = reportPlugin(report, input, imports);
  try {
    result = await build(report, cell, [plugin]);
    keepsPlaces = asksForPlace(outputs(result).code);
    if (keepsPlaces) {
      imports.links.length = 0;
      result = await build(report, cell, [plugin, ownPlacePlugin(report)]);
    }
  } catch (error) {
    const labels = checkLabels(report, cell, imports);
    throw new UserErrors([...labels, ...buildErrors(report, cell, error)]);
  }
  const errors = checkLabels(report, cell, imports);
  if (errors.length > 0) throw new UserErrors(errors);
  const { code, map } = outputs(result);
  const bundle: Bundle = {
    label: cell.label,
    code,
    map,
    resultImports: labelsOf(imports, "result"),
    cellImports: labelsOf(imports, "cell"),
    usesTracemalloc: containsTracemalloc(report, result),
    links: imports.links,
  };
  // A bundle that asks for its place holds an absolute path.
  if (!keepsPlaces) keepBundle(report, cell, input, importedPaths(result), bundle);
  return bundle;
}

/** Whether anything of the library's `tracemalloc` is left in a bundle. */
function containsTracemalloc(report: Report, { metafile }: MappedResult): boolean {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.some(
    ([path, { bytesInOutput }]) =>
      bytesInOutput > 0 && isOwnFile(resolve(report.folder, path)) && /\btracemalloc\.[jt]s$/.test(path),
  );
}

/** What the cell itself imports, as esbuild resolved it. */
function importedPaths(result: MappedResult): string[] {
  return (result.metafile.inputs["report.md"]?.imports ?? []).map(({ path }) => path);
}

function labelsOf(imports: Imports, scheme: CellImport["scheme"]): string[] {
  return [...new Set(imports.links.filter((link) => link.scheme === scheme).map((link) => link.label))].sort();
}

/** The text of a bundle, and its source map. */
export function outputs(result: MappedResult): { code: string; map: string } {
  const map = result.outputFiles.find((file) => file.path.endsWith(".map"));
  const code = result.outputFiles.find((file) => !file.path.endsWith(".map"));
  if (map === undefined || code === undefined) throw new Error("esbuild gave no bundle or no source map");
  return { code: code.text.includes("__require(") ? REQUIRE + code.text : code.text, map: map.text };
}
