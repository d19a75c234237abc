import type { MarkdownIt, Token } from "markdown-it";
import type { UserError } from "../errors.ts";
import { findDashedTable, findForeignBlock, findForeignLine } from "./foreign-tables.ts";
import { collectWarnings, isEscaped, type Warn } from "./markup-warnings.ts";
import type { AsideText } from "./prose.ts";
import { TEX_BRACKETS, type TexBrackets } from "./tex-brackets.ts";

/** Replacements for commands of LaTeX, by the command's name. */
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
  other: "Write Markdown, or a formula between dollars, or remove it.",
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

/** Matches a command of LaTeX with an argument in braces. */
const COMMAND = /\\([A-Za-z]{2,20})\*?(?:\[[^\]\n]{0,200}\]){0,2}\{([^{}\n]{0,200})/g;

/**
 * Finds markup of other systems that Markdown leaves as text or that leads nowhere: warnings `stray-markup`, each at
 * its line. Found are commands of LaTeX (`\cite{…}`), its formulas (`\(…\)`), links without an address (`[text]()`),
 * tables and line blocks of Pandoc, tables without a row of dashes, marks of Pandoc (`H~2~O`) and wikis (`[[page]]`),
 * and beginnings of lines of MkDocs, kramdown and others.
 * @param lines lines of the whole file
 */
export function findForeignMarkup(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  asides: readonly AsideText[],
  lines: readonly string[],
  file: string,
): UserError[] {
  return collectWarnings(file, (warn) => searchForeign(markdown, tokens, asides, lines, warn));
}

function searchForeign(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  asides: readonly AsideText[],
  lines: readonly string[],
  warn: Warn,
): void {
  let line = 1;
  for (const [index, token] of tokens.entries()) {
    if (token.map !== null) line = token.map[0] + 1;
    const isParagraph = tokens[index - 1]?.type === "paragraph_open";
    const block = isParagraph ? findForeignBlock(token.content) : findDashedTable(token, lines);
    if (block !== undefined) warn("stray-markup", line, block.message, block.hint);
    const foreign = isParagraph ? findForeignLine(token.content) : undefined;
    if (foreign !== undefined) warn("stray-markup", line + foreign.offset, foreign.message, foreign.hint);
    if (token.type === "inline") visitInline(token, line, false, warn);
  }
  for (const { source, position } of asides)
    for (const token of markdown.parseInline(source, {})) visitInline(token, position.line, true, warn);
}

/**
 * Finds such markup in one inline token.
 * @param isAside whether all lines of the text have the position of its first line, as in a caption
 */
function visitInline(inline: Token, first: number, isAside: boolean, warn: Warn): void {
  let line = first;
  for (const { raw, offset, isDisplay } of (inline.meta?.[TEX_BRACKETS] ?? []) as readonly TexBrackets[]) {
    const hint = isDisplay
      ? "Write $$, the formula and $$. For brackets that are text, write only the first with a backslash."
      : "Write $, the formula and $. Parentheses that are text need no backslash.";
    warn(
      "stray-markup",
      isAside ? first : first + offset,
      `\`${raw}\` is a formula of LaTeX, and the page shows it as text without its backslashes.`,
      hint,
    );
  }
  for (const child of inline.children ?? []) {
    if (child.type === "text") {
      warnOfCommands(child.content, inline.content, line, warn);
      warnOfMarks(child.content, inline.content, line, warn);
      warnOfBookdown(child.content, line, warn);
      warnOfReferenceLinks(child.content, inline.content, line, warn);
    }
    if (child.type === "link_open" && child.attrGet("href") === "" && child.markup !== "autolink")
      warn(
        "stray-markup",
        line,
        "A link has no address, and leads to the top of the page.",
        "Write the address between the parentheses: [text](address).",
      );
    if (!isAside && (child.type === "softbreak" || child.type === "hardbreak")) line += 1;
  }
}

function warnOfCommands(text: string, source: string, line: number, warn: Warn): void {
  for (const [raw, name = "", argument = ""] of text.matchAll(COMMAND)) {
    // The command is escaped by two backslashes, or part of the path `C:\temp\{a}`, and meant as text.
    if (isEscaped(raw, source) || !source.includes(raw)) continue;
    const kind =
      name === "begin" || name === "end"
        ? (ENVIRONMENTS.find(([pattern]) => pattern.test(argument))?.[1] ?? "environment")
        : (KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? "other");
    // An environment causes only one warning, at its beginning.
    if (name === "end") continue;
    const shown = `\\${name}{${argument}}`;
    warn(
      "stray-markup",
      line,
      `\`${shown}\` is LaTeX, and the page shows it as text.`,
      `${COMMANDS[kind] ?? ""} For text, write it as code.`,
    );
  }
}

/**
 * Patterns of marks of Pandoc and R Markdown, and of LaTeX commands without an argument. Each has one group with the
 * author's text, from which the hint is made.
 */
const MARKS: readonly (readonly [pattern: RegExp, hint: (text: string) => string])[] = [
  [/(\{%-?[ \t]*([a-z]\w{1,30})\b[^%\n]{0,200}%\})/g, () => "Remove it: tags of Liquid are for Jekyll."],
  [
    /(?<=[\p{L})])(~([^\s~]{1,20})~)(?![\p{N}~])/gu,
    (text) => `Write <sub>${text}</sub>, or a formula between dollars.`,
  ],
  [
    /(?<=[\p{L}\p{N})])(\^([^\s^[\]]{1,20})\^)(?![\p{L}\p{N}^])/gu,
    (text) => `Write <sup>${text}</sup>, or a formula between dollars.`,
  ],
  [
    /(?<![=\p{L}\p{N}])(==(?![\s=])([^=\n]{1,200})(?<!\s)==)(?![=\p{L}\p{N}])/gu,
    (text) => `Write <mark>${text}</mark>.`,
  ],
  [/(?<!\[)(\[\[(?!_?toc_?\]\])([^[\]\n]{1,100})\]\])(?![\](:])/giu, (text) => `Write [${text}](address).`],
  [/(?<![\p{L}\p{N}:])(:([a-z][a-z0-9_+-]{1,30}):)(?![\p{L}\p{N}:])/gu, () => "Write the emoji itself."],
  [
    /(?<![+\p{L}\p{N}])(\+\+(?![\s+])([^+\n]{1,200})(?<!\s)\+\+)(?![+\p{L}\p{N}])/gu,
    (text) => `Write <ins>${text}</ins>.`,
  ],
  [
    /(?<![\p{L}\p{N}:\\])(\\(newpage|clearpage|cleardoublepage|pagebreak|noindent|tableofcontents|listoffigures|listoftables|maketitle|frontmatter|mainmatter|backmatter|printindex|printbibliography|bigskip|medskip|smallskip|vfill|hfill))(?![\p{L}\p{N}\\])/gu,
    () => "Remove it: the page and the PDF have their own layout.",
  ],
];

