import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReport } from "../../../../src/document/parse.ts";
import type { Report } from "../../../../src/document/types.ts";
import { UserError } from "../../../../src/errors.ts";
import { inLanguage } from "../../../../src/language.ts";
import type { ReportResults } from "../../../../src/model/report-results.ts";
import { createEvaluator } from "../../../../src/render/expressions/evaluator.ts";
import { HELPERS } from "../../../../src/render/expressions/helpers.ts";
import {
  ENVIRONMENT,
  FAILURE,
  makeCellResult,
  makeReading,
  makeResults,
  makeSamples,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../../helpers/results.ts";

const MIB = 2 ** 20;
const nb = (text: string): string => text.replaceAll("~", "\u00a0");
const position = { file: "report.md", line: 30 };

const SOURCE = `---
title: Test
params: { blocks: 20, repetitions: 10000, size: 2097152, which: saved, scale: 0.05 }
---
${"```"}{ts}
//| label: walks
//| matrix: { walks: [saved, dropped] }
//| probes: [peak]
import { measure, metric } from "heapbook";
metric("size", 3);
${"```"}

${"```"}{ts}
//| label: sweep
//| matrix: { semi: [1, 16], mode: [fast] }
//| probes: [time, gc]
import { measure } from "heapbook";
measure(() => 1);
${"```"}

${"```"}{ts}
//| label: regions
//| probes: [peak]
import { run } from "./run.ts";
run();
${"```"}

${"```"}{ts}
//| label: searched
//| probes: [peak]
import { run } from "./run.ts";
run();
${"```"}

${"```"}{ts}
//| label: broken
//| probes: [peak]
throw new Error("no");
${"```"}

${"```"}{ts}
//| label: behind
//| probes: [peak]
import broken from "result:broken";
${"```"}

${"```"}{vega-lite}
//| label: fig-drawn
mark: bar
${"```"}
`;

function parse(prose = ""): Report {
  return parseReport({ source: SOURCE + prose, file: "report.md", path: "/r/report.md", folder: "/r", slug: "r" });
}

const report = parse();
const output = makeTrialSet("output", [makeTrial()]);
const results: ReportResults = makeResults(
  [
    makeCellResult("walks", [
      makeVariant({ walks: "saved" }, [
        output,
        makeSamples("peak", "peakLive", "B", Array(5).fill(28.2 * MIB)),
        makeSamples("peak", "size", "count", [3, 3]),
      ]),
      makeVariant({ walks: "dropped" }, [
        output,
        makeSamples("peak", "peakLive", "B", Array(5).fill(1.5 * MIB)),
        makeSamples("peak", "size", "count", [0, 0]),
      ]),
    ]),
    makeCellResult("sweep", [
      makeVariant({ semi: 1, mode: "fast" }, [
        output,
        makeSamples("time", "wallTime", "ms", [268, 260, 270, 266, 281, 267, 269, 268, 268, 268]),
        makeTrialSet("gc", [makeTrial(), makeTrial()]),
      ]),
      makeVariant({ semi: 16, mode: "fast" }, [output, makeSamples("time", "wallTime", "ms", [196])]),
    ]),
    makeCellResult("regions", [
      makeVariant({}, [
        makeTrialSet("peak", [
          makeTrial({
            readings: [
              makeReading("peakLive", 100, "B", "build"),
              makeReading("peakLive", 200, "B", "use"),
              makeReading("endLive", 50, "B", "use"),
              makeReading("edges", 7, "edges", "use"),
            ],
          }),
        ]),
      ]),
    ]),
    makeCellResult("searched", [
      makeVariant({}, [
        makeTrialSet("bracket", [
          makeTrial({ readings: [makeReading("peakLow", 10 * MIB), makeReading("peakHigh", 20 * MIB)] }),
        ]),
      ]),
    ]),
    makeCellResult("broken", [makeVariant({}, [], { failure: FAILURE })], { state: "failed" }),
    makeCellResult("behind", [], { state: "blocked", blockedBy: ["broken"] }),
  ],
  { params: { ...report.frontMatter.params, blocks: 21 } },
);

const evaluator = createEvaluator({ report, results });
const evaluate = (source: string) => evaluator.evaluate(source, position);
const textOf = (source: string): string => evaluate(source).text;
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

const SAVED = '(metric "walks" "peakLive" walks="saved")';
const DROPPED = '(metric "walks" "peakLive" walks="dropped")';

describe("metric", () => {
  it("shows an exact value and its number of trials", () => {
    expect(evaluate('metric "walks" "peakLive" walks="saved"')).toEqual({
      text: nb("28.2~MiB"),
      from: "cell walks · peak live memory · saved · exact: 5 of 5 trials equal",
      href: "#cell-walks",
    });
  });

  it("shows a median, with its interval in the tooltip", () => {
    expect(evaluate('metric "sweep" "wallTime" semi=1')).toEqual({
      text: nb("268~ms"),
      from: nb("cell sweep · wall time · semi 1 · median of 10 trials, 97.9~% interval 266 to 270~ms"),
      href: "#cell-sweep",
    });
    expect(evaluate('metric "sweep" "wallTime" semi="16"').from).toBe("cell sweep · wall time · semi 16 · 1 trial");
  });

  it("shows a peak as the bounds that contain it", () => {
    expect(evaluate('metric "searched" "peakLive"')).toMatchObject({
      text: nb("10 to 20~MiB"),
      from: nb("cell searched · peak live memory · searched for: 10 to 20~MiB"),
    });
    expect(textOf('metric "searched" "peakLive" unit="KiB"')).toBe(nb("10,240 to 20,480~KiB"));
  });

  it("has the word between bounds in the language of the report, in which the author's sentence is", () => {
    const german = { ...report, frontMatter: { ...report.frontMatter, lang: "de" } };
    const own = createEvaluator({ report: german, results });
    const textIn = (source: string): string => inLanguage("de", () => own.evaluate(source, position).text);
    expect(textIn('metric "searched" "peakLive"')).toBe(nb("10 bis 20~MiB"));
    expect(textIn('interval "searched" "peakLive"')).toBe(nb("10 bis 20~MiB"));
    expect(textIn('interval (ratio (metric "searched" "peakLive") 2)')).toMatch(/ bis /);
    expect(textIn('ratio (metric "searched" "peakLive") 2')).toBe(nb("5 bis 10~MiB"));
  });

  it("shows what the bounds of a peak allow of a combination with it", () => {
    const searched = '(metric "searched" "peakLive")';
    expect(textOf(`ratio ${searched} ${searched}`)).toBe("0.50 to 2.00");
    expect(textOf(`ratio ${searched} 2`)).toBe(nb("5 to 10~MiB"));
    expect(textOf(`percent ${searched} (metric "walks" "peakLive" walks="saved")`)).toMatch(/^35\.\d to 71\.0/);
    expect(textOf(`difference ${searched} (metric "walks" "peakLive" walks="saved")`)).toMatch(/−18\.2 to −8\.2/);
  });

  it("accepts digits, a unit, and a parameter as value of the matrix", () => {
    expect(textOf('metric "walks" "peakLive" walks=params.which digits=2')).toBe(nb("28~MiB"));
    expect(textOf('metric "walks" "peakLive" walks="saved" unit="KiB"')).toBe(nb("28,877~KiB"));
  });

  it("finds the named region, or the only region with the metric", () => {
    expect(textOf('metric "regions" "peakLive" region="use"')).toBe(nb("200~B"));
    expect(evaluate('metric "regions" "endLive"')).toMatchObject({
      text: nb("50~B"),
      from: "cell regions · live memory at the end · use · 1 trial",
    });
    expect(errorOf('metric "regions" "peakLive"')).toMatchObject({
      code: "ambiguous-region",
      hint: 'Name one of them: `region="build"` or `region="use"`.',
    });
    expect(errorOf('metric "regions" "peakLive" region="built"')).toMatchObject({
      code: "unknown-metric",
      hint: "Did you mean `build`?",
    });
  });

  it("reports a metric that a completed cell did not record", () => {
    const error = errorOf('metric "walks" "siz" walks="saved"');
    expect(error).toMatchObject({ code: "unknown-metric", exitCode: 1, position, hint: "Did you mean `size`?" });
    expect(errorOf('metric "sweep" "pauseMax" semi=1').hint).toBe(
      "The probe ran but measured nothing. Call `measure(() => …)` in the cell.",
    );
  });

  it.each([
    ['metric "broken" "peakLive"', "broken failed"],
    ['metric "behind" "peakLive"', "behind was not run, because broken failed"],
    ['interval "broken" "peakLive"', "broken failed"],
    [`ratio ${SAVED} (metric "broken" "peakLive")`, "broken failed"],
    ['bytes (metric "behind" "peakLive")', "behind was not run, because broken failed"],
  ])("shows a dash for %s", (source, from) => {
    const computed = evaluate(source);
    expect(computed.text).toBe("—");
    expect(computed.from).toBe(from);
  });

  it("shows a dash for every metric of a report that was not run", () => {
    const bare = createEvaluator({ report });
    expect(bare.evaluate('metric "walks" "peakLive" walks="saved"', position)).toMatchObject({
      text: "—",
      from: "walks was not run",
    });
    expect(bare.evaluate('trials "walks"', position).text).toBe("—");
    expect(bare.evaluate('env "node"', position).text).toBe("—");
  });
});

describe("helpers on numbers", () => {
  it("divides values of one unit", () => {
    expect(evaluate(`ratio ${SAVED} ${DROPPED}`)).toEqual({
      text: "18.8",
      from: "ratio of peak live memory, saved ÷ dropped",
      href: "#cell-walks",
    });
    expect(evaluate(`percent ${DROPPED} ${SAVED} digits=1`).text).toBe(nb("5~%"));
  });

  it("divides by a plain number and keeps the unit", () => {
    expect(evaluate(`ratio ${SAVED} params.repetitions`)).toMatchObject({
      text: nb("2.89~KiB"),
      from: "ratio of peak live memory, walks saved ÷ parameter repetitions",
    });
  });

  it("subtracts values of one unit", () => {
    expect(evaluate(`difference ${DROPPED} ${SAVED}`)).toMatchObject({
      text: nb("\u221226.7~MiB"),
      from: "difference of peak live memory, dropped − saved",
    });
    expect(evaluate('difference (metric "sweep" "wallTime" semi=1) (metric "sweep" "wallTime" semi=16)')).toMatchObject(
      {
        text: nb("72~ms"),
        from: "difference of median wall time, sweep semi 1 − wall time, sweep semi 16",
      },
    );
  });

  it("accepts helpers as arguments", () => {
    expect(textOf(`percent (difference ${SAVED} ${DROPPED}) ${SAVED}`)).toBe(nb("94.7~%"));
  });

  it("shows a dash for a ratio to 0, with the reason", () => {
    const computed = evaluate('ratio (metric "walks" "size" walks="saved") (metric "walks" "size" walks="dropped")');
    expect(computed).toMatchObject({ text: "—", from: "ratio of size, saved ÷ dropped · the divisor is 0" });
  });

  it.each([
    `ratio ${SAVED} (metric "sweep" "wallTime" semi=1)`,
    `difference ${SAVED} 5`,
    `percent ${SAVED} params.blocks`,
    `ratio 5 ${SAVED}`,
    `ms ${SAVED}`,
    `count ${SAVED}`,
  ])("refuses units that do not go together: %s", (source) => {
    expect(errorOf(source)).toMatchObject({ code: "unit-mismatch", exitCode: 1, position });
  });

  it("reads plain numbers as bytes, times and counts", () => {
    expect(textOf("bytes params.size")).toBe(nb("2~MiB"));
    expect(textOf("ms 1500")).toBe(nb("1.5~s"));
    expect(textOf("count params.repetitions")).toBe("10,000");
    expect(textOf("count 1999")).toBe("1,999");
  });
});

describe("other helpers", () => {
  it("shows parameters, and prefers those of the command line", () => {
    expect(evaluate("params.blocks")).toEqual({ text: "21", from: "parameter blocks", href: undefined });
    expect(textOf("params.repetitions")).toBe("10,000");
    expect(textOf("params.which")).toBe("saved");
    expect(textOf("params.scale")).toBe("0.05");
  });

  it("shows the interval of a metric", () => {
    expect(evaluate('interval "sweep" "wallTime" semi=1').text).toBe(nb("266 to 270~ms"));
    expect(textOf('interval "sweep" "wallTime" semi=16')).toBe(nb("196~ms (one trial: its interval is unknown)"));
    expect(textOf('interval "walks" "peakLive" walks="saved"')).toBe(nb("28.2~MiB"));
  });

  it("shows the bootstrap interval of two combined metrics", () => {
    const sweep = '(metric "sweep" "wallTime" semi=1)';
    // Exact values have an exact ratio.
    expect(evaluate(`interval (ratio ${SAVED} ${DROPPED})`)).toEqual({
      text: "18.8",
      from: "ratio of peak live memory, saved ÷ dropped · exact",
      href: "#cell-walks",
    });
    // Divided by a plain number, the interval of the median is divided: 267 to 269 ms.
    const halved = evaluate(`interval (ratio ${sweep} 2)`);
    expect(halved.text).toMatch(/^13[234](\.\d)? to 13[456](\.\d)?\u00a0ms$/);
    expect(halved.from).toContain(nb("~% interval"));
    expect(evaluate(`interval (ratio ${sweep} 2)`)).toEqual(halved);
    expect(textOf(`interval (percent ${sweep} ${sweep})`)).toMatch(/^9\d(\.\d)? to 10\d(\.\d)?\u00a0%$/);
    expect(textOf(`interval (difference ${SAVED} ${DROPPED}) unit="B"`)).toBe(nb("27,996,979~B"));
    expect(evaluate(`interval (ratio ${sweep} (metric "sweep" "wallTime" semi=16))`)).toMatchObject({
      text: expect.stringMatching(/^[\d.]+ \(its interval is unknown: too few trials, or a divisor that may be 0\)$/),
    });
    expect(textOf(`interval (ratio ${SAVED} (metric "broken" "peakLive"))`)).toBe("—");
  });

  it("counts variants and trials", () => {
    expect(evaluate('variants "walks"')).toEqual({ text: "2", from: "cell walks · variants", href: "#cell-walks" });
    expect(textOf('trials "sweep"')).toBe("10");
    expect(textOf('trials "regions"')).toBe("1");
    expect(evaluate('trials "behind"').text).toBe("—");
  });

  it("shows an entry of the environment, with all values when there are several", () => {
    expect(evaluate('env "node"')).toEqual({ text: "20.20.2", from: "environment · node", href: undefined });
    expect(textOf('env "memoryBytes"')).toBe(nb("8~GiB"));
    expect(textOf('env "measuredAt"')).toBe("2026-11-22");
    const other = makeTrialSet("peak", [makeTrial()], {
      environment: { ...ENVIRONMENT, node: "22.1.0", commit: null },
    });
    const mixed = makeResults([...results.cells, makeCellResult("regions", [makeVariant({}, [other])])]);
    const evaluated = createEvaluator({ report, results: mixed });
    expect(evaluated.evaluate('env "node"', position).text).toBe("20.20.2, 22.1.0");
    expect(evaluated.evaluate('env "commit"', position).text).toBe("abc1234");
  });
});

describe("check", () => {
  it("accepts expressions that can be evaluated", () => {
    expect(
      checkOf(
        `\nThe walks peak at {{metric "walks" "peakLive" walks="saved"}}, {{ratio ${SAVED} ${DROPPED}}} times.\n`,
      ),
    ).toEqual([]);
  });

  it("finds all mistakes, each with its line", () => {
    const errors = checkOf('\nOne {{metrc "walks"}}.\n\nTwo {{params.block}}.\n');
    const line = SOURCE.split("\n").length + 1;
    expect(errors.map((error) => [error.code, error.position?.line])).toEqual([
      ["unknown-helper", line],
      ["unknown-parameter", line + 2],
    ]);
  });

  it.each<[string, string, string | RegExp]>([
    ['metrc "walks" "peakLive"', "unknown-helper", "Did you mean `metric`?"],
    ["blocks", "unknown-helper", "It is a parameter of the report: write `params.blocks`."],
    ["metric", "missing-argument", /metric "label" "metric"/],
    ["params.block", "unknown-parameter", "Did you mean `blocks`?"],
    ["params.__proto__", "unknown-parameter", /parameters/],
    ["params.constructor", "unknown-parameter", /parameters/],
    ["params.blocks.toFixed", "unknown-helper", /names in expressions/],
    ['metric "walk" "peakLive" walks="saved"', "unknown-label", "Did you mean `walks`?"],
    ['metric "fig-drawn" "peakLive"', "unknown-label", /whose result it draws/],
    ['metric "walks" "peakLive" walk="saved"', "unknown-parameter", "Did you mean `walks`?"],
    ['metric "walks" "peakLive" walks="save"', "unknown-value", "Did you mean `saved`?"],
    ['metric "walks" "peakLive"', "ambiguous-selection", 'Select one, for example `walks="saved"`.'],
    ['metric "sweep" "wallTime" mode="fast"', "ambiguous-selection", "Select one, for example `semi=1`."],
    [
      'metric "walks" "pauseMax" walks="saved"',
      "probe-missing",
      "Add the probe to the options of the cell: `//| probes: [peak, gc]`.",
    ],
    ['metric "walks" "peaklive" walks="saved"', "unknown-metric", "Did you mean `peakLive`?"],
    ['metric "sweep" "wallTme" semi=1', "unknown-metric", "Did you mean `wallTime`?"],
    ['metric "walks"', "wrong-arguments", /metric "label" "metric"/],
    ['metric walks "peakLive"', "wrong-arguments", /metric "label" "metric"/],
    ['metric "walks" "peakLive" walks="saved" unit="ms"', "unknown-unit", /B, KiB, MiB/],
    ['metric "walks" "peakLive" walks="saved" digits="3"', "wrong-arguments", /digits=3/],
    ['metric "walks" "peakLive" walks="saved" region=3', "wrong-arguments", /region="build"/],
    ['metric "walks" "peakLive" walks=params.wich', "unknown-parameter", "Did you mean `which`?"],
    ['metric "walks" "peakLive" walks=params.blocks', "unknown-value", /saved, dropped/],
    ['metric "walks" "peakLive" walks=(count 3)', "wrong-arguments", /params\.name/],
    ['env "nod"', "unknown-environment", "Did you mean `node`?"],
    [`ratio ${SAVED}`, "wrong-arguments", /ratio/],
    [`ratio ${SAVED} "x"`, "not-a-number", /ratio/],
    [`ratio ${SAVED} params.which`, "not-a-number", /ratio/],
    [`ratio ${SAVED} (interval "walks" "peakLive" walks="saved")`, "not-a-number", /ratio/],
    [`ratio ${SAVED} (env "node")`, "not-a-number", /ratio/],
    [`interval ${SAVED}`, "wrong-arguments", /interval \(ratio/],
    ["interval (ratio 1 2)", "wrong-arguments", /interval \(ratio/],
    [`interval (ratio (ratio ${SAVED} 2) ${DROPPED})`, "wrong-arguments", /interval \(ratio/],
    [`interval (ratio ${SAVED} ${DROPPED}) digit=2`, "unknown-argument", "Did you mean `digits`?"],
    [`interval (ratio ${SAVED} (metric "walk" "peakLive"))`, "unknown-label", "Did you mean `walks`?"],
    [`ratio ${SAVED} (metric "walks" "peakLive")`, "ambiguous-selection", /walks="saved"/],
    [`ratio ${SAVED} ${DROPPED} digit=2`, "unknown-argument", "Did you mean `digits`?"],
    ['variants "walk"', "unknown-label", "Did you mean `walks`?"],
  ])("reports the mistake in {{%s}}", (source, code, hint) => {
    const errors = checkOf(`\n{{${source}}}\n`);
    expect(errors.map((error) => error.code)).toEqual([code]);
    expect(errors[0]?.exitCode).toBe(1);
    if (typeof hint === "string") expect(errors[0]?.hint).toBe(hint);
    else expect(errors[0]?.hint).toMatch(hint);
    expect(errorOf(source).code).toBe(code);
  });

  it("accepts metrics that the code of the cell, or a module that it imports, may record", () => {
    expect(checkOf('\n{{metric "walks" "anything" walks="saved"}} {{metric "regions" "edges"}}\n')).toEqual([]);
    expect(textOf('metric "regions" "edges"')).toBe(nb("7~edges"));
  });

  it("throws only UserErrors and gives no empty text, for any sequence of words", () => {
    const word = fc.constantFrom(
      ...Object.keys(HELPERS),
      "params.blocks",
      "params.which",
      '"walks"',
      '"sweep"',
      '"peakLive"',
      '"node"',
      "3",
      "(",
      ")",
      'walks="saved"',
      "semi=1",
      "digits=2",
      'unit="MiB"',
      SAVED,
      "__proto__",
      "this",
      "null",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const source = words.join(" ");
        try {
          expect(textOf(source)).not.toBe("");
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.hint ?? "").not.toBe("");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
