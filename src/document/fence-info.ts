import { didYouMean, type Position, UserError } from "../errors.ts";
import { CELL_LANGUAGES, type CellLanguage } from "./types.ts";

/** Alternative names of cell languages, in lower case. */
const OTHER_NAMES: ReadonlyMap<string, CellLanguage> = new Map([
  ["typescript", "ts"],
  ["javascript", "js"],
  ["py", "python"],
  ["python3", "python"],
]);

/**
 * Languages that R Markdown, Quarto and Jupyter can run and Heapbook cannot: full names by the names in braces, in
 * lower case.
 */
const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ["r", "R"],
  ["julia", "Julia"],
  ["ojs", "Observable JS"],
  ["sh", "a shell"],
  ["bash", "a shell"],
  ["zsh", "a shell"],
  ["shell", "a shell"],
  ["sql", "SQL"],
  ["c", "C"],
  ["cpp", "C++"],
  ["java", "Java"],
  ["go", "Go"],
  ["rust", "Rust"],
  ["rs", "Rust"],
  ["ruby", "Ruby"],
  ["rb", "Ruby"],
  ["php", "PHP"],
  ["css", "CSS"],
  ["html", "HTML"],
  ["json", "JSON"],
  ["yaml", "YAML"],
  ["dot", "Graphviz"],
  ["mermaid", "Mermaid"],
]);

/**
 * Whether the text after the opening ``` of a fence is meant to make a cell: it begins or ends with a brace. Exception:
 * attributes, which begin with `{#` or `{.`, make a listing.
 */
export function namesCell(info: string): boolean {
  return (info.startsWith("{") && !/^\{[ \t]*[#.]/.test(info)) || /^[\w-]+\}/.test(info);
}

/**
 * The language of a cell, from the text after the opening ``` of its fence.
 * @throws {UserError} `invalid-fence` where the text is not `{language}`; `unknown-language`
 */
export function parseFenceInfo(info: string, position: Position): CellLanguage {
  const trimmed = info.trim();
  const fail = (message: string, hint: string): UserError =>
    new UserError(message, { code: "invalid-fence", position, hint });
  if (/^\{\{.*\}\}$/.test(trimmed)) {
    throw fail(
      `\`${shorten(trimmed)}\` has two pairs of braces.`,
      "One pair runs the cell. To show a cell without running it, put it into a longer fence: ````md … ````",
    );
  }
  const match = /^\{([^{}]*)\}$/.exec(trimmed);
  if (match === null) {
    throw fail(
      `\`${shorten(trimmed)}\` does not open a cell.`,
      "A cell opens with the language in braces, alone: ```{ts}",
    );
  }
  const inside = (match[1] ?? "").trim();
  const [word = "", ...rest] = inside.split(/[\s,]+/);
  const language = CELL_LANGUAGES.find((known) => known === word);
  if (rest.length > 0) {
    throw fail(
      `The braces of a cell hold its language only, but \`${shorten(rest.join(" "))}\` follows.`,
      `Options stand at the top of the code: ${language === "python" ? "#|" : "//|"} ${asOption(rest[0] ?? "")}`,
    );
  }
  if (word === "") {
    throw fail(
      `\`${shorten(trimmed)}\` names no language.`,
      "A cell opens with ```{ts}. A fence that is only shown has no braces: ```ts",
    );
  }
  if (language === undefined) {
    const known = `Known languages: ${CELL_LANGUAGES.join(", ")}.`;
    const other = OTHER_NAMES.get(word.toLowerCase());
    const notRun = NOT_RUN.get(word.toLowerCase());
    const hint =
      notRun !== undefined
        ? `Heapbook does not run ${notRun}.`
        : other === undefined
          ? didYouMean(word, CELL_LANGUAGES, "languages")
          : `Did you mean \`${other}\`?`;
    throw new UserError(`Unknown cell language \`${shorten(word)}\`.`, {
      code: "unknown-language",
      position,
      hint: `${hint.startsWith("Known languages") ? known : `${hint} ${known}`} A fence without braces is only shown.`,
    });
  }
  return language;
}

function asOption(word: string): string {
  const [name = "", value = ""] = word.split("=");
  return value === "" ? `label: ${name}` : `${name}: ${value}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
