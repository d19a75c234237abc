import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";
import type { Report } from "../../../src/document/types.ts";
import { UserErrors } from "../../../src/errors.ts";

const parse = (source: string) =>
  parseReport({ source, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });

/** The report, or undefined where the text has mistakes; anything but `UserErrors` is thrown on. */
function tryParse(source: string): Report | undefined {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    const lines = source.split(/\r\n?|\n/).length;
    const found = error.errors.map(({ position }) => position?.line ?? 0);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    for (const line of found) expect(line).toSatisfy((one: number) => one >= 1 && one <= lines);
    return undefined;
  }
}

const fragments = [
  ..."\n\n\n\n  -->#*_`~|[]()!\\{}@:\"'^ab1\t\r".split(""),
  "---\n",
  "title: T\n",
  "```",
  "{ts}\n",
  "{js",
  "//| label: a\n",
  "//| matrix: { a: [1] }\n",
  '//| fig-cap: "{{a}} @fig-a"\n',
  "{{",
  "}}",
  "{{a}}",
  "@fig-a",
  "{#sec-a}",
  "![a](b){#fig-a}",
  "> [!NOTE]\n",
  "[^1]",
  "[^1]: ",
  "^[",
  "| a | b |\n|---|---|\n",
  "<div>",
  "<!--",
  "\0",
  "\u2028",
  "\uFEFF",
  "😀",
];
const text = fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(""));

/** Room for a machine that runs several suites at once, where the longest of these took 5.6 s. */
const LOADED_TIMEOUT_MS = 60_000;

describe("any text", { timeout: LOADED_TIMEOUT_MS }, () => {
  it("gives a report or UserErrors in the order of lines, and nothing else", () => {
    fc.assert(
      fc.property(text, fc.boolean(), (body, head) => void tryParse(head ? `---\ntitle: T\n---\n${body}` : body)),
      {
        numRuns: 2000,
      },
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (body) => void tryParse(`---\ntitle: T\n---\n${body}`)));
  });

  it("gives tokens that stand within the file", () => {
    fc.assert(
      fc.property(text, (body) => {
        const report = tryParse(`---\ntitle: T\n---\n${body}`);
        const lines = report?.source.split("\n").length ?? 0;
        for (const { map } of report?.tokens ?? []) {
          if (map !== null) expect(map[0] >= 3 && map[0] <= map[1] && map[1] <= lines).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("cells anywhere", { timeout: LOADED_TIMEOUT_MS }, () => {
  const code = fc.array(fc.constantFrom("a();", "  b();", "", "// c", "\td", "` ", "{{x}} @fig-y"), { maxLength: 5 });
  const options = fc.subarray(["//| echo: false", "//| matrix:", "//| trials: 2", "//| timeout: 3s"]);
  const cell = fc.record({
    prefix: fc.constantFrom("", "> ", "- ", "> > ", "> - ", "12. ", "  "),
    fence: fc.constantFrom("```", "~~~", "`````"),
    language: fc.constantFrom("ts", "js", "vega-lite"),
    options,
    code,
  });

  it("have the lines of the file for their source", () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.constantFrom("\n", "\r\n"), (cells, lineEnd) => {
        const blocks = cells.map(({ prefix, fence, language, options: written, code: body }) => {
          const rest = prefix.replace(/-|\d+\./, (marker) => " ".repeat(marker.length));
          const kept = written.map((line) => line.replace("matrix:", "matrix: { a: [1] }"));
          const lines = [`${fence}{${language}}`, ...kept, ...body, fence];
          return `${lines.map((line, index) => (index === 0 ? prefix : rest) + line).join(lineEnd)}${lineEnd}`;
        });
        const source =
          ["---", "title: T", "---", ""].join(lineEnd) + blocks.join(`${lineEnd}Text.${lineEnd}${lineEnd}`);
        const report = parse(source);
        expect(report.cells).toHaveLength(cells.length);
        const fileLines = report.source.split("\n");
        for (const [index, found] of report.cells.entries()) {
          const written = cells[index]?.code ?? [];
          const hasOptions = (cells[index]?.options.length ?? 0) > 0;
          const sourceLines = found.source.split("\n");
          const firstFilled = written.findIndex((line) => line.trim() !== "");
          const expected = hasOptions && firstFilled > 0 ? written.slice(firstFilled) : written;
          if (firstFilled !== -1) expect(sourceLines).toEqual(expected);
          for (const [offset, line] of sourceLines.entries()) {
            if (expected.length > 0) expect(fileLines[found.sourceLine - 1 + offset]?.endsWith(line)).toBe(true);
          }
          expect(fileLines[found.range[0]]).toContain(`{${found.language}}`);
          expect(found.position.line).toBe(found.range[0] + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("hostile text", { timeout: LOADED_TIMEOUT_MS }, () => {
  const deep = 10_000;
  it.each([
    ["open braces", "{{".repeat(deep)],
    ["open braces apart", "{{ ".repeat(deep)],
    ["open quotes", '{{"\\"}}'.repeat(deep)],
    ["expressions in one line", "{{a}} ".repeat(deep)],
    ["expressions in many lines", "{{a}}\n".repeat(deep)],
    ["5 MB of @fig", "@fig".repeat(1_250_000)],
    ["references in one line", "@fig-x ".repeat(deep)],
    ["nested quotes", ">".repeat(deep)],
    ["nested calls", `{{${"(a ".repeat(deep)}`],
    ["images", Array.from({ length: deep }, (_, index) => `![a {{x${index}}}](u)`).join("\n")],
    ["heading attributes", `## ${"{#a ".repeat(deep)}`],
    ["figure attributes", `![${"{#fig-".repeat(deep)}}`],
    ["equal cells", "```{ts}\n1\n```\n\n".repeat(deep / 2)],
    ["equal headings", "## a\n\n".repeat(deep)],
    ["nested YAML", `\`\`\`{ts}\n//| matrix: ${"[".repeat(deep)}\n\`\`\`\n`],
    [
      "indented YAML",
      `\`\`\`{ts}\n${Array.from({ length: 1000 }, (_, index) => `//| ${" ".repeat(index)}a:`).join("\n")}\n\`\`\`\n`,
    ],
    ["listed YAML", `\`\`\`{ts}\n//| ${"- ".repeat(deep)}\n\`\`\`\n`],
  ])("is read in time: %s", (_, body) => {
    const before = process.cpuUsage();
    tryParse(`---\ntitle: T\n---\n${body}`);
    const { user, system } = process.cpuUsage(before);
    // What is guarded against takes minutes. CPU time, since on a busy machine the clock runs on while this process waits.
    expect((user + system) / 1e6).toBeLessThan(4);
  });
});
