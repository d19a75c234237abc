import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { BuildOptions, BuildResult, Message, Plugin } from "esbuild";
import { cellsByLabel } from "../document/cells-by-label.ts";
import { definesName } from "../document/shared-names.ts";
import type { Cell, Report } from "../document/types.ts";
import { didYouMean, type ErrorCode, nearest, type Position, UserError, UserErrors } from "../errors.ts";
import { withEsbuild } from "../esbuild.ts";
import { nearestPath } from "../files.ts";
import { isOwnFile } from "../store/own-code.ts";
import { keepBundle, readBundle } from "./bundle-cache.ts";
import { splitBundle } from "./bundle-modules.ts";
import { bundlePython } from "./bundle-python.ts";
import { findDroppedImports } from "./dropped-imports.ts";
import {
  asksForPlace,
  CELL_NAMESPACE,
  type Imports,
  LIBRARY,
  loaderOf,
  ownPlacePlugin,
  placeOnItsLines,
  reportPlugin,
} from "./esbuild-plugins.ts";
import { keepState } from "./kept-state.ts";
import { placeImports } from "./own-imports.ts";
import type { Bundle, BundleInput, CellImport } from "./types.ts";

/** Code that defines `require` for bundles with a CommonJS package; an ES module has no `require`. */
const REQUIRE =
  'import { createRequire as heapbookCreateRequire } from "node:module"; const require = heapbookCreateRequire(process.cwd() + "/"); ';

export type MappedResult = BuildResult<BuildOptions & { write: false; sourcemap: "external"; metafile: true }>;

/** The cell that esbuild's message is about: the bundled cell, or a cell that it imports. */
function cellOf(report: Report, cell: Cell, message: Message): Cell {
  const label =
    message.location?.file.startsWith(`${CELL_NAMESPACE}:`) === true
      ? message.location.file.slice(CELL_NAMESPACE.length + 1)
      : cell.label;
  return cellsByLabel(report).get(label) ?? cell;
}

/** Position of esbuild's message in the author's files. */
function positionOf(report: Report, cell: Cell, message: Message): Position {
  const at = message.location;
  if (at === null) return cell.position;
  const inReport = at.file === "report.md" || at.file.startsWith(`${CELL_NAMESPACE}:`);
  const column = at.column + 1 + (inReport ? cell.indent : 0);
  // regexp: a path, which is short
  const folder = report.file.replace(/[^/\\]*$/, "");
  return { file: inReport ? report.file : `${folder}${at.file}`, line: at.line, column };
}

const isBare = (specifier: string): boolean => !/^[./]/.test(specifier) && !/^[a-z-]+:/.test(specifier);

/**
 * The name of the package that an import specifier refers to: `lodash` for `lodash/fp`, `@scope/name` for
 * `@scope/name/sub`.
 */
const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

interface Mistake {
  readonly message: string;
  readonly hint: string;
}

/** Patterns of esbuild's messages for a missing export. For a module without any export the message is a warning. */
const MISSING_EXPORTS = [
  /^No matching export in "(?<file>.+)" for import "(?<name>.+)"/,
  /^Import "(?<name>.+)" will always be undefined because the file "(?<file>.+)" has no exports/,
];

/** Describes an import of a name that the library, a cell or a module does not export. Undefined for other messages. */
function exportMistake(text: string, report: Report): Mistake | undefined {
  const found = MISSING_EXPORTS.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups !== undefined);
  if (found === undefined) return undefined;
  const { name = "" } = found;
  const file = (found["file"] ?? "").replace(`${CELL_NAMESPACE}:`, "cell:");
  if (file.endsWith(`/library/${basename(LIBRARY)}`)) {
    return { message: `\`heapbook\` exports no \`${name}\``, hint: didYouMean(name, libraryExports(), "exports") };
  }
  return { message: `\`${file}\` exports no \`${name}\``, hint: hintOfExport(file, name, report) };
}

