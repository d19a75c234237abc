import { expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { groupEqual } from "../../../src/pipeline/equal-findings.ts";

const warning = (message: string, line: number, column: number): UserError =>
  new UserError(message, { code: "stray-markup", position: { file: "report.md", line, column }, hint: "Mend it." });

test("ten thousand equal warnings of one line are one, which says how many more there are", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => warning("`[@x]` cites.", 5, index + 1));
  expect(groupEqual([warning("First.", 1, 1), ...many, warning("`[@x]` cites.", 6, 1)])).toMatchObject([
    { message: "First.", position: { line: 1 } },
    {
      message: "`[@x]` cites. … and 9,999 more on this line.",
      code: "stray-markup",
      position: { line: 5, column: 1 },
      hint: "Mend it.",
    },
    { message: "`[@x]` cites.", position: { line: 6 } },
  ]);
});

test("findings of other messages or lines stay as they are, in their order", () => {
  const findings = [warning("b", 2, 1), warning("a", 2, 1), warning("b", 1, 1)];
  expect(groupEqual(findings)).toEqual(findings);
});
