import { expect, it } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";

function warnings(body: string): string[] {
  const source = `---\ntitle: T\n---\n\n${body}`;
  const report = parseReport({ source, file: "r.md", path: "/r/r.md", folder: "/r", slug: "r" });
  return report.warnings.map(({ code, position, message }) => `${position?.line} ${code} ${message}`);
}

const FENCE = "stray-markup The fence of this code block has no closing line.";
const UNUSED = "lost-text Nothing refers to the footnote `[^a]`, and the page does not show it.";

it.each([
  ["Text\n\n~~~\ncode\n\nmore\n", `7 ${FENCE}`],
  ["```js\ncode", `5 ${FENCE}`],
  ["- a\n\n  ~~~\n  code\n\nText\n", `7 ${FENCE}`],
  ["> ```\n> code\n\nText\n", `5 ${FENCE}`],
  ["> [!NOTE]\n> ~~~\n> code\n\nText\n", `6 ${FENCE}`],
  ["```{#lst-a .js lst-cap='A'}\ncode\n", `5 ${FENCE}`],
  ["Text\n\n[^a]: lost\n", `7 ${UNUSED}`],
  ["Text\n\n[^a]:\n\n    lost\n", `7 ${UNUSED}`],
  [
    "Text[^a]\n\n[^a]: lost\n\n[^a]: kept\n",
    "7 lost-text The footnote `[^a]` is defined again below, and the page does not show this text.",
  ],
  [
    "| a | b |\n|---|---|\n| 1 | 2 | 3 | x \\| y |\n",
    "7 lost-text The table has 2 columns, and the page does not show `3`, `x \\| y` of this row.",
  ],
  [
    "> a | b\n> --|--\n> 1 | 2\n> 1 | `2 | 3`\n",
    "8 lost-text The table has 2 columns, and the page does not show `3`` of this row.",
  ],
  [
    "```md\nText.\n\n# Next\n\n```{ts}\n1;\n```\n",
    "10 stray-markup A cell begins on this line, but it is in the code block that begins at line 5, and does not run.",
  ],
  [
    "Text\nand[^b], more[^b]\n",
    "6 stray-markup The footnote `[^b]` is not defined, and the page shows the mark as text.",
  ],
])("%j is a warning", (body, warning) => {
  expect(warnings(body)).toEqual([warning]);
});

it("a fence that takes the end of its callout is a warning beside that of the callout", () => {
  expect(warnings("::: {.callout-note}\n~~~\ncode\n:::\n")).toEqual([
    "5 stray-markup `::: {.callout-note}` is not closed.",
    `6 ${FENCE}`,
  ]);
});

it.each([
  "````md\n```{ts}\n1;\n```\n````",
  "Not a note \\[^b], nor is `[^b]`.",
  "~~~\ncode\n~~~",
  "- ```\n  code\n  ```\n\nText",
  "> ~~~\n> ~~~\n",
  "Text[^a]\n\n[^a]: shown",
  "| a | b |\n|---|---|\n| 1 | x \\| y |\n| 1 |\n| 1 | 2 | |\n",
])("%j is none", (body) => {
  expect(warnings(body)).toEqual([]);
});
