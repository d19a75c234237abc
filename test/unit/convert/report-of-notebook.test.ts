import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readNotebook } from "../../../src/convert/read-notebook.ts";
import { reportOfNotebook } from "../../../src/convert/report-of-notebook.ts";
import { UserError } from "../../../src/errors.ts";
import { loadLastExpression } from "../../../src/pipeline/last-expression.ts";

const findLast = await loadLastExpression();
const golden = fileURLToPath(new URL("../../golden/", import.meta.url));
const names = readdirSync(`${golden}input`).flatMap((file) => /^(.+)\.md$/.exec(file)?.[1] ?? []);

type Json = Readonly<Record<string, unknown>>;
const PYTHON = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
const DENO = { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } };
const TSLAB = { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } };
const IJAVASCRIPT = { kernelspec: { name: "javascript", display_name: "JavaScript", language: "javascript" } };

const markdown = (source: string, more: Json = {}): Json => ({ cell_type: "markdown", metadata: {}, source, ...more });
const code = (source: string, outputs: readonly Json[] = [], metadata: Json = {}): Json => ({
  cell_type: "code",
  metadata,
  source: source.split(/(?<=\n)/),
  outputs,
  execution_count: 1,
});
const stdout = (text: string): Json => ({ output_type: "stream", name: "stdout", text: [text] });
const result = (data: Json): Json => ({ output_type: "execute_result", execution_count: 1, metadata: {}, data });

function convert(cells: readonly Json[], metadata: Json = PYTHON) {
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata, cells });
  return reportOfNotebook(readNotebook(text, "work/lab-3.ipynb"), "work/lab-3.ipynb", undefined, findLast);
}

const bodyOf = (source: string): string => source.replace(/^---\n[\s\S]*?\n---\n\n?/, "");

describe("a notebook that Heapbook wrote", () => {
  test.each(names)("%s: gives the report it was written from, to the byte", (name) => {
    const notebook = readNotebook(readFileSync(`${golden}output/${name}.ipynb`, "utf8"), name);
    const { source, warnings } = reportOfNotebook(notebook, `${name}.ipynb`, undefined);
    expect(source).toBe(readFileSync(`${golden}input/${name}.md`, "utf8"));
    expect(warnings).toEqual([]);
  });

  test.each(["coursework", "prose", "figures", "language", "blocks"])("%s: gives the images that it links", (name) => {
    const notebook = readNotebook(readFileSync(`${golden}output/${name}.ipynb`, "utf8"), name);
    const { files, source } = reportOfNotebook(notebook, `${name}.ipynb`, undefined);
    const attached = notebook.cells.flatMap((cell) =>
      cell.cell_type === "code" ? [] : Object.keys(cell.attachments ?? {}),
    );
    expect(files).toHaveLength(new Set(attached).size);
    for (const { path, contents } of files) {
      expect(contents.length).toBeGreaterThan(0);
      expect([path, encodeURI(path)].some((each) => source.includes(each))).toBe(true);
    }
  });

  test("an image outside of the folder is not written", () => {
    const text = readFileSync(`${golden}output/figures.ipynb`, "utf8");
    const outside = readNotebook(text.replaceAll(/\]\((?!attachment:)(?=[\w/-]+\.\w+\))/g, "](../"), "figures");
    const { files, warnings } = reportOfNotebook(outside, "figures.ipynb", undefined);
    expect(files.filter(({ path }) => path.startsWith(".."))).toEqual([]);
    expect(warnings.map(({ message }) => message).join("\n")).toContain("outside of the report's folder");
  });

  test("a changed cell and a changed text are in the report, all others as they were", () => {
    const text = readFileSync(`${golden}output/blocks.ipynb`, "utf8");
    const notebook = readNotebook(text, "blocks");
    const before = reportOfNotebook(notebook, "blocks.ipynb", undefined).source;
    const cells = notebook.cells.map((cell) =>
      cell.cell_type === "code" ? { ...cell, source: `${cell.source}\n// changed` } : cell,
    );
    const after = reportOfNotebook({ ...notebook, cells }, "blocks.ipynb", undefined).source;
    expect(after.replaceAll(/^[ >]*\/\/ changed\n/gm, "")).toBe(before);
    expect(after).toMatch(/^ *\/\/ changed$/m);
  });

  test("a changed title is a warning, because the front matter is what counts", () => {
    const notebook = readNotebook(readFileSync(`${golden}output/math.ipynb`, "utf8"), "math");
    const [title, ...rest] = notebook.cells;
    const cells = title === undefined ? [] : [{ ...title, source: "# Other" }, ...rest];
    const { source, warnings } = reportOfNotebook({ ...notebook, cells }, "math.ipynb", undefined);
    expect(source).toBe(readFileSync(`${golden}input/math.md`, "utf8"));
    expect(warnings).toEqual([{ line: 1, message: expect.stringContaining("front matter") }]);
  });
});