/** Names that the cell library exports. */
function libraryExports(): readonly string[] {
  const names = [...readFileSync(LIBRARY, "utf8").matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list = ""]) =>
    list.split(",").map((each) => each.trim().split(/ as /).at(-1) ?? ""),
  );
  return names.filter((each) => /^[\w$]+$/.test(each));
}

function hintOfExport(file: string, name: string, { cells }: Report): string {
  const cell = cells.find(({ label }) => file === `cell:${label}`);
  if (cell === undefined) return `Write \`export\` before the definition of \`${name}\`, or correct the name.`;
  const place = `The cell at line ${cell.position.line}`;
  return definesName({ code: cell.source, language: cell.language }, name)
    ? `${place} defines \`${name}\`: write \`export\` before the definition.`
    : `${place} does not define \`${name}\`.`;
}

/** A hint for an import that cannot be resolved: the nearest name of Heapbook's, or a package to install. */
function hintOfImport(specifier: string, { cells, folder }: Report): string {
  const own = ["heapbook", ...cells.flatMap(({ label }) => [`cell:${label}`, `result:${label}`])];
  const near = isBare(specifier) || /^[a-z-]+:/.test(specifier) ? nearest(specifier, own) : undefined;
  if (near !== undefined && (near === "heapbook" ? !specifier.includes("/") : true)) return `Did you mean \`${near}\`?`;
  if (/^[a-z-]+:/.test(specifier)) return "Imports of cells begin with `cell:` or `result:`.";
  if (isBare(specifier)) return `Install it where the report is: npm install ${packageOf(specifier)}`;
  const path = nearestPath(specifier, folder);
  const relative = "The path is relative to the folder of the importing file.";
  return path === undefined ? relative : `Did you mean \`${path}\`? ${relative}`;
}

function unresolvedImport(
  report: Report,
  cell: Cell,
  specifier: string,
  at: { readonly position: Position; readonly cause?: Message },
): UserError {
  return new UserError(`Cell \`${cell.label}\` imports \`${specifier}\`, which cannot be found.`, {
    code: "unresolved-import",
    hint: hintOfImport(specifier, report),
    exitCode: 1,
    ...at,
  });
}

