import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { readNotebook } from "../convert/read-notebook.ts";
import { repairReport, stopCells } from "../convert/repair.ts";
import { type ConvertedReport, reportOfNotebook } from "../convert/report-of-notebook.ts";
import { parseReport } from "../document/parse.ts";
import type { CellLanguage } from "../document/types.ts";
import { decodeUtf8 } from "../document/utf8.ts";
import { formatPosition, UserError, UserErrors } from "../errors.ts";
import { readRegularFile, statIfThere } from "../files.ts";
import { loadLastExpression } from "../pipeline/last-expression.ts";
import { renderReport } from "../pipeline/render-report.ts";
import { findCodeMistakes, findProseMistakes } from "../pipeline/repairable.ts";
import { writeAtomically } from "../store/atomic-write.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { formatWarning, plural, type Terminal } from "./output.ts";
import { projectOf } from "./targets.ts";

export interface ConvertFlags {
  /** The file to write, a folder for it, or `-` for stdout; undefined: beside the converted file. */
  readonly output: string | undefined;
  /** Whether existing files are replaced. */
  readonly force: boolean;
  /** Language of code cells that name none; undefined: the notebook's own. */
  readonly language: CellLanguage | undefined;
}

/**
 * `heapbook convert`: converts a notebook to a report, or a report to a notebook. Runs nothing: the notebook contains
 * the stored results of the report, and recorded outputs for cells without any.
 *
 * @throws UserError `file-not-found`, `not-convertible`, `file-exists`, `output-not-writable`, and the mistakes of
 *   notebooks and reports
 */
export async function convert(target: string, flags: ConvertFlags, root: string, terminal: Terminal): Promise<void> {
  const path = resolve(root, target);
  checkFile(path, target);
  const ending = extname(path).toLowerCase();
  if (ending === ".ipynb") await convertNotebook(path, flags, root, terminal);
  else if (ending === ".md") await convertReport(path, flags, root, terminal);
  else {
    throw new UserError(`${target} is neither a notebook (.ipynb) nor a report (.md).`, {
      code: "not-convertible",
      hint: "Name a notebook to get its report, or a report.md to get its notebook.",
    });
  }
}

function checkFile(path: string, target: string): void {
  const stats = statIfThere(path);
  if (stats === undefined) {
    throw new UserError(`The file ${target} does not exist.`, { code: "file-not-found", hint: "Correct the path." });
  }
  if (stats.isFile()) return;
  if (!stats.isDirectory()) {
    throw new UserError(`${target} is a device or a pipe, and not a notebook or a report.`, {
      code: "not-convertible",
      hint: "Save the notebook to a file, and name the file.",
    });
  }
  const found = readdirSync(path).filter((name) => name.endsWith(".ipynb") || name === "report.md");
  throw new UserError(`${target} is a folder, and not a notebook or a report.`, {
    code: "not-convertible",
    hint:
      found.length === 0
        ? "Name a file: `heapbook convert notebook.ipynb`."
        : `Name one of its files: ${found.map((name) => join(target, name)).join(", ")}.`,
  });
}

async function convertNotebook(path: string, flags: ConvertFlags, root: string, terminal: Terminal): Promise<void> {
  const file = relative(root, path) || basename(path);
  const notebook = readNotebook(decodeUtf8(readRegularFile(path), file), file);
  const converted = reportOfNotebook(notebook, file, flags.language, await loadLastExpression());
  const { files } = converted;
  const place = placeOf(path, "report.md", flags, root);
  const { source, warnings } = converted.isOwn ? converted : await repair(converted, place ?? path, root);
  const shown = place === undefined ? "report.md" : relative(root, place);
  if (place === undefined) terminal.out(source.replace(/\n$/, ""));
  else {
    const all = [{ path: "report.md", contents: source }, ...files].map(({ path: each, contents }, index) => ({
      path: index === 0 ? place : join(dirname(place), each),
      contents,
    }));
    write(all, flags, root);
  }
  const cells = notebook.cells.filter(({ cell_type }) => cell_type === "code").length;
  const beside = files.length === 0 || place === undefined ? "" : `, ${plural(files.length, "file")} beside it`;
  for (const { line, message } of warnings) {
    terminal.err(formatWarning(`${formatPosition({ file: shown, line })}: ${message}`));
  }
  for (const error of mistakesOf(source, place ?? path, shown)) {
    const at = error.position === undefined ? "" : `${formatPosition(error.position)}: `;
    terminal.err(
      formatWarning(`${at}${error.message} [${error.code}]${error.hint === undefined ? "" : `\n  ${error.hint}`}`),
    );
  }
  if (place === undefined) return;
  terminal.err(`Converted ${plural(cells, "code cell")}${beside}.\n`);
  terminal.out(shown);
}

