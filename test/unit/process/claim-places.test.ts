import { describe, expect, it } from "vitest";
import { closeClaim, type OpenClaim, placeClaims } from "../../../src/process/claim-places.ts";
import { makeTrial } from "../../helpers/results.ts";
import { prepareCell, runCell } from "../../helpers/trial-runner.ts";

const CLAIM =
  'import { claim } from "heapbook";\nconsole.log("before");\nclaim("two", 2)\n  .isAbove(1);\nconsole.log("after");';

describe("a claim of a process", () => {
  it("stands between what was printed before and after, at its line of report.md", async () => {
    const { failure, outputs } = await runCell(CLAIM);
    expect(failure).toBeNull();
    expect(outputs).toMatchObject([
      { type: "stream", text: "before\n" },
      {
        type: "claim",
        claim: { sentence: "two", verdict: "holds", recorded: null, place: { file: "report.md", line: 8 } },
      },
      { type: "stream", text: "after\n" },
    ]);
  });

  it("that is never tested fails its cell, at its line", async () => {
    const { failure } = await runCell('import { claim } from "heapbook";\nclaim("two", 2);');
    expect(failure).toMatchObject({
      kind: "exception",
      message: 'claim("two") is never tested: add .isAbove(…), .isBelow(…), .isBetween(…) or .equals(…)',
      frames: [{ file: "report.md", line: 7 }],
    });
  });

  it("that throws is reported by what it threw, not as one without a test", async () => {
    const { failure, outputs } = await runCell('import { claim } from "heapbook";\nclaim("two", 2).isBetween(3, 1);');
    expect(failure).toMatchObject({
      kind: "exception",
      message: 'claim("two"): isBetween(3, 1): the lower bound comes first',
    });
    expect(outputs).toEqual([]);
  });
});

const OPEN: OpenClaim = {
  made: {
    type: "claim",
    sentence: "a",
    estimate: { label: "", value: 1, low: 1, high: 1, confidence: 1, unit: "" },
    stack: "",
    stdoutBytes: 3,
    stderrBytes: 4,
  },
  tested: {
    type: "claim-test",
    claim: 0,
    test: { kind: "above", bound: 0 },
    recorded: null,
    verdict: "holds",
    pValue: null,
  },
};

describe("closeClaim", () => {
  it("has no place where no author's line made it, and is none without a test", () => {
    expect(closeClaim(OPEN, () => undefined)).toMatchObject([
      { claim: { bundlePlace: null, place: null }, stdoutBytes: 3, stderrBytes: 4 },
    ]);
    expect(closeClaim({ ...OPEN, tested: undefined }, () => undefined)).toEqual([]);
  });
});

describe("placeClaims", () => {
  it("maps stored claims to where their lines are now", async () => {
    const before = await runCell(CLAIM);
    const { bundleMap } = await prepareCell(CLAIM);
    expect(placeClaims([before], bundleMap)).toEqual([before]);
    // The same cell three lines further down.
    const { bundleMap: moved } = await prepareCell(`\n\n\n${CLAIM}`);
    const [placed] = placeClaims([before], moved);
    expect(placed?.outputs[1]).toMatchObject({ claim: { place: { file: "report.md", line: 11 } } });
  });

  it("leaves trials without claims as they are", () => {
    const trials = [makeTrial()];
    expect(placeClaims(trials, "no map at all")).toBe(trials);
  });
});
