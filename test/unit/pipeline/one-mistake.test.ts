import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readReportText } from "../../../src/document/parse.ts";
import { collectMistakes } from "../../../src/pipeline/mistakes.ts";

/** Mistakes of a report as `line code`, with the hint if `withHint`. */
async function mistakesOf(source: string, withHint = false): Promise<readonly string[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-mistakes-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "report.md");
  writeFileSync(path, source);
  const reading = readReportText({ source, file: "report.md", path, folder, slug: "r" });
  const cache = { get: () => undefined, set: () => {} };
  const { errors } = await collectMistakes(reading, { root: folder, storeRoot: folder }, cache, () => {});
  return errors.map(({ position, code, hint }) => `${position?.line} ${code}${withHint ? `: ${hint}` : ""}`);
}

const TOP = "---\ntitle: T\n---\n\n";
/** A cell without its closing line: lines 5 to 10 after TOP. */
const OPEN = `\`\`\`{ts}
//| label: a
//| probes: [time]
import { measure } from "heapbook";
measure(() => 1);
export const one = 1;
`;
/** Prose that refers to the cell and defines a section. */
const PROSE = '\nSee {{metric "a" "wallTime"}} and @sec-two.\n\n## Two {#sec-two}\n\n';
/** A cell that needs the code and the result of the first. */
const READER = `\`\`\`{ts}
//| label: b
import { one } from "cell:a";
import a from "result:a";
console.log(one, a.label);
\`\`\`
`;

test.each<[what: string, body: string, mistake: string]>([
  ["a cell", OPEN + PROSE + READER, "5 unclosed-cell"],
  ["shown code", `${OPEN}${PROSE}\`\`\`js\nx\n\`\`\`\n\n${READER}`, "5 unclosed-cell"],
  ["a cell between tildes", OPEN.replace("```", "~~~") + PROSE + READER, "5 unclosed-cell"],
  ["a cell before one between tildes", OPEN + PROSE + READER.replaceAll("```", "~~~"), "5 unclosed-cell"],
  [
    "a cell with four backticks and three",
    `${OPEN.replace("```", "````")}\`\`\`\n${PROSE}${READER}`,
    "5 unclosed-cell",
  ],
  ["a closing line with a full stop", `${OPEN}\`\`\`.\n${PROSE}${READER}`, "5 unclosed-cell"],
  ["a closing line with indentation", `${OPEN}     \`\`\`\n${PROSE}${READER}`, "5 unclosed-cell"],
  ["a cell in a list", `- x\n\n  ${OPEN.replaceAll("\n", "\n  ")}\n\n- y\n${PROSE}${READER}`, "7 unclosed-cell"],
  ["a cell in a quote", `> ${OPEN.trimEnd().replaceAll("\n", "\n> ")}\n\n${PROSE}${READER}`, "5 unclosed-cell"],
  ["two cells in a quote", `> ${`${OPEN}\n${READER}`.trimEnd().replaceAll("\n", "\n> ")}\n${PROSE}`, "5 unclosed-cell"],
  ["shown code before a cell", `\`\`\`js\nlet x;\n${PROSE}${OPEN}\`\`\`\n\n${READER}`, "5 unclosed-cell"],
  ["python before a cell", `\`\`\`{python}\nx = 1\n\nText.\n\n${OPEN}\`\`\`\n${PROSE}${READER}`, "5 unclosed-cell"],
  [
    "a chart before a cell",
    `\`\`\`{vega-lite}\n#| label: fig-x\ndata: { result: a }\nmark: point\n\nText.\n\n${OPEN}\`\`\`\n${PROSE}@fig-x\n\n${READER}`,
    "5 unclosed-cell",
  ],
])("%s without an end is one mistake, at its first line", async (_, body, mistake) => {
  expect(await mistakesOf(TOP + body)).toEqual([mistake]);
});

test("each of several cells without an end is one mistake", async () => {
  const second = READER.replace(/```\n$/, "");
  expect(await mistakesOf(`${TOP}${OPEN}${PROSE}${second}\n\`\`\`{ts}\nlet x;\n\`\`\`\n`)).toEqual([
    "5 unclosed-cell",
    "16 unclosed-cell",
  ]);
});

test("code and text that show fences are closed where they are", async () => {
  const shown = "````md\n```{ts}\n1;\n```\n````\n\n```{ts}\nconst s = `\n  ~~~js\n`;\n```\n\n```sh\n# ```x\n```\n";
  expect(await mistakesOf(TOP + shown)).toEqual([]);
});

