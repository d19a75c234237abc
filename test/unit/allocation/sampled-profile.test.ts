import { describe, expect, it } from "vitest";
import { profileSampled } from "../../../src/allocation/sampled-profile.ts";
import type { ProgramMapping } from "../../../src/allocation/sites.ts";
import type { LineProfile } from "../../../src/model/line-profile.ts";
import type { SampledNode } from "../../../src/model/samples.ts";

const MODULE = { placed: null, isWrapped: true, sites: [], metered: [], notInstrumented: [], outside: [], inexact: [] };
const [HOOK, LIVE] = ["/heapbook/preload.cjs", "/p/live.js"];
const CODE: ProgramMapping = {
  program: {
    modules: ["main.js", "data.js", "live.js"].map((file) => ({ ...MODULE, file, lines: ["", "", "", ""] })),
    counters: 0,
  },
  scripts: new Map([[LIVE, { module: 2, markerLines: new Set<number>(), lineAt: (line: number) => line }]]),
  isMeasuring: (script) => script === HOOK,
};

/** Samples of objects of 1 MiB, each of which V8 samples with certainty, so that bytes are exact. */
const BYTES = 2 ** 20;
type Frame = readonly [functionName: string, script: string, scriptId: number, line: number];
const treeOf = (...frames: readonly (readonly [parent: number, frame: Frame, samples: number])[]): SampledNode[] =>
  frames.map(([parent, [functionName, script, scriptId, line], samples]) => ({
    parent,
    functionName,
    script,
    scriptId,
    line,
    column: line === 0 ? 0 : 1,
    selfBytes: samples * BYTES,
    groups: samples === 0 ? [] : [{ product: BYTES, samples, changed: samples }],
  }));
const profileOf = (end: readonly SampledNode[]): LineProfile =>
  profileSampled("run", { start: [], end, counts: [], sizes: {} }, "live", 512, CODE);
const linesOf = ({ lines }: LineProfile) => lines.map(({ file, line, liveBytes }) => [file, line, liveBytes / BYTES]);

const ROOT: Frame = ["(root)", "", 0, 0];
const COMPILE: Frame = ["own", HOOK, 5, 4];
/** The function of a module whose script V8 collected before it wrote the profile. */
const COLLECTED = (scriptId: number, name = ""): Frame => [name, "", scriptId, 0];

describe("samples of a module whose script V8 collected", () => {
  it("belong to the lines that the names of its markers carry, builtins below them included", () => {
    const profile = profileOf(
      treeOf(
        [-1, ROOT, 0],
        [0, COMPILE, 0],
        [1, COLLECTED(8), 0],
        [2, COLLECTED(8, "$hb0m3_40"), 3],
        [3, ["push", "", 0, 0], 2],
        [2, COMPILE, 0],
        [5, COLLECTED(9, "fill"), 0],
        [6, COLLECTED(9, "$hb1k2_7"), 0],
        [7, COLLECTED(9), 4],
      ),
    );
    expect(linesOf(profile)).toEqual([
      ["data.js", 2, 4],
      ["main.js", 3, 5],
    ]);
    expect(profile.elsewhere.liveBytes).toBe(0);
    expect(profile.calls.children.map(({ functionName, file, line }) => [functionName, file, line])).toEqual([
      ["fill", "data.js", 2],
      ["(anonymous)", "main.js", 3],
    ]);
  });

  it("stand in `elsewhere` where no marker was at work, with samples of markers or without", () => {
    const withMarkers = treeOf(
      [-1, ROOT, 0],
      [0, ["load", LIVE, 7, 2], 0],
      [1, COLLECTED(8, "read"), 6],
      [2, ["push", "", 0, 0], 1],
      [2, COLLECTED(8, "$hb1m4_1"), 2],
    );
    const profile = profileOf(withMarkers);
    expect(linesOf(profile)).toEqual([["data.js", 4, 2]]);
    expect(profile.elsewhere.liveBytes / BYTES).toBe(7);
    // The call stays below the function that called the collected one.
    expect(profile.calls.children.map(({ functionName }) => functionName)).toEqual(["load", "(elsewhere)"]);
    expect(profile.calls.children[0]?.children.map(({ functionName }) => functionName)).toEqual(["read"]);
    const bare = profileOf(treeOf([-1, ROOT, 0], [0, COMPILE, 0], [1, COLLECTED(8), 6]));
    expect([linesOf(bare), bare.elsewhere.liveBytes / BYTES]).toEqual([[], 6]);
  });

  it("do not change whose the bytes of `eval` are: its caller's, whether or not V8 collected its script", () => {
    const profile = profileOf(
      treeOf(
        [-1, ROOT, 0],
        [0, ["load", LIVE, 7, 2], 0],
        [1, ["$hb2m3_1", LIVE, 7, 9], 0],
        [2, COLLECTED(11, "eval"), 1],
        [2, ["eval", "", 12, 1], 2],
        [0, COMPILE, 5],
      ),
    );
    expect(linesOf(profile)).toEqual([["live.js", 3, 3]]);
    expect(profile.elsewhere.liveBytes).toBe(0);
  });
});

describe("the systematic error of live bytes", () => {
  it("stands beside a line whose marker may hold literals: half of a memento for each object", () => {
    const lines = ["", "", `${" ".repeat(39)}[i];`];
    const code = { ...CODE, program: { modules: [{ ...MODULE, file: "main.js", lines }], counters: 0 } };
    const end = treeOf([-1, ROOT, 0], [0, COMPILE, 0], [1, COLLECTED(8), 0], [2, COLLECTED(8, "$hb0m3_40"), 3]);
    const [line] = profileSampled("run", { start: [], end, counts: [], sizes: {} }, "live", 512, code).lines;
    expect(line?.standardError?.systematicLiveBytes).toBe(3 * 8);
    expect(line?.liveBytes).toBe(3 * (BYTES - 8));
  });
});
