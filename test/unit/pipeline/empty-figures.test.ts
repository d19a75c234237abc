import { expect, test } from "vitest";
import { findEmptyFigures } from "../../../src/pipeline/empty-figures.ts";
import { CHART_OUTPUT, makeCell, makeInput, parseFixture, showing, stdout } from "../../helpers/page.ts";

const REPORT = parseFixture(
  ["fig-drawn", "fig-printed", "fig-failed", "other", "tbl-shown", "tbl-printed"]
    .map((label) => `\`\`\`{js}\n//| label: ${label}\n1;\n\`\`\`\n`)
    .join("\n"),
);

test("a figure or a table whose cell displays nothing is a warning at its cell; one that failed has its failure", () => {
  const { results } = makeInput(REPORT, {
    cells: [
      makeCell("fig-drawn", [showing([CHART_OUTPUT])]),
      makeCell("fig-printed", [showing([stdout("text")])]),
      makeCell("fig-failed", [showing([])], { state: "failed" }),
      makeCell("other", [showing([])]),
      makeCell("tbl-shown", [showing([CHART_OUTPUT])]),
      makeCell("tbl-printed", [showing([stdout("text")])]),
    ],
  });
  const found = findEmptyFigures(REPORT, results);
  expect(found.map(({ code, message }) => [code, message])).toEqual([
    ["empty-figure", "Cell `fig-printed` displays nothing, so there is no figure."],
    ["empty-table", "Cell `tbl-printed` displays nothing, so there is no table."],
  ]);
  expect(found[0]?.position).toEqual(REPORT.cells[1]?.position);
});
