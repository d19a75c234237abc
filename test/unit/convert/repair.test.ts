import { expect, test } from "vitest";
import { repairReport, stopCells } from "../../../src/convert/repair.ts";
import { type ErrorCode, UserError } from "../../../src/errors.ts";

function repair(line: string, code: ErrorCode, message: string, column?: number): string {
  const position = { file: "report.md", line: 2, ...(column === undefined ? {} : { column }) };
  const { source, warnings } = repairReport(`a\n${line}`, [new UserError(message, { code, position })], ["two-words"]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.line).toBe(2);
  return source.slice(2);
}

test.each<[line: string, code: ErrorCode, message: string, repaired: string]>([
  ["`@fig-a` @fig-a", "unknown-reference", "Unknown figure `fig-a`.", "`@fig-a` \\@fig-a"],
  ["## A {.x #1}", "heading-attributes", "The attributes `{.x #1}` cannot be read.", "## A \\{.x #1}"],
  ["x ![alt](a.png) y", "missing-image", "Cannot read the image a.png.", "x alt (`a.png`) y"],
  ["![](a%20b.png)", "missing-image", "Cannot read the image a%20b.png.", "a%20b.png (`a%20b.png`)"],
  ['<img src="a.png" alt="A">', "missing-image", "Cannot read the image a.png.", "A (<code>a.png</code>)"],
  [
    "![A](https://x.org/a.png)",
    "remote-image",
    "The image https://x.org/a.png is on the network.",
    "[A](https://x.org/a.png)",
  ],
  [
    "[![A](https://x.org/a.png)](https://y.org)",
    "remote-image",
    "The image https://x.org/a.png is on the network.",
    "[A](https://y.org)",
  ],
  [
    '<a href="https://y.org"><img src="https://x.org/a.svg"/></a>',
    "remote-image",
    "The image https://x.org/a.svg is on the network.",
    '<a href="https://y.org">a.svg</a>',
  ],
  ["[x](none.csv)", "dead-link", "The link `none.csv` leads to no file.", "x"],
  ["[x](#Two-Words!)", "dead-link", "The link `#Two-Words!` leads to nothing.", "[x](#two-words)"],
  ['<a href="none.csv">x</a>', "dead-link", "The link `none.csv` leads to no file.", "x"],
])("%j becomes text that a report takes", (line, code, message, repaired) => {
  expect(repair(line, code, message)).toBe(repaired);
});

test("a formula that cannot be read is code", () => {
  expect(repair("a $\\x{$ b", "broken-formula", "Wrong.", 3)).toBe("a `$\\x{$` b");
  const error = new UserError("Wrong.", { code: "broken-formula", position: { file: "report.md", line: 2 } });
  expect(repairReport("$$\n\\x{\n$$", [error], []).source).toBe("```latex\n\\x{\n```");
});

test("a cell whose code cannot be bundled does not run, and says why", () => {
  const error = new UserError("Cell `a` imports `npm:moment@2.29.4`, which cannot be found.", {
    code: "unresolved-import",
    position: { file: "report.md", line: 3 },
  });
  const source = "text\n```{ts}\nimport 'npm:moment@2.29.4';\n```\nmore";
  const made = stopCells(
    { source, warnings: [{ line: 5, message: "below" }] },
    [error],
    [{ range: [1, 4], mark: "//|" }],
  );
  expect(made.source.split("\n").slice(1, 4)).toEqual(["```{ts}", "//| eval: false", "import 'npm:moment@2.29.4';"]);
  expect(made.warnings).toEqual([
    { line: 6, message: "below" },
    {
      line: 2,
      message:
        "The cell does not run (`eval: false`). Node does not have Deno's import `npm:moment@2.29.4`: run `npm install moment`, import `moment`, and remove the option.",
    },
  ]);
});
