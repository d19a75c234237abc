import type { MarkdownIt, Token } from "markdown-it";
import { UserError } from "../errors.ts";
import type { AsideText } from "./prose.ts";

/** What to write instead of a command of LaTeX. */
const COMMANDS: Readonly<Record<string, string>> = {
  cite: "Write [@key], with `bibliography: file.bib` in the front matter.",
  ref: "Write @fig-name, @tbl-name, @sec-name or @eq-name: the label of what it refers to.",
  label: "Write {#sec-name} after a heading, {#fig-name} after an image, {#eq-name} after $$.",
  footnote: "Write ^[text of the note].",
  section: "Write ## Title, of a subsection ### Title.",
  bold: "Write **text**.",
  italic: "Write *text*.",
  code: "Write `text`.",
  image: "Write ![Caption](image.png){#fig-name}.",
  caption: "Write the caption between the brackets of ![Caption](image.png){#fig-name}.",
  link: "Write [text](address).",
  environment: "Write Markdown instead: paragraphs, lists, > quotes.",
  figure: "Write ![Caption](image.png){#fig-name}.",
  table: "Write a Markdown table, and `: Caption {#tbl-name}` below it.",
  math: "Write $$, the formula and $$ {#eq-name}.",
  list: "Write lines that begin with - or 1.",
  listing: "Write a code block between lines of ```.",
};

const KINDS: readonly (readonly [RegExp, keyof typeof COMMANDS])[] = [
  [/^(?:cite\w*|parencite|textcite|autocite)$/, "cite"],
  [/^(?:ref|eqref|autoref|[cC]ref|pageref|nameref|vref)$/, "ref"],
  [/^label$/, "label"],
  [/^(?:footnote|footnotetext|thanks)$/, "footnote"],
  [/^(?:chapter|(?:sub){0,2}section|(?:sub)?paragraph)$/, "section"],
  [/^(?:textbf)$/, "bold"],
  [/^(?:emph|textit|textsl|underline)$/, "italic"],
  [/^(?:texttt|verb|lstinline)$/, "code"],
  [/^includegraphics$/, "image"],
  [/^caption$/, "caption"],
  [/^(?:url|href)$/, "link"],
];

const ENVIRONMENTS: readonly (readonly [RegExp, keyof typeof COMMANDS])[] = [
  [/^figure\*?$/, "figure"],
  [/^(?:table|tabular|longtable)\*?[xy]?$/, "table"],
  [/^(?:equation|align|gather|multline|eqnarray|displaymath|math)\*?$/, "math"],
  [/^(?:itemize|enumerate|description)$/, "list"],
  [/^(?:lstlisting|verbatim|minted)\*?$/, "listing"],
];

/** A command of LaTeX with an argument in braces. */
const COMMAND = /\\([A-Za-z]{2,20})\*?(?:\[[^\]\n]{0,200}\]){0,2}\{([^{}\n]{0,200})/g;

/**
 * Finds markup of other systems that Markdown leaves as text, or that leads nowhere: commands of LaTeX (`\cite{…}`), links without an
 * address (`[text]()`), and tables without the row of dashes below their head. Warnings `stray-markup`, each at its line.
 */
export function findForeignMarkup(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  asides: readonly AsideText[],
  file: string,
): UserError[] {
  const warnings: UserError[] = [];
  const warn = (line: number, message: string, hint: string): void => {
    const known = warnings.some((each) => each.position?.line === line && each.message === message);
    if (!known) warnings.push(new UserError(message, { code: "stray-markup", position: { file, line }, hint }));
  };
  let line = 1;
  for (const [index, token] of tokens.entries()) {
    if (token.map !== null) line = token.map[0] + 1;
    if (token.type !== "inline") continue;
    visitInline(token, line, false, warn);
    if (tokens[index - 1]?.type === "paragraph_open") warnOfTable(token.content, line, warn);
  }
  for (const { source, position } of asides)
    for (const token of markdown.parseInline(source, {})) visitInline(token, position.line, true, warn);
  return warnings;
}

type Warn = (line: number, message: string, hint: string) => void;

/** @param isAside whether all lines of the text have the position of its first */
function visitInline(inline: Token, first: number, isAside: boolean, warn: Warn): void {
  let line = first;
  for (const child of inline.children ?? []) {
    if (child.type === "text") warnOfCommands(child.content, inline.content, line, warn);
    if (child.type === "link_open" && child.attrGet("href") === "" && child.markup !== "autolink")
      warn(
        line,
        "A link has no address, and leads to the top of the page.",
        "Write the address between the parentheses: [text](address).",
      );
    if (!isAside && (child.type === "softbreak" || child.type === "hardbreak")) line += 1;
  }
}

function warnOfCommands(text: string, source: string, line: number, warn: Warn): void {
  for (const [raw, name = "", argument = ""] of text.matchAll(COMMAND)) {
    // Written with two backslashes: text.
    if (source.includes(`\\${raw}`)) continue;
    const kind =
      name === "begin" || name === "end"
        ? (ENVIRONMENTS.find(([pattern]) => pattern.test(argument))?.[1] ?? "environment")
        : KINDS.find(([pattern]) => pattern.test(name))?.[1];
    // One warning for an environment, at its beginning.
    if (kind === undefined || name === "end") continue;
    const shown = `\\${name}{${argument}}`;
    warn(
      line,
      `\`${shown}\` is LaTeX, and the page shows it as text.`,
      `${COMMANDS[kind] ?? ""} For text, write it as code.`,
    );
  }
}

/** Lines of cells between bars that Markdown reads as a paragraph, because no row of dashes stands below the first. */
function warnOfTable(source: string, line: number, warn: Warn): void {
  const rows = source.split("\n").map((row) => row.trim());
  if (rows.length < 2 || !rows.every((row) => /^\|.*[^\\]\|$/.test(row))) return;
  const [head = ""] = rows;
  const columns = head.split(/(?<!\\)\|/).length - 2;
  const dashes = `|${" --- |".repeat(Math.max(1, Math.min(columns, 12)))}`;
  warn(
    line,
    "These lines are no table, and the page shows their bars as text.",
    `A table has a row ${dashes} below its head.`,
  );
}