/** Matches lines of prose in code: a heading, a list, a sentence, an expression. */
const PROSE = /^[ \t]*(?:#{1,6} |[-*>] |\p{Lu}\p{L}*,? \p{L}|\p{L}+ \p{L}+ \p{L}+|\S.*\{\{|@(?:fig|tbl|sec)-)/u;

/** A hint for code that cannot be parsed. The text of a line of prose says that the cell has no end. */
function hintOfSyntax(cell: Cell, { location }: Message): string {
  const hint = "The cell's code is TypeScript or JavaScript as an ES module.";
  if (location === null || !PROSE.test(location.lineText) || location.line === cell.sourceLine) return hint;
  return `If this line is text, the closing line of the cell that begins at line ${cell.position.line} is missing.`;
}

/** Converts an esbuild message to a `UserError` with the cell's position, the import and a hint. */
function toUserError(report: Report, cell: Cell, message: Message): UserError {
  const position = positionOf(report, cell, message);
  const unresolved = /^Could not resolve "(.+)"/.exec(message.text)?.[1];
  if (unresolved !== undefined) {
    return unresolvedImport(report, cell, unresolved, { position, cause: message });
  }
  const mistake = exportMistake(message.text, report);
  return new UserError(`Cell \`${cell.label}\`: ${mistake?.message ?? message.text}`, {
    code: "bundle-error",
    position,
    exitCode: 1,
    hint: mistake?.hint ?? hintOfSyntax(cell, message),
    cause: message,
  });
}

/** Matches esbuild's messages after its process has ended, for example because Ctrl-C in a terminal ends it too. */
const STOPPED = /The service (?:was stopped|is no longer running)|\bEPIPE\b/;

/**
 * Bundles a cell with esbuild.
 * @param source code in place of the cell's own
 * @throws UserError `bundler-stopped`; esbuild's own error for what it cannot bundle
 */
export async function build(
  report: Report,
  cell: Cell,
  plugins: Plugin[],
  source = cell.source,
): Promise<MappedResult> {
  const running = withEsbuild(({ build: esbuild }) =>
    esbuild({
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
    }),
  );
  const result = await running.catch((error: Error) => {
    if (!STOPPED.test(error.message)) throw error;
    throw new UserError("The bundler (esbuild) was ended before it was done.", {
      code: "bundler-stopped",
      hint: "Render again. If it happens again, free some memory.",
      cause: error,
    });
  });
  const errors = result.warnings.filter(isMissingImport);
  if (errors.length > 0) throw Object.assign(new Error("an import is missing"), { errors });
  return result;
}

/**
 * Whether a warning is about an import of a name that the module does not export. esbuild only warns, because a module
 * without `export` may be CommonJS and the name would then be `undefined`; Node throws. Missing properties of a
 * namespace (`all.name`) are undefined in Node too and not meant here.
 */
function isMissingImport({ id, location }: Message): boolean {
  return id === "import-is-undefined" && location !== null && location.lineText[location.column - 1] !== ".";
}

/** Position of the import of `specifier` in a cell; the cell's fence if a module imports it. */
export function importPosition(report: Report, cell: Cell, specifier: string): Position {
  const index = cell.source.split("\n").findIndex((line) => line.includes(specifier));
  return index < 0 ? cell.position : { file: report.file, line: cell.sourceLine + index };
}

/** Checks that every `cell:` and `result:` import names a cell that can be imported in that way. Returns the errors. */
function checkLabels(report: Report, cell: Cell, imports: Imports): UserError[] {
  const cells = cellsByLabel(report);
  const schemes = ["cell", "result"] as const;
  return schemes.flatMap((scheme) =>
    labelsOf(imports, scheme).flatMap((label) => {
      const specifier = `${scheme}:${label}`;
      const problem = findLabelProblem(scheme, label, cells);
      if (problem === undefined) return [];
      const position = importPosition(report, cell, specifier);
      const { code, hint } = problem;
      const message = `Cell \`${cell.label}\` imports \`${specifier}\`, but ${problem.reason}.`;
      return [new UserError(message, { code, position, hint, exitCode: 1 })];
    }),
  );
}

interface LabelProblem {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly hint: string | undefined;
}

/** The reason why a cell cannot be imported under a scheme, such as a chart under `cell:`; undefined if it can. */
function findLabelProblem(
  scheme: "cell" | "result",
  label: string,
  cells: ReadonlyMap<string, Cell>,
): LabelProblem | undefined {
  const target = cells.get(label);
  if (target === undefined) {
    const hint = didYouMean(label, cells.keys(), "cells");
    return { code: "unknown-label", reason: "no cell has that label", hint };
  }
  if (target.language === "vega-lite") {
    const reason = `\`${label}\` is a vega-lite cell, without code and result`;
    return { code: "not-a-module", reason, hint: "Import the result that the chart draws." };
  }
  if (target.language === "python" && scheme === "cell") {
    const reason = `\`${label}\` is a python cell, not an ES module`;
    return { code: "not-a-module", reason, hint: `Import its result: \`result:${label}\`.` };
  }
  if (scheme === "result" && !target.options.eval) {
    const reason = `\`${label}\` is never run (\`eval: false\`)`;
    return { code: "result-not-evaluated", reason, hint: `Remove \`eval: false\` from \`${label}\`.` };
  }
  return undefined;
}

/**
 * Converts an exception of esbuild to errors at the author's lines.
 * @throws the exception itself if it contains no messages of esbuild
 */
function buildErrors(report: Report, cell: Cell, error: unknown): UserError[] {
  const messages = (error as { errors?: Message[] }).errors;
  if (messages === undefined) throw error;
  return (
    messages
      // Unknown labels are left out, because `checkLabels` reports them already.
      .filter((message) => !message.text.includes("there is no cell"))
      .map((message) => toUserError(report, cellOf(report, cell, message), message))
  );
}

/**
 * Bundles a cell with everything it imports into one ES module, by esbuild. For a python cell the bundle is a program
 * as JSON.
 * @throws UserErrors for syntax errors, unresolved imports and unknown labels, at their lines
 */
export async function bundleCell(report: Report, cell: Cell, input: BundleInput): Promise<Bundle> {
  if (cell.language === "python") return bundlePython(report, cell, input.params);
  const known = readBundle(report, cell, input);
  const dropped = await findDroppedImports(report, cell);
  const missing = dropped.map(({ specifier, position }) => unresolvedImport(report, cell, specifier, { position }));
  if (known !== undefined) {
    if (missing.length > 0) throw new UserErrors(missing);
    // Labels are checked again: the report's other cells may have changed since the bundle was cached.
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
    keepsPlaces = asksForPlace(codeOf(result));
    if (keepsPlaces) {
      imports.links.length = 0;
      result = await build(report, cell, [plugin, ownPlacePlugin(report)]);
    }
  } catch (error) {
    const labels = checkLabels(report, cell, imports);
    const errors = buildErrors(report, cell, error);
    const lines = new Set(errors.map(({ position }) => position?.line));
    const others = missing.filter(({ position }) => !lines.has(position?.line));
    throw new UserErrors([...labels, ...errors, ...others]);
  }
  const errors = [...checkLabels(report, cell, imports), ...missing];
  if (errors.length > 0) throw new UserErrors(errors);
  const { code, map } = await outputs(result, report.folder);
  const bundle: Bundle = {
    label: cell.label,
    code,
    map,
    resultImports: labelsOf(imports, "result"),
    cellImports: labelsOf(imports, "cell"),
    usesTracemalloc: callsTracemalloc(report, result),
    links: imports.links,
  };
  // Not cached if the code asks for its own path (`import.meta.url`): such a bundle contains an absolute path.
  if (!keepsPlaces) keepBundle(report, cell, input, importedPaths(result), bundle);
  return bundle;
}

/**
 * Whether a cell may call the library's `tracemalloc`: the bundle contains it, and the author's code contains the name.
 * The second condition is needed because `await import("heapbook")` bundles the whole library.
 */
function callsTracemalloc(report: Report, result: MappedResult): boolean {
  const inputs = Object.values(result.metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const isContained = inputs.some(
    ([path, { bytesInOutput }]) =>
      bytesInOutput > 0 && isOwnFile(resolve(report.folder, path)) && /\btracemalloc\.[jt]s$/.test(path),
  );
  const isAuthors = (name: string): boolean => !isOwnFile(resolve(report.folder, name));
  return (
    isContained &&
    splitBundle({ code: codeOf(result) }).some(({ name, text }) => isAuthors(name) && /\btracemalloc/.test(text))
  );
}

/** The imports of the cell itself, as esbuild resolved them. */
function importedPaths(result: MappedResult): string[] {
  return (result.metafile.inputs["report.md"]?.imports ?? []).map(({ path }) => path);
}

function labelsOf(imports: Imports, scheme: CellImport["scheme"]): string[] {
  return [...new Set(imports.links.filter((link) => link.scheme === scheme).map((link) => link.label))].sort();
}

/** The code that esbuild produced, before Heapbook adds its own lines. */
export function codeOf(result: MappedResult): string {
  const code = result.outputFiles.find((file) => !file.path.endsWith(".map"));
  if (code === undefined) throw new Error("esbuild gave no bundle");
  return code.text;
}

/** The code of a bundle and its source map, as JSON. @param folder the report's folder */
export async function outputs(result: MappedResult, folder: string): Promise<{ code: string; map: string }> {
  const map = result.outputFiles.find((file) => file.path.endsWith(".map"));
  if (map === undefined) throw new Error("esbuild gave no source map");
  const kept = keepState(codeOf(result), Object.keys(result.metafile.inputs), folder);
  const text = await placeImports(kept, map.text, folder);
  return { code: text.includes("__require(") ? REQUIRE + text : text, map: map.text };
}
