import { describe, expect, it } from "vitest";
import { namesCell, parseFenceInfo } from "../../../src/document/fence-info.ts";
import { problemsOf } from "./problems.ts";

const position = { file: "report.md", line: 4 };

describe("namesCell", () => {
  it.each(["{ts}", "{ts", "{", "ts}", "{{ts}}"])("takes %j for a cell, or for an attempt at one", (info) => {
    expect(namesCell(info)).toBe(true);
  });

  it.each(["", "ts", "{.ts}", "{.ts .numberLines}", "{#lst-a .ts}", "ts {.numberLines}", "json title={x}", "c++"])(
    "leaves %j to be shown",
    (info) => {
      expect(namesCell(info)).toBe(false);
    },
  );
});

describe("parseFenceInfo", () => {
  it.each([
    ["{ts}", "ts"],
    ["{ js }", "js"],
    ["{python}", "python"],
    [" {vega-lite} ", "vega-lite"],
  ])("reads %j", (info, language) => {
    expect(parseFenceInfo(info, position)).toBe(language);
  });

  it.each([
    ["{ts echo=false}", "invalid-fence", "//| echo: false"],
    ["{ts, walks}", "invalid-fence", "//| label: walks"],
    ["{ts", "invalid-fence", "```{ts}"],
    ["ts}", "invalid-fence", "```{ts}"],
    ["{ts} x", "invalid-fence", "```{ts}"],
    ["{}", "invalid-fence", "```{ts}"],
    ["{{ts}}", "invalid-fence", "````md"],
    ["{ruby}", "unknown-language", "Heapbook does not run Ruby. Known languages: ts, js, python, vega-lite."],
    ["{r}", "unknown-language", "Heapbook does not run R. Known languages: ts, js, python, vega-lite."],
    ["{R}", "unknown-language", "Heapbook does not run R. Known"],
    ["{sh}", "unknown-language", "Heapbook does not run a shell. Known"],
    ["{prolog}", "unknown-language", "Known languages: ts, js, python, vega-lite."],
    ["{py}", "unknown-language", "Did you mean `python`?"],
    ["{javascript}", "unknown-language", "Did you mean `js`?"],
    ["{python echo=false}", "invalid-fence", "#| echo: false"],
    ["{vegalite}", "unknown-language", "Did you mean `vega-lite`?"],
    ["{TS}", "unknown-language", "Did you mean `ts`?"],
  ])("%j gives %s with a hint", (info, code, hint) => {
    const { errors } = problemsOf(() => parseFenceInfo(info, position));
    expect(errors).toMatchObject([{ code, position, exitCode: 2 }]);
    expect(errors[0]?.hint).toContain(hint);
  });
});