describe("any other notebook", () => {
  test("its first heading is the title, its code cells are cells, its outputs recorded", () => {
    const { source } = convert([
      markdown("# Memory of *lists*\n\nText."),
      code("print(1)\n2 + 2", [stdout("1\n"), result({ "text/plain": ["4"] })]),
    ]);
    expect(source).toBe(
      "---\ntitle: Memory of lists\n---\n\nText.\n\n```{python}\n#| recorded-output:\n#|   source: lab-3.ipynb\n" +
        "#|   text: |\n#|     1\n#|     4\nprint(1)\n2 + 2\n```\n",
    );
  });

  test.each([
    ["const a = 1;\na + 1;", '"2"', "const a = 1;\nconsole.log(a + 1);", "2"],
    ["await f(\n  1,\n)", '"x \\"y\\""', "console.log(await f(\n  1,\n))", 'x "y"'],
    ["a(), b", "1", "a(), console.log(b)", "1"],
    ["x = <T>(1)", "[ \u001b[33m1\u001b[39m ]", "console.log(x = <T>(1))", "[ 1 ]"],
    ["render(<b>x</b>) // shown", "1", "console.log(render(<b>x</b>)) // shown", "1"],
  ])("the value of the last expression %j of a cell of JavaScript is printed", (written, value, shown, recorded) => {
    const { source, warnings } = convert([code(written, [result({ "text/plain": value })])], DENO);
    expect(source).toContain(
      `\`\`\`{ts}\n//| recorded-output:\n//|   source: lab-3.ipynb\n//|   text: |\n//|     ${recorded}\n`,
    );
    expect(source).toContain(`\n${shown}\n\`\`\`\n`);
    expect(warnings.map(({ message }) => message).join()).toContain("`console.log()` around the last expression");
  });

  test("a value is not printed where the notebook shows none, prints, or shows an image", () => {
    const image = result({ "text/html": "<b>1</b>", "text/plain": "1" });
    const cells = [
      code("f()"),
      code("x", [stdout("1\n")]),
      code("console.log(1);\nx", [stdout("1\n")]),
      code("x", [image]),
    ];
    expect(convert(cells, DENO).source.match(/console\.log/g)).toHaveLength(1);
  });

  test("tslab prints the value of the last expression; a call may have printed by itself", () => {
    const { source, warnings } = convert([code("1 + 1", [stdout("2\n")]), code("f()", [stdout("2\n")])], TSLAB);
    expect(source).toContain("console.log(1 + 1)");
    expect(source).toContain("\nf()\n");
    expect(warnings.map(({ message }) => message).join()).toContain("write `console.log(…)` around");
  });

  test.each([
    ["ts", DENO],
    ["js", IJAVASCRIPT],
    ["ts", { kernelspec: { name: "tslab", display_name: "tslab", language: "typescript" } }],
    ["js", { kernelspec: { name: "jslab", display_name: "JS" }, language_info: { name: "javascript" } }],
    ["python", { language_info: { name: "python" } }],
  ])("cells are %s for the kernel %j", (language, metadata) => {
    expect(convert([code("x")], metadata).source).toContain(`\`\`\`{${language}}\nx\n\`\`\`\n`);
  });

  test("without a heading, the name of the file is the title; a raw cell with YAML is the front matter", () => {
    expect(convert([code("1")]).source).toMatch(/^---\ntitle: Lab 3\n---\n/);
    const raw = { cell_type: "raw", metadata: {}, source: "---\ntitle: From Quarto\nlang: de\n---" };
    expect(convert([raw, code("1")]).source).toMatch(/^---\ntitle: From Quarto\nlang: de\n---\n\n```\{python\}/);
  });

  test("braces of prose are no expressions, those in code and formulas stay", () => {
    const { source } = convert([markdown("a {{b}} `{{c}}` $x_{{1}}$\n\n```\n{{d}}\n```")]);
    expect(bodyOf(source)).toBe("a \\{{b}} `{{c}}` $x_{{1}}$\n\n```\n{{d}}\n```\n");
  });

  test("images of outputs and of texts are files", () => {
    const dot = "iVBORw0KGgo=";
    const { source, files } = convert([
      markdown("![x](attachment:a.png)", { attachments: { "a.png": { "image/png": dot } } }),
      code("plot()", [result({ "image/png": dot, "text/plain": "<Figure>" })]),
    ]);
    expect(files.map(({ path }) => path)).toEqual(["notebook/image-1.png", "notebook/output-2-1.png"]);
    expect(files.map(({ contents }) => Buffer.from(contents).toString("base64"))).toEqual([dot, dot]);
    expect(source).toContain("![x](notebook/image-1.png)");
    expect(source).toContain("```\n\n![Output of cell 2 in lab-3.ipynb](notebook/output-2-1.png)\n");
  });

  test("a fence with braces is no cell, also in a list", () => {
    const { source, warnings } = convert([
      markdown(
        "Quarto:\n\n```{python}\nx\n```\n\n- a\n\n  ~~~{r, echo=FALSE}\n  y\n  ~~~\n\n````md\n```{js}\n```\n````",
      ),
    ]);
    expect(bodyOf(source)).toBe(
      "Quarto:\n\n```python\nx\n```\n\n- a\n\n  ~~~r\n  y\n  ~~~\n\n````md\n```{js}\n```\n````\n",
    );
    const lines = source.split("\n");
    expect(warnings.map(({ line }) => lines[line - 1])).toEqual(["```python", "  ~~~r"]);
  });

  test("a LaTeX environment without dollars is a warning with its line", () => {
    const align = "\\begin{align*}\nx &= 1\n\\end{align*}";
    const { source, warnings } = convert([
      markdown(`Text.\n\n${align}\n\n$$\n\\begin{align}x\\end{align}\n$$\n\n\`\\begin{a}\``),
      code("1"),
    ]);
    expect(warnings).toEqual([{ line: expect.any(Number), message: expect.stringContaining("`align*`") }]);
    expect(source.split("\n")[(warnings[0]?.line ?? 0) - 1]).toBe("\\begin{align*}");
  });

  test("a long output is a file, code with backticks has a longer fence, an empty cell is none", () => {
    const { source, files } = convert([code("a", [stdout("x\n".repeat(31))]), code("b = '```'"), code("\n")]);
    expect(source).toContain("#|   file: notebook/output-1.txt\n");
    expect(files).toEqual([{ path: "notebook/output-1.txt", contents: "x\n".repeat(31) }]);
    expect(source).toMatch(/````\{python\}\nb = '```'\n````\n$/);
  });

  test("tags become options; options of the author stay above them", () => {
    const { source } = convert([code("#| label: a\nx", [], { tags: ["remove-input", "raises-exception"] })]);
    expect(source).toContain("#| label: a\n#| echo: false\n#| error: true\nx\n");
  });

  test("what a report cannot have is a warning with its line", () => {
    const { source, warnings } = convert([
      code("%matplotlib inline\nx = 1"),
      code("%%bash\nls"),
      code("1/0", [
        { output_type: "error", ename: "ZeroDivisionError", evalue: "", traceback: [] },
        { output_type: "stream", name: "stderr", text: "e" },
      ]),
      code("print(x)", [result({ "text/html": "<b>1</b>", "text/plain": "1" })]),
    ]);
    expect(source).toContain("# %matplotlib inline\nx = 1");
    expect(source).toContain("```bash\n%%bash\nls\n```");
    expect(source).toContain("#| error: true\n1/0");
    expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      "5: `%matplotlib inline` of IPython does not run in a report, and is a comment.",
      "10: The cell magic `%%bash` does not run in a report: the code and its output are only shown.",
      "15: It failed in the notebook (ZeroDivisionError), so it has `error: true`.",
      "15: Its output on stderr is not kept.",
      "20: Its output of type text/html is kept as plain text.",
      expect.stringContaining("20: The cell uses `x` of the cell at line 5"),
    ]);
  });

  test("names that many cells take from one cell are one warning, with the number of cells", () => {
    const { warnings } = convert([code("import os\nx = 1"), code("print(x)"), code("os.getcwd()"), code("print(x)")]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^3 cells, of which this is the first, use `x`, `os` of the cell at line 5, and cells share no variables\. Join the cells,/,
      ),
    ]);
  });

  test("outputs of cells that do not run are shown below their code", () => {
    const png = result({ "image/png": "iVBORw0KGgo=", "text/plain": "<Figure>" });
    const shell = { ...code("ls", [{ output_type: "stream", name: "stdout", text: "a ```\n" }]) };
    const { source, files, warnings } = convert([
      code("%%bash\nls", [{ output_type: "stream", name: "stdout", text: "a.txt\nb.txt\n" }, png]),
      { ...shell, metadata: { vscode: { languageId: "shellscript" } } },
      { ...code("<b>1</b>", [result({ "text/plain": "1" })]), metadata: { vscode: { languageId: "html" } } },
    ]);
    expect(source).toContain("```bash\n%%bash\nls\n```\n\n```text\na.txt\nb.txt\n```\n\n![Output of cell 1");
    expect(source).toContain("```bash\nls\n```\n\n````text\na ```\n````\n");
    expect(source).toContain("```html\n<b>1</b>\n```\n\n```text\n1\n```\n");
    expect(source).not.toContain("{python}");
    expect(files.map(({ path }) => path)).toEqual(["notebook/output-1-1.png"]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "The cell magic `%%bash` does not run in a report: the code and its output are only shown.",
      "A cell in `shellscript` does not run in a report: the code and its output are only shown.",
      "A cell in `html` does not run in a report: the code and its output are only shown.",
    ]);
  });

  test.each([
    ["# Cost of `a\\_b*` and a\\_b", "Cost of a\\_b* and a_b"],
    ["# Braces {{x}}", "Braces {{x}}"],
    ["# Stars \\*here\\* and *there*", "Stars *here* and there"],
    ["# A path C:\\temp", "A path C:\\temp"],
  ])("the title of %s has no escapes of Markdown", (heading, title) => {
    expect(convert([markdown(heading)]).source).toContain(`title: ${title}\n`);
  });

  test("names that cells of scripts share are a warning that says how to import them", () => {
    const { warnings } = convert(
      [
        code("//| label: made\nconst [a, b] = [1, 2];\nfunction f(x: number) {}"),
        code("const c = { b: 1 };\nf(a, c.b)"),
      ],
      DENO,
    );
    expect(warnings).toEqual([{ line: 11, message: expect.stringContaining('`import { f, a } from "cell:made"`') }]);
  });
});

