import { describe, expect, test } from "vitest";
import { annotatedListing, flameGraph, lineDifference, lineTable, typeTable } from "../../../src/library/lines.ts";
import type { RegionProfile } from "../../../src/model/line-profile.ts";
import type { ResultVariant } from "../../../src/model/result-module.ts";
import type { Scalar } from "../../../src/model/values.ts";
import { makeCall, makeLine, makeProfile } from "../../helpers/profiles.ts";

function variant(params: Readonly<Record<string, Scalar>>, ...lineProfiles: RegionProfile[]): ResultVariant {
  return {
    params,
    metrics: {},
    regions: {},
    collections: [],
    markingSteps: [],
    regionHeaps: [],
    checkpoints: [],
    lineProfiles,
    tables: {},
    stdout: "",
  };
}

const kept = makeProfile([makeLine(5, { allocatedBytes: 90, liveBytes: 60, liveObjects: 3, allocations: 4 })], {
  calls: makeCall("(root)", 0, [makeCall("walk", 90, [], { functionLine: 3, line: 4, liveBytes: 60 })], {
    file: "",
    line: 0,
  }),
});
const freed = makeProfile([
  makeLine(5, { allocatedBytes: 90, allocations: 4 }),
  makeLine(8, { file: "other.ts", liveBytes: 100, liveObjects: 1 }),
]);
const saved = variant({ walks: "saved", blocks: 20 }, kept);
const dropped = variant({ walks: "dropped", blocks: 20 }, freed);
const walks = { label: "walks", variants: [saved, dropped] };

describe("what was alive at the peak", () => {
  const atPeak = makeProfile([makeLine(7, { allocatedBytes: 80, liveBytes: 70, liveObjects: 2 })], {
    calls: makeCall("(root)", 0, [makeCall("spike", 80, [], { functionLine: 6, line: 7, liveBytes: 70 })], {
      file: "",
      line: 0,
    }),
    types: [{ type: "Point", liveBytes: 70, liveObjects: 2 }],
  });
  const peaked = variant({ walks: "saved" }, { ...kept, atPeak });

  test("is shown by line, by call path and by type", () => {
    const [table] = lineTable(peaked, { by: "peak" });
    expect(table).toMatchObject({ by: "peak", total: { liveBytes: 70 } });
    expect(table?.rows.map(({ line, liveBytes }) => [line, liveBytes])).toEqual([[7, 70]]);
    expect(flameGraph(peaked, { by: "peak" }).root.children).toMatchObject([{ functionName: "spike", bytes: 70 }]);
    expect(annotatedListing(peaked, { by: "peak" })).toMatchObject({ by: "peak", marks: [{ line: 7, liveBytes: 70 }] });
    expect(typeTable(peaked, { by: "peak" }).rows).toEqual([{ type: "Point", bytes: 70, objects: 2 }]);
  });

  test("belongs to a profile passed alone, too", () => {
    expect(lineTable({ ...kept, atPeak }, { by: "peak" })[0]?.total.liveBytes).toBe(70);
  });

  test("is a mistake to ask for where nothing looked for it", () => {
    const ask = [() => lineTable(walks, { by: "peak" }), () => typeTable(kept, { by: "peak" })];
    for (const show of ask) expect(show).toThrow("Add `probes: [peak, lines]` to the measured cell.");
  });

  test("types are named for each variant, and are a mistake where the engine finds none", () => {
    const typed = variant({ walks: "dropped" }, { ...freed, types: [{ type: "Array", liveBytes: 5, liveObjects: 1 }] });
    const both = { label: "walks", variants: [variant({ walks: "saved" }, atPeak), typed] };
    expect(typeTable(both).rows).toEqual([
      { variant: "saved", type: "Point", bytes: 70, objects: 2 },
      { variant: "dropped", type: "Array", bytes: 5, objects: 1 },
    ]);
    expect(typeTable(both)).toMatchObject({
      by: "live",
      totals: [
        { variant: "saved", bytes: 70, types: 1 },
        { variant: "dropped", bytes: 5, types: 1 },
      ],
    });
    expect(() => typeTable(walks)).toThrow("The engine `tracker` of the probe `lines` finds them.");
  });

  test("what is no result is a mistake that names the function and a result", () => {
    for (const run of [{ name: "a", bytes: 8 }, "walks", null, [1], [{ params: {} }]]) {
      for (const show of [typeTable, lineTable, flameGraph, annotatedListing])
        expect(() => show(run as never)).toThrow(`${show.name} needs a result with line profiles: \`import walks from`);
    }
  });
});