/** A reference of bookdown, `\@ref(fig:name)`, of which Markdown takes the backslash for an escape. */
const BOOKDOWN_REFERENCE = /(?<![\p{L}\p{N}])@ref\((?:(fig|tab|eq|lst):)?([\w-]{1,60})\)/gu;

function warnOfBookdown(text: string, line: number, warn: Warn): void {
  for (const [raw, kind = "sec", name = ""] of text.matchAll(BOOKDOWN_REFERENCE)) {
    const label = `${kind === "tab" ? "tbl" : kind}-${name}`;
    const message = `\`\\${raw}\` is a reference of bookdown, and the page shows it as text.`;
    warn("stray-markup", line, message, `Write @${label}, which stands where {#${label}} is.`);
  }
}

/** A link by a reference, `[text][name]`; not an element of a list of lists, `a[i][j]`. */
const REFERENCE_LINK = /(?<![\p{L}\p{N}\])}])\[([^[\]\n]{1,100})\]\[([^[\]\n]{1,100})\](?![[(:])/gu;

function warnOfReferenceLinks(text: string, source: string, line: number, warn: Warn): void {
  for (const [raw, shown = "", name = ""] of text.matchAll(REFERENCE_LINK)) {
    if (isEscaped(raw, source) || /^[@^\d]/.test(shown)) continue;
    const message = `\`${raw}\` is no link, because nothing defines \`${name}\`, and the page shows it as text.`;
    warn("stray-markup", line, message, `Write [${shown}](address), or a line [${name}]: address.`);
  }
}

function warnOfMarks(text: string, source: string, line: number, warn: Warn): void {
  for (const [pattern, hint] of MARKS)
    for (const [, raw = "", inner = ""] of text.matchAll(pattern)) {
      // The mark is escaped by a backslash and meant as text.
      if (isEscaped(raw, source)) continue;
      warn(
        "stray-markup",
        line,
        `\`${raw}\` is no markup of Heapbook, and the page shows it as text.`,
        `${hint(inner)} For text, write it as code.`,
      );
    }
}