describe("a file that is no notebook of nbformat 4", () => {
  test.each([
    ["", 1, "The notebook is empty."],
    ["# Hello", 1, "The notebook is not JSON: "],
    ['{\n "nbformat": 4,\n "cells": [,]\n}', 3, "The notebook is not JSON: "],
    ["[1]", 1, "This JSON is not a notebook: it has no `nbformat`."],
    ['{\n "nbformat": 3\n}', 2, "The notebook has nbformat 3."],
    ['{\n<<<<<<< HEAD\n "nbformat": 4\n>>>>>>> x\n}', 2, "The notebook has marks of a merge conflict."],
    ['{"nbformat": 4, "cells": [{"cell_type": "chart"}]}', 1, "The notebook has a mistake at `cells.0.cell_type`: "],
    [
      '{"nbformat": 4, "cells": [{"cell_type": "raw", "source": 1}]}',
      1,
      "The notebook has a mistake at `cells.0.source`: ",
    ],
  ])("%j", (text, line, message) => {
    const error = catchError(() => readNotebook(text, "a.ipynb"));
    expect(error).toMatchObject({ code: "invalid-notebook", position: { file: "a.ipynb", line } });
    expect(error.message).toContain(message);
    expect(error.hint).toBeDefined();
  });

  test("a kernel of another language, or of none", () => {
    const julia = catchError(() => convert([code("x")], { kernelspec: { name: "julia-1.9", language: "julia" } }));
    expect(julia).toMatchObject({ code: "unknown-kernel-language" });
    expect(julia.message).toContain("`julia`");
    expect(catchError(() => convert([code("x")], {}))).toMatchObject({ code: "unknown-kernel-language" });
    expect(convert([markdown("only text")], {}).source).toContain("only text");
  });
});

