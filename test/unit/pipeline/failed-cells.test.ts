import { expect, test } from "vitest";
import { parseReport } from "../../../src/document/parse.ts";
import * as library from "../../../src/library/index.ts";
import type { CellResult, Failure, TrialSet } from "../../../src/model/report-results.ts";
import { findProblems } from "../../../src/pipeline/failed-cells.ts";
import { LIBRARY_NAMES } from "../../../src/render/text/exception-hints.ts";
import { makeTrial, makeTrialSet } from "../../helpers/results.ts";

const SOURCE = `---
title: T
---

\`\`\`{ts}
//| label: lists
//| probes: [time]
//| timeout: 5s
1;
\`\`\`

\`\`\`{ts}
//| label: user
console.log(lists);
\`\`\`

\`\`\`{python}
#| label: snake
print(lists)
\`\`\`
`;

/** The error of a cell that failed: `line message | hint`. */
function problemOf(label: string, failure: Failure, ...trialSets: readonly TrialSet[]): string | undefined {
  const report = parseReport({ source: SOURCE, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
  const cell = {
    label,
    state: "failed",
    variants: [{ params: {}, trialSets, metrics: [], outputs: [], failure }],
  } as unknown as CellResult;
  const [error] = findProblems(report, { cells: [cell] } as unknown as Parameters<typeof findProblems>[1]);
  return error && `${error.position?.line} ${error.message} | ${error.hint}`;
}

function thrown(name: string, message: string, line: number): Failure {
  const frames = [{ functionName: "", file: "report.md", line, column: 1 }];
  return { kind: "exception", name, message, uncaught: false, frames, hiddenFrames: 0 };
}

test("a time limit names the probe that ran, the option, and its line", () => {
  const failure: Failure = { kind: "timeout", timeoutMs: 5000 };
  expect(
    problemOf("lists", failure, makeTrialSet("output", [makeTrial()]), makeTrialSet("lines", [makeTrial({ failure })])),
  ).toBe(
    "8 Cell `lists` failed: its probe `lines` did not finish within 5 s | Code runs slower under the probe `lines` than without it. Set a longer limit: `//| timeout: 10s` in the cell, or `execute: { timeout: 10s }` in the front matter.",
  );
  expect(problemOf("user", failure, makeTrialSet("output", [makeTrial({ failure })]))).toBe(
    "12 Cell `user` failed: the cell did not finish within 5 s | Set a longer limit: `//| timeout: 10s` in the cell, or `execute: { timeout: 10s }` in the front matter.",
  );
  expect(problemOf("snake", failure)).toContain("`#| timeout: 10s`");
});

test.each([
  [
    "user",
    thrown("ReferenceError", "lists is not defined", 14),
    '`lists` is the label of the cell at line 5: `import lists from "result:lists"` imports its result.',
  ],
  [
    "snake",
    thrown("NameError", "name 'lists' is not defined", 19),
    '`lists` is the label of the cell at line 5. A python cell cannot import its result; a `ts` cell can: `import lists from "result:lists"`.',
  ],
  [
    "user",
    thrown("ReferenceError", "measure is not defined", 14),
    '`measure` is a function of the cell library: `import { measure } from "heapbook"`.',
  ],
  [
    "snake",
    thrown("NameError", "name 'metric' is not defined", 19),
    "`metric` is a function of the cell library: `from heapbook import metric`.",
  ],
  [
    "user",
    thrown("Error", "variant: Unknown metric `peakLive`. Available: wallTime.", 14),
    "The probe `peak` measures `peakLive`: add it to the option `probes` of the measured cell.",
  ],
])("the error of %s has a remedy: %#", (label, failure, hint) => {
  expect(problemOf(label, failure)?.split(" | ")[1]).toBe(hint);
});

test("`error: true` is a remedy only for failures that may be meant", () => {
  const isOffered = (failure: Failure): boolean => problemOf("user", failure)?.includes("error: true") === true;
  expect(isOffered(thrown("Error", "no data today", 14))).toBe(true);
  expect(isOffered(thrown("HttpError", "404", 14))).toBe(true);
  expect(isOffered({ kind: "exit-code", exitCode: 3 })).toBe(true);
  expect(isOffered(thrown("ReferenceError", "x is not defined", 14))).toBe(false);
  expect(isOffered(thrown("TypeError", "x.y is not a function", 14))).toBe(false);
  expect(isOffered(thrown("Chart", "The data of the chart has no field `x`.", 14))).toBe(false);
  expect(isOffered(thrown("Error", "variant: Unknown region `x`. Available: y.", 14))).toBe(false);
  expect(isOffered({ kind: "timeout", timeoutMs: 5000 })).toBe(false);
});

test("the hint knows every function of the cell library", () => {
  expect([...LIBRARY_NAMES.script].sort()).toEqual(Object.keys(library).sort());
});
