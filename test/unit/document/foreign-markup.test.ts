import { expect, it } from "vitest";
import { parseReport, readReportText } from "../../../src/document/parse.ts";

const textOf = (body: string) => ({
  source: `---\ntitle: T\n---\n\n${body}`,
  file: "r.md",
  path: "/r/r.md",
  folder: "/r",
  slug: "r",
});

function warnings(body: string): string[] {
  return parseReport(textOf(body)).warnings.map(({ position, message }) => `${position?.line} ${message}`);
}

it.each([
  ["A\nas \\cite{jones96} says\n", "6 `\\cite{jones96}` is LaTeX, and the page shows it as text."],
  ["See \\citep[p. 3]{a_b}.", "5 `\\citep{a_b}` is LaTeX, and the page shows it as text."],
  ["See Figure~\\ref{fig:heap}", "5 `\\ref{fig:heap}` is LaTeX, and the page shows it as text."],
  ["Text\\footnote{More}", "5 `\\footnote{More}` is LaTeX, and the page shows it as text."],
  ["\\begin{figure}[h]\n\\centering\n\\end{figure}", "5 `\\begin{figure}` is LaTeX, and the page shows it as text."],
  ["- a \\textbf{bold} word", "5 `\\textbf{bold}` is LaTeX, and the page shows it as text."],
  ["| a | b |\n| 1 | 2 |\n", "5 These lines are no table, and the page shows their bars as text."],
  ["> | a | b |\n> | 1 | 2 |\n", "5 These lines are no table, and the page shows their bars as text."],
  ["a\n\\(y^2\\) b", "6 `\\(y^2\\)` is a formula of LaTeX, and the page shows it as text without its backslashes."],
  ["\\[\nx_1\n\\]", "5 `\\[ x_1 \\]` is a formula of LaTeX, and the page shows it as text without its backslashes."],
  ["\\[x\\]", "5 `\\[x\\]` is a formula of LaTeX, and the page shows it as text without its backslashes."],
  [
    "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+",
    "5 These lines are a grid table of Pandoc, and the page shows them as text.",
  ],
  [
    "  Right   Left\n-------   -----\n     12   12\n",
    "6 This row of dashes belongs to a table of Pandoc, and the page shows a line instead of the table.",
  ],
  [
    "---------------\n Centered  De\n  Header   Al\n---------- ----\n   First   row\n---------------\n",
    "8 This row of dashes belongs to a table of Pandoc, and the page shows a line instead of the table.",
  ],
  ["| A line\n| another", "5 These lines are a line block of Pandoc, and the page shows their bars as text."],
  [
    "[a]{.x} and [b]{.y} and [c]{.x}",
    "5 The attributes `{.x}`, `{.y}`, `{.x}` belong to nothing, and the page shows them as text.",
  ],
  ["a `<b>`{=html} b", "5 `{=html}` after `<b>` is Pandoc's, and the page shows both as text."],
  ["> [!FOO]\n> What", "5 `[!FOO]` is no kind of callout, and the page shows it as text in a quote."],
  ["H~2~O", "5 `~2~` is no markup of Heapbook, and the page shows it as text."],
  ["a\n2^10^ is", "6 `^10^` is no markup of Heapbook, and the page shows it as text."],
  ["an ==important== word", "5 `==important==` is no markup of Heapbook, and the page shows it as text."],
  ["A\n[[the page]]", "6 `[[the page]]` is no markup of Heapbook, and the page shows it as text."],
  ["a :tada: b", "5 `:tada:` is no markup of Heapbook, and the page shows it as text."],
  ["an ++inserted++ word", "5 `++inserted++` is no markup of Heapbook, and the page shows it as text."],
  ["(@good) An example", "5 `(@good) An example` is a numbered example of Pandoc, and the page shows it as text."],
  ["Text\n\n#. First\n#. Second", "7 `#. First` is an item of Pandoc's list, and the page shows it as text."],
  ["!!! note\n    Text", "5 `!!! note` is an admonition of MkDocs, and the page shows it as text."],
  ["??? tip\n    Text", "5 `??? tip` is an admonition of MkDocs, and the page shows it as text."],
  ["[TOC]", "5 `[TOC]` is a place for the table of contents, and the page shows it as text."],
  ["[[_TOC_]]", "5 `[[_TOC_]]` is a place for the table of contents, and the page shows it as text."],
  [".. note:: Text", "5 `.. note:: Text` is a directive of reStructuredText, and the page shows it as text."],
  ["Text\n{:.wide}", "6 `{:.wide}` is an attribute list of kramdown, and the page shows it as text."],
  ["*[GC]: Collector", "5 `*[GC]: Collector` is an abbreviation of PHP Markdown Extra, and the page shows it as text."],
  ["\\newpage", "5 `\\newpage` is no markup of Heapbook, and the page shows it as text."],
  ["\\cleardoublepage", "5 `\\cleardoublepage` is no markup of Heapbook, and the page shows it as text."],
  ["YAML\\index{YAML} is", "5 `\\index{YAML}` is LaTeX, and the page shows it as text."],
  ["See\n\\@ref(fig:heap-a).", "6 `\\@ref(fig:heap-a)` is a reference of bookdown, and the page shows it as text."],
  ["Section \\@ref(intro)", "5 `\\@ref(intro)` is a reference of bookdown, and the page shows it as text."],
  [
    "a {% include x.html a=1 %} b",
    "5 `{% include x.html a=1 %}` is no markup of Heapbook, and the page shows it as text.",
  ],
  [
    "See\n[the docs][docs]",
    "6 `[the docs][docs]` is no link, because nothing defines `docs`, and the page shows it as text.",
  ],
  ["Read [this]()\n", "5 A link has no address, and leads to the top of the page."],
  ["Read\n[this](<>)\n", "6 A link has no address, and leads to the top of the page."],
])("%j is a warning", (body, warning) => {
  expect(warnings(body)).toEqual([warning]);
});

