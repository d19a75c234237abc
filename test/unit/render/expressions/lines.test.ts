import { describe, expect, it } from "vitest";
import { parseReport } from "../../../../src/document/parse.ts";
import type { Report } from "../../../../src/document/types.ts";
import { UserError } from "../../../../src/errors.ts";
import { createEvaluator } from "../../../../src/render/expressions/evaluator.ts";
import { makeLine, makeProfile } from "../../../helpers/profiles.ts";
import {
  FAILURE,
  makeCellResult,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../../helpers/results.ts";

const position = { file: "report.md", line: 30 };
const LINES = "lines" as "peak";

const SOURCE = `---
title: Test
---
${"```"}{ts}
//| label: walks
//| matrix: { walks: [saved, dropped] }
1;
${"```"}

${"```"}{ts}
//| label: regions
1;
${"```"}

${"```"}{ts}
//| label: peaked
1;
${"```"}

${"```"}{ts}
//| label: failing
1;
${"```"}

${"```"}{ts}
//| label: plain
//| probes: [peak]
1;
${"```"}
`;

function parse(prose = ""): Report {
  const report = parseReport({
    source: SOURCE + prose,
    file: "report.md",
    path: "/r/report.md",
    folder: "/r",
    slug: "r",
  });
  const traced = report.cells.map((cell) =>
    cell.label === "plain"
      ? cell
      : {
          ...cell,
          options: { ...cell.options, probes: cell.label === "peaked" ? (["peak", LINES] as const) : [LINES] },
        },
  );
  return { ...report, cells: traced };
}

const traced = (...lineProfiles: ReturnType<typeof makeProfile>[]) =>
  makeTrialSet(LINES, [makeTrial({ lineProfiles })]);

const results = makeResults([
  makeCellResult("walks", [
    makeVariant({ walks: "saved" }, [
      traced(
        makeProfile([
          makeLine(39, {
            liveBytes: 26_400_000,
            liveObjects: 400_000,
            allocatedBytes: 75_200_000,
            allocations: 830_000,
          }),
          makeLine(47, { allocatedBytes: 8 }),
        ]),
      ),
    ]),
    makeVariant({ walks: "dropped" }, [traced(makeProfile([makeLine(52, { liveBytes: 32 })]))]),
  ]),
  makeCellResult("regions", [
    makeVariant({}, [
      traced(makeProfile([makeLine(1, { liveBytes: 8 })], { region: "build" }), makeProfile([], { region: "use" })),
    ]),
  ]),
  makeCellResult("peaked", [
    makeVariant({}, [
      traced(makeProfile([makeLine(3, { liveBytes: 8 })])),
      makeTrialSet("at-peak", [
        makeTrial({ lineProfiles: [makeProfile([makeLine(3, { liveBytes: 4096, liveObjects: 4 })])] }),
      ]),
    ]),
  ]),
  makeCellResult("failing", [makeVariant({}, [], { failure: FAILURE })], { state: "failed" }),
]);

const evaluator = createEvaluator({ report: parse(), results });
const evaluate = (source: string) => evaluator.evaluate(source, position);
const checkOf = (prose: string): UserError[] => createEvaluator({ report: parse(prose) }).check();

function errorOf(source: string): UserError {
  try {
    evaluate(source);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`Nothing is wrong with ${source}`);
}

describe("line", () => {
  it("shows a number of a line, with its origin", () => {
    expect(evaluate('line "walks" "walks.ts:39" "liveBytes" walks="saved"')).toEqual({
      text: "25.2\u00a0MiB",
      from: "cell walks · live bytes of walks.ts:39 · saved · exact; unoptimised code",
      href: "#cell-walks",
    });
    expect(evaluate('line "walks" "walks.ts:39" "allocations" walks="saved"').text).toBe("830,000");
    expect(evaluate('line "walks" "walks.ts:39" "liveBytes" walks="saved" unit="B"').text).toBe("26,400,000\u00a0B");
  });

  it("is an argument of ratios and differences", () => {
    const bytes = '(line "walks" "walks.ts:39" "liveBytes" walks="saved")';
    const objects = '(line "walks" "walks.ts:39" "liveObjects" walks="saved")';
    expect(evaluate(`ratio ${bytes} ${objects}`).text).toBe("66\u00a0B");
  });

  it("is 0 for a line that allocates only in another variant", () => {
    expect(evaluate('line "walks" "walks.ts:39" "liveBytes" walks="dropped"').text).toBe("0\u00a0B");
  });

  it("suggests the nearest line that allocates, and the file with a similar name", () => {
    expect(errorOf('line "walks" "walks.ts:44" "liveBytes" walks="saved"')).toMatchObject({
      code: "unknown-line",
      message: "The line `walks.ts:44` allocates nothing in the cell `walks`.",
      hint: "The nearest line that does is `walks.ts:47`.",
      position,
      exitCode: 1,
    });
    expect(errorOf('line "walks" "walk.ts:39" "liveBytes" walks="saved"')).toMatchObject({
      code: "unknown-file",
      hint: "Did you mean `walks.ts`?",
    });
  });

  it("requires a region when there are several", () => {
    expect(evaluate('line "regions" "walks.ts:1" "liveBytes" region="build"').text).toBe("8\u00a0B");
    expect(errorOf('line "regions" "walks.ts:1" "liveBytes"')).toMatchObject({
      code: "ambiguous-region",
      hint: 'Name one of them: `region="build"` or `region="use"`.',
    });
    expect(errorOf('line "regions" "walks.ts:1" "liveBytes" region="biuld"').hint).toBe("Did you mean `build`?");
  });

  it("shows what was alive at the peak, beside what is alive at the end", () => {
    expect(evaluate('line "peaked" "walks.ts:3" "peakBytes"').text).toBe("4\u00a0KiB");
    expect(evaluate('line "peaked" "walks.ts:3" "peakObjects"').text).toBe("4");
    expect(evaluate('line "peaked" "walks.ts:3" "liveBytes"').text).toBe("8\u00a0B");
  });

  it("is a dash when its cell failed", () => {
    expect(evaluate('line "failing" "walks.ts:1" "liveBytes"')).toMatchObject({ text: "—", from: "failing failed" });
  });
});

describe("the check of line", () => {
  it.each([
    [
      'line "walks" "walks.ts:39" "liveBytes"',
      "ambiguous-selection",
      "The expression matches several variants of the cell `walks`: `walks` is saved or dropped.",
    ],
    ['line "walks" "walks.ts" "liveBytes" walks="saved"', "wrong-arguments", "`walks.ts` is not a source line."],
    ['line "walks" "walks.ts:0" "liveBytes" walks="saved"', "wrong-arguments", "`walks.ts:0` is not a source line."],
    ['line "walks" "walks.ts:39" "liveByte" walks="saved"', "unknown-metric", "Unknown number of a line: `liveByte`."],
    ['line "walks" "walks.ts:39" walks="saved"', "wrong-arguments", "`line` takes 3 arguments, but has 2."],
    [
      'line "walks" "walks.ts:39" "liveBytes" walks="saved" unit="ms"',
      "unknown-unit",
      "Cannot show a value in B as `ms`.",
    ],
    [
      'line "plain" "walks.ts:39" "liveBytes"',
      "probe-missing",
      "`line` needs the probe `lines`, which the cell `plain` does not have.",
    ],
    [
      'line "walks" "walks.ts:39" "peakBytes" walks="saved"',
      "probe-missing",
      "`line` needs the probe `peak` for `peakBytes`, which the cell `walks` does not have.",
    ],
    ['line "wlaks" "walks.ts:39" "liveBytes"', "unknown-label", "Unknown cell `wlaks`."],
    [
      'interval (line "regions" "walks.ts:1" "liveBytes")',
      "wrong-arguments",
      "`interval` with one argument expects a ratio, a percent or a difference of metrics.",
    ],
  ])("reports the mistake in {{%s}}", (source, code, message) => {
    const errors = checkOf(`{{${source}}}\n`);
    expect(errors.map((error) => [error.code, error.message])).toEqual([[code, message]]);
  });

  it("accepts a line that may allocate", () => {
    expect(checkOf('{{line "walks" "walks.ts:39" "allocatedBytes" walks="saved" digits=4}}\n')).toEqual([]);
  });
});