function catchError(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}

describe("control characters of a notebook", () => {
  const ESCAPE = "\u001b]0;owned\u0007";

  test("of its text are shown by their pictures", () => {
    const { source, warnings } = convert([
      markdown(`Text ${ESCAPE} here`),
      { cell_type: "raw", metadata: {}, source: `raw ${ESCAPE}` },
      code(`%%bash\necho '${ESCAPE}'`),
      code("1", [stdout(`a\u0007b`)]),
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be written.
    expect(source).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(source).toContain("Text ␛]0;owned␇ here");
    expect(warnings.map(({ message }) => message).join("\n")).not.toContain("control character");
  });

  test("of its code stay, because the code has to run as it ran, and are a warning at the first", () => {
    const { source, warnings } = convert([code("x = 1\nprint('\u001b[1m', '\u001b[0m')")]);
    expect(source).toContain("print('\u001b[1m'");
    const line = source.split("\n").findIndex((each) => each.includes("\u001b")) + 1;
    expect(warnings).toContainEqual({
      line,
      message:
        "The line has the control character U+001B (the file has 1 more). A terminal that shows the file runs such characters as commands: write an escape such as `\\x1b` in its place.",
    });
  });

  test("and line breaks of names of errors, streams and types are in no message", () => {
    const { warnings } = convert([
      code("1", [
        { output_type: "error", ename: "Zero\nreport.md:1: error: forged", evalue: "" },
        { output_type: "stream", name: "std\nerr", text: "x" },
        result({ "a/b\nc": "x" }),
      ]),
    ]);
    expect(warnings.length).toBeGreaterThan(2);
    for (const { message } of warnings) expect(message).not.toContain("\n");
  });
});