it("the hint says what to write", () => {
  const report = parseReport(textOf("| a | b |\n| 1 | 2 |\n\nSee \\cref{fig:a}.\n"));
  expect(report.warnings.map(({ hint }) => hint)).toEqual([
    "A table has a row | --- | --- | below its head.",
    "Write @fig-name, @tbl-name, @sec-name or @eq-name: the label of what it refers to. For text, write it as code.",
  ]);
});

it("markup in the caption of a cell is found at the line of the caption", () => {
  const body = "```{ts}\n//| label: fig-a\n//| fig-cap: As \\cite{jones}\n1;\n```\n";
  expect(warnings(body)).toEqual(["7 `\\cite{jones}` is LaTeX, and the page shows it as text."]);
});

it.each([
  "`\\cite{a}` and \\\\cite{a} are text",
  "$\\textbf{x} + \\ref{a}$",
  "$$\n\\begin{aligned} a \\end{aligned}\n$$",
  "```tex\n\\cite{a}\n```",
  "C:\\temp\\{a}",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "|x| is the length\nof x",
  "| one line |",
  "- \\[x\\] done",
  "\\[1\\] and f\\(x) and \\(y",
  "`\\(x\\)` and $\\left\\[x\\right\\]$",
  "--- ---",
  "text\n\n-- --\n\nmore",
  "~/a~b and a == b == c and x==y==z",
  "`H~2~O` H\\~2~O 2\\^10^ and ~~gone~~ and 2^10",
  "> [!NOTE]- Folded\n> text",
  "> [!FOO](#t) a link",
  "C:\\newpage and a\\newpage.md",
  "<sub>2</sub> ^[a note^2^x]",
  "| a bar\nin a text",
  "[a](b.md)".replace("b.md", "#t"),
  "<https://example.org>",
  "at 10:30:15, a::b::c, std::map: and ratio:x",
  "[[1]](https://example.org) and `[[x]]` and C++ and i++ + j++",
  "[@walk]: not",
  "`[toc]` and \\[toc]",
  "a[i][j] and [1][2] and \\[a][b] and [a][b] is\n\n[b]: https://a.org",
  "`\\@ref(x)` and me@ref(x)",
  "Wait!!! note it. See #1. and #.5",
])("%j is none", (body) => {
  expect(warnings(body)).toEqual([]);
});

function errors(language: string, code: string): string[] {
  const { errors: found } = readReportText(textOf(`\`\`\`{${language}}\n${code}\n1\n\`\`\`\n`));
  return found.map(({ position, code: name, hint }) => `${position?.line} ${name}: ${hint}`);
}

it.each([
  ["ts", "// | label: walks", "6 misplaced-option: Write //| label: walks"],
  ["js", "//: echo: false", "6 misplaced-option: Write //| echo: false"],
  ["ts", "/*| fig-cap: A walk */", "6 misplaced-option: Write //| fig-cap: A walk"],
  ["ts", "// fig-cap: A walk", "6 misplaced-option: Write //| fig-cap: A walk"],
  ["ts", "//| label: fig-a\n// label: fig-b", "7 misplaced-option: Write //| label: fig-b"],
  ["python", "# | label: walks", "6 misplaced-option: Write #| label: walks"],
  ["python", "#! probs: peak", "6 misplaced-option: Write #| probes: peak"],
  ["vega-lite", "# | label: walks\nmark: bar", "6 misplaced-option: Write #| label: walks"],
])("a %s comment %j is meant as an option", (language, code, error) => {
  expect(errors(language, code)).toEqual([error]);
});

it.each([
  ["ts", "//| label: fig-a\n//| fig-cap: A"],
  ["ts", "// label: the name of a thing\n// output: three rows\n// note: x"],
  ["ts", "// | a | b |\n// | x: 1 | y |"],
  ["ts", "const a = 1;\n// | label: walks"],
  ["python", "#| label: walks\n# TODO: more"],
])("a %s comment %j is not", (language, code) => {
  expect(errors(language, code)).toEqual([]);
});
