import type { Token } from "markdown-it";
import { describe, expect, it } from "vitest";
import { HAS_BIBLIOGRAPHY } from "../../../src/document/citation-rules.ts";
import { createMarkdown } from "../../../src/document/markdown.ts";
import { parseReport } from "../../../src/document/parse.ts";
import { placeOf } from "./problems.ts";

const markdown = createMarkdown();

function citations(text: string, hasBibliography = true): Token[] {
  const flatten = (tokens: readonly Token[]): Token[] => tokens.flatMap((t) => [t, ...flatten(t.children ?? [])]);
  return flatten(markdown.parse(text, { [HAS_BIBLIOGRAPHY]: hasBibliography })).filter(
    ({ type }) => type === "citation",
  );
}

describe("citations", () => {
  it.each([
    ["[@a]", [{ key: "a" }]],
    ["[@a; @b, p. 3]", [{ key: "a" }, { key: "b", locator: "3", label: "page" }]],
    ["[-@a, p. 4]", [{ key: "a", suppressAuthor: true, locator: "4" }]],
    ["[see @a, pp. 3-5, and more]", [{ key: "a", prefix: "see ", locator: "3-5", suffix: ", and more" }]],
    ["[@a, 33]", [{ key: "a", locator: "33", label: "page" }]],
    ["[@a, chap. 2]", [{ key: "a", locator: "2", label: "chapter" }]],
    ["[@a, sec. 2.1]", [{ key: "a", locator: "2.1", label: "section" }]],
    ["[@doi:10.1/x_y]", [{ key: "doi:10.1/x_y" }]],
    ["[@{a b}]".replace(" ", "_"), [{ key: "a_b" }]],
    ["@a", [{ key: "a" }]],
    ["@a.", [{ key: "a" }]],
    ["@a [p. 3]", [{ key: "a", locator: "3" }]],
    ["(@a)", [{ key: "a" }]],
  ])("%j", (text, items) => {
    expect(citations(text).map(({ meta }) => meta?.["items"])).toMatchObject([items]);
  });

  it.each([
    "ada@example.org",
    "[ada@example.org]",
    "\\@a",
    "`@a`",
    "[@fig-a]",
    "@fig-a",
    "[text](https://x/@a)",
    "<https://x/@a>",
    "$@a$",
    "[^1]",
  ])("are not found in %j", (text) => {
    expect(citations(text)).toEqual([]);
  });

  it("without a bibliography are a warning in brackets, and text in a sentence", () => {
    const source = "---\ntitle: T\n---\nAs [@a] and @b say.\n";
    const report = parseReport({ source, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
    expect(report.citations).toEqual([]);
    expect(report.warnings.map(placeOf)).toEqual(["stray-markup:4"]);
  });
});