describe("lineTable", () => {
  test("gives a table for each variant, named by what they differ in", () => {
    expect(lineTable(walks).map(({ name, rows }) => [name, rows.length])).toEqual([
      ["saved", 1],
      ["dropped", 1],
    ]);
  });

  test("names the two runs of a comparison by what those differ in", () => {
    const [table] = lineTable(saved, { compareWith: [dropped], by: "live" });
    expect(table).toMatchObject({ name: "saved", comparedWith: "dropped", by: "live" });
    expect(table?.rows.map(({ file, difference }) => [file, difference?.liveBytes])).toEqual([
      ["other.ts", -100],
      ["walks.ts", 60],
    ]);
  });

  test("says itself how it is shown, and is plain data besides", () => {
    const tables = lineTable(kept);
    const show = (tables as unknown as Record<symbol, () => object>)[Symbol.for("Jupyter.display")];
    expect(show?.()).toEqual({ "application/vnd.heapbook.lines+json": tables });
    expect(JSON.parse(JSON.stringify(tables))).toEqual([...tables]);
  });

  test("a cell that traced no lines is a mistake", () => {
    expect(() => lineTable(variant({}))).toThrow("Add `probes: [lines]`");
  });

  test("one of several regions must be named", () => {
    const two = variant({}, { ...kept, region: "build" }, { ...freed, region: "query" });
    expect(() => lineTable(two)).toThrow("2 regions were traced (build, query). Choose one by `region`.");
    expect(() => lineTable(two, { region: "biuld" })).toThrow("Did you mean `build`?");
    expect(lineTable(two, { region: "query" })[0]?.total.liveBytes).toBe(100);
  });

  test("the only region needs no name", () => {
    expect(lineTable(variant({}, { ...kept, region: "load" }))[0]?.total.liveBytes).toBe(60);
  });
});

describe("lineDifference", () => {
  test("lists the lines that differ, the largest first, with the sign of the first run", () => {
    expect(lineDifference(saved, dropped)).toEqual({
      chart: "line-difference",
      by: "live",
      names: ["saved", "dropped"],
      rows: [
        { file: "other.ts", line: 8, source: "", bytes: -100, count: -1 },
        { file: "walks.ts", line: 5, source: "line(5);", bytes: 60, count: 3 },
      ],
    });
    // What was allocated does not differ.
    expect(lineDifference(saved, dropped, { by: "allocated" }).rows).toEqual([]);
    expect(lineDifference(saved, dropped, { top: 1 }).rows).toHaveLength(1);
  });

  test("wants one variant on each side", () => {
    expect(() => lineDifference(walks, dropped)).toThrow("the run has 2 (saved, dropped). Choose one by variant().");
  });
});

describe("annotatedListing", () => {
  test("lists the file that allocates most unless one is named", () => {
    expect(annotatedListing(saved)).toMatchObject({ file: "walks.ts", lineCount: 60, name: "" });
    expect(annotatedListing(saved).parts).toHaveLength(1);
    expect(() => annotatedListing(saved, { file: "walk.ts" })).toThrow("Did you mean `walks.ts`?");
    expect(() => annotatedListing(makeProfile([]))).toThrow("no line allocated anything");
  });

  test("a long file is listed around the lines that allocate", () => {
    const sources = { "walks.ts": Array.from({ length: 5000 }, (_, index) => `${index}`) };
    const { parts, lineCount } = annotatedListing(makeProfile([makeLine(2500, { allocatedBytes: 1 })], { sources }));
    expect(lineCount).toBe(5000);
    expect(parts.map(({ firstLine, lines }) => [firstLine, lines.length])).toEqual([[2495, 11]]);
    expect(
      annotatedListing(makeProfile([makeLine(2500, { allocatedBytes: 1 })], { sources }), { context: 1 }).parts[0]
        ?.lines,
    ).toHaveLength(3);
  });
});

test("flameGraph has the bytes of the measure", () => {
  const rootOf = (by: "live" | "allocated") => flameGraph(saved, { by }).root.children[0];
  expect(rootOf("live")).toEqual({ functionName: "walk", file: "walks.ts", line: 3, bytes: 60, children: [] });
  expect(rootOf("allocated")?.bytes).toBe(90);
  expect(() => flameGraph(walks)).toThrow("Choose one by variant().");
});

describe("variants without lines are named, with the reason", () => {
  const bare = variant({ walks: "bare", blocks: 20 });
  const atPeak = makeProfile([makeLine(7, { liveBytes: 70 })], {
    types: [{ type: "A", liveBytes: 70, liveObjects: 2 }],
  });
  const peaked = variant({ walks: "peaked", blocks: 20 }, { ...kept, atPeak });

  test("below the last table of lines, and below a table of types", () => {
    const tables = lineTable([bare, saved, dropped]);
    expect(tables.map(({ name }) => name)).toEqual(["saved", "dropped"]);
    expect(tables.map(({ leftOut }) => leftOut)).toEqual([undefined, [{ name: "bare", why: "untraced" }]]);
    const atPeaks = lineTable([saved, peaked, bare], { by: "peak" });
    const left = [
      { name: "saved", why: "peak-unseen" },
      { name: "bare", why: "untraced" },
    ];
    expect(atPeaks.map(({ leftOut }) => leftOut)).toEqual([left]);
    expect(typeTable([saved, peaked, bare], { by: "peak" }).leftOut).toEqual(left);
  });

  test("count where one variant must be chosen", () => {
    expect(() => flameGraph([saved, bare])).toThrow("the run has 2 (saved, bare). Choose one by variant().");
  });

  test("lineDifference counts the lines that are not among the first", () => {
    expect(lineDifference(saved, dropped, { by: "live", top: 1 })).toMatchObject({
      rows: [{ line: 8, bytes: -100 }],
      others: { lines: 1, bytes: 60 },
    });
    expect(lineDifference(saved, dropped)).not.toHaveProperty("others");
  });
});