test.each(["", "---\n\nMore.\n"])("front matter without its end is one mistake, before %j", async (end) => {
  const top = "---\ntitle: T\nlang: de\n\nSome text: here.\n\n";
  expect(await mistakesOf(`${top}${OPEN}\`\`\`\n${PROSE}${READER}\n${end}`, true)).toEqual([
    "1 no-front-matter: Write a line of --- below its last key, which seems to be line 3, above the text.",
  ]);
});

test.each<[what: string, cell: string, mistake: string]>([
  ["the mark of Python", OPEN.replaceAll("//|", "#|"), "6 misplaced-option"],
  [
    "options below code",
    OPEN.replace(/\/\/\|.*\n\/\/\|.*\n/, "").replace("measure(()", "//| label: a\n//| probes: [time]\nmeasure(()"),
    "7 misplaced-option",
  ],
  ["a slip in `probes`", OPEN.replace("probes", "prob"), "7 unknown-option"],
  ["a slip in a probe", OPEN.replace("time]", "tme]"), "7 unknown-probe"],
  ["a slip in `label`", OPEN.replace("label", "lable"), "6 unknown-option"],
  ["`name` for `label`", OPEN.replace("label", "name"), "6 unknown-option"],
  ["a label of two words", OPEN.replace("label: a", "label: a\n//| fig-cap: b: c"), "7 broken-yaml"],
  ["no blank after the colon", OPEN.replace("probes: ", "probes:"), "7 broken-yaml"],
])("%s is one mistake", async (_, cell, mistake) => {
  expect([...new Set(await mistakesOf(`${TOP}${cell}\`\`\`\n${PROSE}${READER}`))]).toEqual([mistake]);
});

test("a matrix without a list is one mistake", async () => {
  const cell = OPEN.replace("probes", "matrix: { kind: a }\n//| probes");
  expect(await mistakesOf(`${TOP}${cell}\`\`\`\n\n{{metric "a" "wallTime" kind="a"}}\n`)).toEqual(["7 invalid-matrix"]);
});

test("plain comments that are options are mistakes, and nothing that refers to the cell is", async () => {
  const cell = OPEN.replaceAll("//|", "//");
  expect(await mistakesOf(`${TOP}${cell}\`\`\`\n${PROSE}${READER}`, true)).toEqual([
    "6 misplaced-option: Write //| label: a",
    "7 misplaced-option: Write //| probes: [time]",
  ]);
});

test("a label that is used twice means the first cell, and makes no cycle", async () => {
  const body = `${OPEN}\`\`\`\n${PROSE}${READER.replace("label: b", "label: a")}`;
  expect(await mistakesOf(TOP + body)).toEqual(["18 duplicate-label"]);
});

test.each([
  [
    "trials: 3",
    "3 unknown-front-matter-key: `trials` belongs below `execute` in the front matter: `execute: { trials: 3 }`.",
  ],
  [
    "toc: true",
    "3 unknown-front-matter-key: `toc` belongs below `format.html` in the front matter: `format: { html: { toc: true } }`.",
  ],
  [
    "execute: { lang: de }",
    "3 unknown-front-matter-key: `lang` stands at the top level of the front matter, not indented: `lang: de`.",
  ],
  [
    "execute: { probes: [time] }",
    "3 unknown-front-matter-key: `probes` is an option of a cell: `//| probes: [time]` at the top of its code.",
  ],
  [
    "print: { theme: dark }",
    "3 unknown-front-matter-key: `theme` belongs below `format.html` in the front matter: `format: { html: { theme: dark } }`.",
  ],
  ["authors: Ada", "3 unknown-front-matter-key: `author:` names one author or a list: `author: [Ada, Grace]`."],
])("a key in the wrong place says the right one: %s", async (line, mistake) => {
  expect(await mistakesOf(`---\ntitle: T\n${line}\n---\n`, true)).toEqual([mistake]);
});

test("a title below `execute` is one mistake", async () => {
  expect(await mistakesOf("---\nexecute: { title: T }\n---\n", true)).toEqual([
    "2 unknown-front-matter-key: `title` stands at the top level of the front matter, not indented: `title: T`.",
  ]);
});

test("a key of the front matter in a cell says where it belongs", async () => {
  expect(await mistakesOf(`${TOP}\`\`\`{ts}\n//| toc: true\n1;\n\`\`\`\n`, true)).toEqual([
    "6 unknown-option: `toc` belongs below `format.html` in the front matter: `format: { html: { toc: true } }`. The front matter is at the top of the report.",
  ]);
});
