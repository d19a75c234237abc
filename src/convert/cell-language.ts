import type { CellLanguage } from "../document/types.ts";
import { CELL_LANGUAGES } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { ReadCell, ReadNotebook } from "./read-notebook.ts";

/** Cell language for each name that Jupyter, VS Code, Deno, tslab, IJavascript or Colab gives a kernel or an editor. */
const LANGUAGES: Readonly<Record<string, CellLanguage>> = {
  python: "python",
  python3: "python",
  ipython: "python",
  ipython3: "python",
  typescript: "ts",
  ts: "ts",
  tslab: "ts",
  deno: "ts",
  javascript: "js",
  js: "js",
  jslab: "js",
  node: "js",
  nodejs: "js",
};

/**
 * The cell language of a notebook's kernel.
 *
 * @param file name of the notebook, for messages
 * @param chosen value of `--language`; takes precedence over the kernel
 * @throws UserError `unknown-kernel-language` if code cells depend on the kernel and reports have no cells in its
 * language
 */
export function kernelLanguageOf(
  { metadata, cells }: ReadNotebook,
  file: string,
  chosen: CellLanguage | undefined,
): CellLanguage {
  if (chosen !== undefined) return chosen;
  const named = namesOf(metadata);
  const known = named.map((name) => LANGUAGES[name]).find((language) => language !== undefined);
  if (known !== undefined) return known;
  if (
    cells.every(
      (cell) => cell.cell_type !== "code" || ownLanguage(cell) !== undefined || foreignLanguageOf(cell) !== undefined,
    )
  )
    return "ts";
  const [name] = named;
  throw new UserError(
    name === undefined
      ? "The notebook does not name the language of its kernel."
      : `The notebook has a kernel for \`${name}\`, and a report has no cells in that language.`,
    {
      code: "unknown-kernel-language",
      position: { file, line: 1 },
      hint: "Reports have cells in js, ts and python. `--language python` takes every code cell for Python.",
    },
  );
}

/** Language of one cell: the language that the cell's metadata name, otherwise the kernel's. */
export function languageOf(cell: ReadCell, kernel: CellLanguage): CellLanguage {
  return ownLanguage(cell) ?? kernel;
}

/**
 * Name of a cell's language if a report cannot run this language: `shellscript` and `html` from VS Code, `pwsh` from
 * Polyglot Notebooks. Undefined for a cell that runs.
 */
export function foreignLanguageOf(cell: ReadCell): string | undefined {
  if (ownLanguage(cell) !== undefined) return undefined;
  const { metadata } = cell;
  const named = textAt(metadata, "vscode", "languageId") ?? textAt(metadata, "polyglot_notebook", "kernelName");
  return named === undefined || named === "raw" ? undefined : named.replace(/[^\w+#-]/g, "");
}

function ownLanguage({ metadata }: ReadCell): CellLanguage | undefined {
  const own = textAt(metadata, "heapbook", "language");
  const language = CELL_LANGUAGES.find((each) => each === own);
  if (language !== undefined) return language;
  const editor = textAt(metadata, "vscode", "languageId");
  return editor === undefined ? undefined : LANGUAGES[editor];
}

/** Names that the metadata give the kernel's language, the most reliable first; lower case. */
function namesOf(metadata: Readonly<Record<string, unknown>>): readonly string[] {
  const names = [
    textAt(metadata, "kernelspec", "language"),
    textAt(metadata, "language_info", "name"),
    textAt(metadata, "kernelspec", "name"),
  ];
  return names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
}

/** The string at a path of keys in a JSON value; undefined for a blank string and for any other value. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (each, key) => (typeof each === "object" && each !== null ? Reflect.get(each, key) : undefined),
    value,
  );
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}