/** Most rounds of repairs: a paragraph with several mistakes needs one for each. */
const MOST_REPAIRS = 100;

/**
 * Makes text of whatever a render would refuse in the prose of a converted report.
 * @param place path of the report; its images are looked for beside it
 */
async function repair({ source, files, warnings }: ConvertedReport, place: string, root: string) {
  const folder = dirname(place);
  const own = new Set(files.map(({ path }) => resolve(folder, path)));
  let text = source;
  const all = [...warnings];
  for (let round = 0; round < MOST_REPAIRS; round += 1) {
    const report = { source: text, file: "report.md", path: join(folder, "report.md"), folder, slug: "converted" };
    const { errors, ids } = await findProseMistakes(report, projectOf([place], root));
    // Files that the conversion writes are not there yet.
    const open = errors.filter(({ message }) => ![...own].some((each) => message.includes(relative(folder, each))));
    const repaired = repairReport(text, open, ids);
    if (repaired.source === text) break;
    text = repaired.source;
    all.push(...repaired.warnings);
  }
  const code = await findCodeMistakes({ source: text, file: "report.md", path: place, folder, slug: "converted" });
  const { source: made, warnings: found } = stopCells({ source: text, warnings: all }, code.errors, code.cells);
  return { source: made, warnings: [...found].sort((a, b) => a.line - b.line) };
}

/** Mistakes in the converted report at which a render would stop, such as options that only Quarto has. */
function mistakesOf(source: string, path: string, file: string): readonly UserError[] {
  try {
    parseReport({ source, file, path, folder: dirname(path), slug: "converted" });
    return [];
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof UserError) return [error];
    throw error;
  }
}

async function convertReport(path: string, flags: ConvertFlags, root: string, terminal: Terminal): Promise<void> {
  const place = placeOf(path, `${basename(path, ".md")}.ipynb`, flags, root);
  const outcome = await renderReport({
    path,
    root,
    projectRoot: projectOf([path], root),
    storeRoot: findStoreRoot(dirname(path), root),
    outputFolder: undefined,
    formats: ["ipynb"],
    params: {},
    mode: "stored",
    jobs: 1,
    signal: new AbortController().signal,
    onProgress: () => {},
    onWarning: (message) => terminal.err(formatWarning(message)),
  });
  const contents = outcome.rendered.find(({ path: each }) => each === "report.ipynb")?.contents ?? "";
  if (place === undefined) {
    terminal.out(String(contents).replace(/\n$/, ""));
    return;
  }
  write([{ path: place, contents }], flags, root);
  const without = outcome.withoutResults.length;
  if (without > 0) {
    const they = without === 1 ? "it" : "them";
    terminal.err(`${plural(without, "cell")} without stored results: \`heapbook render\` runs ${they}.\n`);
  }
  terminal.out(relative(root, place));
}

/** Absolute path of the file to write; undefined for stdout. */
function placeOf(path: string, name: string, { output }: ConvertFlags, root: string): string | undefined {
  if (output === "-") return undefined;
  if (output === undefined) return join(dirname(path), name);
  const place = resolve(root, output);
  const isFolder = statIfThere(place)?.isDirectory() === true || extname(output) === "";
  if (isFolder) return join(place, name);
  if (extname(place) === extname(name)) return place;
  throw new UserError(`${output} does not end in ${extname(name)}.`, {
    code: "bad-usage",
    hint: `Write \`-o ${join(dirname(output), name)}\`, a folder, or \`-o -\` for stdout.`,
  });
}

function holds(path: string, contents: string | Uint8Array): boolean {
  const isImage = typeof contents !== "string" || extname(path) === ".svg";
  return isImage && statIfThere(path)?.isFile() === true && readRegularFile(path).equals(Buffer.from(contents));
}

function write(
  files: readonly { readonly path: string; readonly contents: string | Uint8Array }[],
  { force }: ConvertFlags,
  root: string,
): void {
  // A file with the same contents, such as an image from which the notebook was made, is not written.
  const changed = files.filter(({ path, contents }) => !holds(path, contents));
  const taken = changed.filter(({ path }) => existsSync(path)).map(({ path }) => relative(root, path));
  if (taken.length > 0 && !force) {
    throw new UserError(`${taken.join(", ")} ${taken.length === 1 ? "is" : "are"} there already.`, {
      code: "file-exists",
      hint: "Nothing was changed. Write to another place with `-o folder`, or replace with `--force`.",
    });
  }
  try {
    writeAtomically(changed);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UserError(`${relative(root, files[0]?.path ?? "")} cannot be written (${reason}).`, {
      code: "output-not-writable",
      hint: "Name another place with `-o`, or allow writing to this one.",
      cause,
    });
  }
}
