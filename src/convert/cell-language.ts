import type { CellLanguage } from "../document/types.ts";
import { CELL_LANGUAGES } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { ReadCell, ReadNotebook } from "./read-notebook.ts";

/** Languages of kernels and editors, by the names that Jupyter, VS Code, Deno, tslab, IJavascript and Colab give them. */
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
 * The language of a notebook's kernel.
 *
 * @param file as messages name it
 * @param chosen `--language`, for a notebook that names no kernel
 * @throws UserError `unknown-kernel-language`, where code cells have no language that a report has
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

/** The language of one cell: that which the cell names, else that of the kernel. */
export function languageOf(cell: ReadCell, kernel: CellLanguage): CellLanguage {
  return ownLanguage(cell) ?? kernel;
}

/**
 * The language of a cell that no cell of a report has, by the name of its editor: `shellscript` and `html` in VS Code, `pwsh` in
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

/** The names of a kernel's language, the surest first. */
function namesOf(metadata: Readonly<Record<string, unknown>>): readonly string[] {
  const names = [
    textAt(metadata, "kernelspec", "language"),
    textAt(metadata, "language_info", "name"),
    textAt(metadata, "kernelspec", "name"),
  ];
  return names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
}

/** The text at a path of JSON; undefined for anything else. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (each, key) => (typeof each === "object" && each !== null ? Reflect.get(each, key) : undefined),
    value,
  );
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}
