import { describe, expect, it } from "vitest";
import { probeSetup, trialFlags, withVersionFlags } from "../../../src/experiment/probe-flags.ts";
import { expandFlags, expandMatrix, planCell, runtimeOf } from "../../../src/experiment/trial-plan.ts";
import { cell, makeReportFolder } from "../../helpers/report-folder.ts";

describe("a matrix", () => {
  it("gives every combination, the last parameter changing fastest", () => {
    expect(expandMatrix({ a: [1, 2], b: ["x", "y"], c: [true] })).toEqual([
      { a: 1, b: "x", c: true },
      { a: 1, b: "y", c: true },
      { a: 2, b: "x", c: true },
      { a: 2, b: "y", c: true },
    ]);
  });

  it("that is not there gives one variant without parameters", () => {
    expect(expandMatrix({})).toEqual([{}]);
  });
});

describe("flags", () => {
  it("take the values of the variant, blanks inside the braces or not", () => {
    const flags = [
      "--min-semi-space-size={{size}}",
      "--max-semi-space-size={{ size }}",
      "--{{no}}opt",
      "--a={{n}}{{n}}",
    ];
    expect(expandFlags(flags, { size: 16, no: "no-", n: 0 })).toEqual([
      "--min-semi-space-size=16",
      "--max-semi-space-size=16",
      "--no-opt",
      "--a=00",
    ]);
  });

  it("of the cell come after those of the probe, so that they win", () => {
    expect(trialFlags("peak", ["--random-seed=2"])).toEqual([
      "--expose-gc",
      "--single-threaded",
      "--hash-seed=1",
      "--random-seed=1",
      "--no-flush-bytecode",
      "--no-lazy",
      "--random-seed=2",
    ]);
    for (const probe of ["output", "gc", "time"] as const)
      expect(trialFlags(probe, ["--x"])).toEqual(["--expose-gc", "--x"]);
  });

  it("of the bracket win over the cell's, for the search collects before V8 does", () => {
    const flags = trialFlags("bracket", ["--max-semi-space-size=64"]);
    expect(flags.lastIndexOf("--max-semi-space-size=8")).toBeGreaterThan(flags.indexOf("--max-semi-space-size=64"));
  });

  it("of `allocated` end with those that its version of Node needs", () => {
    expect(withVersionFlags("allocated", ["--a"], "20.20.2").slice(0, 3)).toEqual([
      "--a",
      "--minor-mc",
      "--no-inline-new",
    ]);
    expect(withVersionFlags("allocated", ["--a"], "21.7.3").slice(0, 3)).toEqual([
      "--a",
      "--minor-ms",
      "--no-inline-new",
    ]);
    expect(withVersionFlags("allocated", ["--a"], "22.23.3")).toEqual([
      "--a",
      "--minor-ms",
      "--no-concurrent-minor-ms-marking",
    ]);
    expect(withVersionFlags("peak", ["--a"], "20.20.2")).toEqual(["--a"]);
  });

  it("are timed for the probes that read clocks", () => {
    const probes = ["output", "peak", "bracket", "allocated", "gc", "time", "min-heap"] as const;
    expect(probes.filter((probe) => probeSetup(probe).timed)).toEqual(["gc", "time"]);
  });
});

describe("the plan of a cell", () => {
  const plan = (options: readonly string[], trials?: number, head = ""): string[] => {
    const front = head === "" ? "" : `---\ntitle: T\n${head}\n---\n`;
    const [found] = makeReportFolder().report(front + cell("a", "globalThis.x = 1;", ...options)).cells;
    if (found === undefined) throw new Error("no cell");
    return planCell(found, trials).map((set) => `${JSON.stringify(set.variant)} ${set.probe} ${set.trials}`);
  };

  it("is for each variant its output, once, then its probes", () => {
    expect(plan(["matrix: { n: [1, 2] }", "probes: [gc, peak]"])).toEqual([
      '{"n":1} output 1',
      '{"n":1} gc 6',
      '{"n":1} peak 2',
      '{"n":1} bracket 1',
      '{"n":2} output 1',
      '{"n":2} gc 6',
      '{"n":2} peak 2',
      '{"n":2} bracket 1',
    ]);
  });

  it("runs probes that repeat themselves as often as is enough, or as the cell or the command line says", () => {
    expect(plan(["probes: [lines, peak, allocated]"])).toEqual([
      "{} output 1",
      "{} lines 1",
      "{} at-peak 1",
      "{} peak 2",
      "{} bracket 1",
      "{} allocated 6",
    ]);
    expect(plan(["probes: [peak]"], undefined, "execute: { trials: 1 }")).toContain("{} peak 1");
    expect(plan(["probes: [lines, peak]", "trials: 5"])).toEqual([
      "{} output 5",
      "{} lines 5",
      "{} at-peak 1",
      "{} peak 5",
      "{} bracket 1",
    ]);
    expect(plan(["probes: [lines]"], 4)).toEqual(["{} output 1", "{} lines 4"]);
    // Other samples in each trial.
    expect(plan(["probes: [lines]", "lines: { sample: 512 }"])).toEqual(["{} output 1", "{} lines 6"]);
  });

  it("finds what was alive at the peak where the cell has a peak and live bytes by line", () => {
    expect(plan(["probes: [peak, lines]"])).toContain("{} at-peak 1");
    for (const options of [
      ["probes: [peak]"],
      ["probes: [lines]"],
      ["probes: [peak, lines]", "lines: { engine: meter }"],
    ])
      expect(plan(options)).not.toContain("{} at-peak 1");
  });

  it("repeats outputs where the cell itself sets trials", () => {
    expect(plan(["trials: 3", "probes: time"])).toEqual(["{} output 3", "{} time 3"]);
    expect(plan(["probes: time"], undefined, "execute: { trials: 7 }")).toEqual(["{} output 1", "{} time 7"]);
  });

  it("takes the command line's trials before all others", () => {
    expect(plan(["trials: 3", "probes: time"], 2)).toEqual(["{} output 2", "{} time 2"]);
    expect(plan(["probes: time"], 2, "execute: { trials: 7 }")).toEqual(["{} output 1", "{} time 2"]);
  });
});

describe("the runtime of a variant", () => {
  it("is the cell's, unless the matrix has one", () => {
    const [own] = makeReportFolder().report(cell("a", "1;", "runtime: node@22")).cells;
    if (own === undefined) throw new Error("the report has no cell");
    expect(planCell(own).map(({ runtime }) => runtime)).toEqual(["node@22"]);
    expect(runtimeOf(own.options, { n: 1 })).toBe("node@22");
    expect(runtimeOf(own.options, { runtime: "node@24" })).toBe("node@24");
  });
});
