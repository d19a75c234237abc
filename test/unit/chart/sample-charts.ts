import type { Collection, CollectionKind, RegionHeap } from "../../../src/model/collections.ts";
import type { FlameNode } from "../../../src/model/line-views.ts";
import type { ChartValue, ReadyChart } from "../../../src/model/ready-charts.ts";

export const MIB = 2 ** 20;

/** The same numbers on every machine (Lehmer's generator). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

export function exactly(value: number, spread = 0): ChartValue {
  return { value, low: value - spread, high: value + spread };
}

/** A heap that grows by turns and is swept once in full, as with walks that are kept. */
export function collectionsOf(
  count: number,
  seed = 7,
  options: { readonly timed?: boolean } = {},
): readonly Collection[] {
  const random = createRandom(seed);
  let heap = 4 * MIB;
  return Array.from({ length: count }, (_, index): Collection => {
    const before = Math.round(heap + (2 + 2 * random()) * MIB);
    const full = index === Math.floor(count * 0.6);
    heap = Math.round(full ? before / 2 : before - 1.5 * MIB);
    return {
      region: "",
      kind: full ? "mark-compact" : "scavenge",
      timeMs: options.timed === false ? null : (index + 1) * 7 + random(),
      pauseMs: full ? 8 : 0.5 + random(),
      usedBeforeBytes: before,
      usedAfterBytes: heap,
      spacesBeforeBytes: spacesOf(before, heap),
      spacesAfterBytes: spacesOf(heap, heap),
    };
  });
}

/** The ends of a region: a heap that starts at 4 MiB and ends as high as said. */
export function regionHeapOf(endMs: number, endMebibytes: number): RegionHeap {
  const [start, end] = [4 * MIB, endMebibytes * MIB];
  return {
    region: "",
    endMs,
    start: { usedBytes: start, spacesBytes: spacesOf(start, start) },
    end: { usedBytes: end, spacesBytes: spacesOf(end, start) },
  };
}

/** Used bytes as V8 divides them: what a collection will free is in the new space. */
function spacesOf(used: number, kept: number): Readonly<Record<string, number>> {
  const old = Math.round(0.6 * kept);
  const large = Math.round(0.2 * kept);
  const code = 300_000;
  const shared = 20_000;
  return {
    read_only_space: shared,
    old_space: old,
    code_space: code,
    large_object_space: large,
    new_space: used - old - large - code - shared,
    new_large_object_space: 0,
  };
}

export function pausesOf(
  count: number,
  typicalMs: number,
  kinds: readonly CollectionKind[] = ["scavenge", "mark-compact"],
) {
  const random = createRandom(count + 1);
  return Array.from({ length: count }, (_, index) => ({
    kind: kinds[index % 7 === 0 ? kinds.length - 1 : index % Math.max(1, kinds.length - 1)] ?? "scavenge",
    pauseMs: typicalMs * Math.exp((random() + random() - 1) * 2.5),
  }));
}

function peakOf(
  name: string,
  mebibytes: number,
  bracket: { readonly low: number; readonly high: number } | null,
  recorded: number | null,
) {
  return {
    name,
    series: name,
    ...exactly(mebibytes * MIB),
    bracket: bracket === null ? null : { low: bracket.low * MIB, high: bracket.high * MIB },
    recorded: recorded === null ? null : recorded * MIB,
  };
}

const PEAK = { label: "peak live memory", unit: "B" };
const WALL = { label: "wall time", unit: "ms" };
const RSS = { label: "peak resident set", unit: "B" };
const LONG = "a very long name of a variant that is far longer than anyone would write it in a report";
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128];
const RESIDENT = [115, 118, 123, 135, 133, 158, 219, 262];
const TIMES = [268, 241, 219, 208, 196, 187, 181, 186];
const ALL_KINDS: readonly CollectionKind[] = [
  "scavenge",
  "incremental-marking",
  "weak-callbacks",
  "other",
  "mark-compact",
];

const sweep = SIZES.map((size, index) => ({
  name: `${size} MB`,
  series: "",
  space: exactly((RESIDENT[index] ?? 0) * MIB, 2 * MIB),
  time: exactly(TIMES[index] ?? 0, 8),
}));

/** Every chart with data as they come, and as they should not. */
export const SAMPLES: Readonly<Record<string, ReadyChart>> = {
  heap: {
    chart: "heap-timeline",
    runs: [
      { series: "saved", collections: collectionsOf(30), heap: regionHeapOf(230, 40) },
      { series: "dropped", collections: collectionsOf(18, 3), heap: regionHeapOf(140, 12) },
    ],
  },
  heapSix: {
    chart: "heap-timeline",
    runs: SIZES.slice(0, 6).map((size) => ({
      series: `semi = ${size}`,
      collections: collectionsOf(20 + size, size + 1),
    })),
  },
  heapNone: { chart: "heap-timeline", runs: [{ series: "", collections: [] }] },
  heapHalfNone: {
    chart: "heap-timeline",
    runs: [
      { series: LONG, collections: [] },
      { series: "saved", collections: collectionsOf(12) },
    ],
  },
  heapEnds: {
    chart: "heap-timeline",
    runs: [
      { series: "saved", collections: [], heap: regionHeapOf(31.25, 14) },
      { series: "dropped", collections: [], heap: regionHeapOf(0, 4) },
    ],
  },
  heapUntimedEnds: {
    chart: "heap-timeline",
    runs: [{ series: "", collections: collectionsOf(9, 7, { timed: false }), heap: regionHeapOf(70, 20) }],
  },
  heapOne: { chart: "heap-timeline", runs: [{ series: LONG, collections: collectionsOf(1) }] },
  heapUntimed: { chart: "heap-timeline", runs: [{ series: "", collections: collectionsOf(9, 7, { timed: false }) }] },
  heapThousands: { chart: "heap-timeline", runs: [{ series: "", collections: collectionsOf(5000) }] },
  bars: {
    chart: "metric-bars",
    metric: PEAK,
    rows: [
      { name: "saved", series: "saved", ...exactly(28.2 * MIB, MIB) },
      { name: "dropped", series: "dropped", ...exactly(1.5 * MIB) },
    ],
  },
  barsNone: { chart: "metric-bars", metric: PEAK, rows: [] },
  barsZero: {
    chart: "metric-bars",
    metric: { label: "objects", unit: "count" },
    rows: [{ name: "", series: "", ...exactly(0) }],
  },
  barsNegative: {
    chart: "metric-bars",
    metric: { label: "growth", unit: "B" },
    rows: [
      { name: "walks = saved, semi = 16", series: "a", ...exactly(28 * MIB, 2 * MIB) },
      { name: LONG, series: "b", ...exactly(-11.5 * MIB, MIB) },
      { name: "none", series: "c", ...exactly(0) },
    ],
  },
  barsForty: {
    chart: "metric-bars",
    metric: WALL,
    rows: Array.from({ length: 40 }, (_, index) => ({
      name: `variant ${index}`,
      series: "",
      ...exactly(index * index, index),
    })),
  },
  barsCounts: {
    chart: "metric-bars",
    metric: { label: "objects", unit: "count" },
    rows: [
      { name: "Map", series: "", ...exactly(123_456_789) },
      { name: "<b>&\"'", series: "", ...exactly(1) },
    ],
  },
  line: {
    chart: "metric-line",
    metric: RSS,
    x: { label: "semi-space, MB", logarithmic: true },
    rows: SIZES.flatMap((x, index) => [
      { x, series: "saved", ...exactly((RESIDENT[index] ?? 0) * MIB, 4 * MIB) },
      { x, series: "dropped", ...exactly((60 + 4 * index) * MIB) },
    ]),
  },
  lineEight: {
    chart: "metric-line",
    metric: WALL,
    x: { label: "blocks", logarithmic: false },
    rows: [0, 10, 20, 30, 40].flatMap((x) =>
      SIZES.map((size) => ({ x, series: `semi = ${size}`, ...exactly(x * (1 + size / 9)) })),
    ),
  },
  lineOne: {
    chart: "metric-line",
    metric: WALL,
    x: { label: "blocks", logarithmic: true },
    rows: [{ x: 5, series: "", ...exactly(3, 1) }],
  },
  lineNone: { chart: "metric-line", metric: WALL, x: { label: "blocks", logarithmic: true }, rows: [] },
  lineNegative: {
    chart: "metric-line",
    metric: { label: "difference", unit: "B" },
    x: { label: "n", logarithmic: true },
    rows: [1, 10, 100, 1000, 10_000, 1_000_000].map((x, index) => ({
      x,
      series: "",
      ...exactly((index - 3) * 500, 100),
    })),
  },
  timeSpace: { chart: "time-space", time: WALL, space: RSS, rows: sweep },
  timeSpaceTwo: {
    chart: "time-space",
    time: WALL,
    space: RSS,
    rows: [
      ...sweep.map((row) => ({ ...row, name: `saved, ${row.name}`, series: "saved" })),
      ...sweep.map((row) => ({
        ...row,
        name: `dropped, ${row.name}`,
        series: "dropped",
        space: exactly(row.space.value - 50 * MIB),
      })),
    ],
  },
  timeSpaceOne: {
    chart: "time-space",
    time: WALL,
    space: RSS,
    rows: [{ name: LONG, series: "", space: exactly(0), time: exactly(0) }],
  },
  timeSpaceSame: {
    chart: "time-space",
    time: WALL,
    space: RSS,
    rows: SIZES.map((size) => ({ name: `${size} MB`, series: "", space: exactly(MIB), time: exactly(5) })),
  },
  timeSpaceCluster: {
    chart: "time-space",
    time: WALL,
    space: RSS,
    rows: Array.from({ length: 14 }, (_, index) => ({
      name: `min = ${2 ** index}, max = ${2 ** (index + 1)}`,
      series: "",
      space: exactly((index < 10 ? 100 + index : 60 + 20 * index) * MIB, MIB),
      time: exactly(index < 10 ? 210 - index : 190 - index, 2),
    })),
  },
  timeSpaceForty: {
    chart: "time-space",
    time: WALL,
    space: RSS,
    rows: Array.from({ length: 40 }, (_, index) => ({
      name: index === 4 ? LONG : `a configuration number ${index}`,
      series: index % 2 === 0 ? "saved" : "dropped",
      space: exactly((100 + index ** 1.3) * MIB),
      time: exactly(300 - 40 * Math.log(index + 1)),
    })),
  },
  timeSpaceNone: { chart: "time-space", time: WALL, space: RSS, rows: [] },
  pauses: {
    chart: "pause-histogram",
    runs: [0.34, 1.1, 2.7, 9.6].map((typical, index) => ({
      series: `${4 ** index} MB`,
      pauses: pausesOf(300 - 90 * index, typical),
    })),
  },
  pausesOne: { chart: "pause-histogram", runs: [{ series: "", pauses: pausesOf(300, 1) }] },
  pausesNone: {
    chart: "pause-histogram",
    runs: [
      { series: "saved", pauses: [] },
      { series: LONG, pauses: pausesOf(5, 0.002) },
    ],
  },
  pausesNoRun: { chart: "pause-histogram", runs: [] },
  pausesSix: {
    chart: "pause-histogram",
    runs: SIZES.slice(0, 6).map((size) => ({
      series: `semi = ${size}`,
      pauses: [...pausesOf(60, size / 3, ALL_KINDS), { kind: "scavenge", pauseMs: 0 }],
    })),
  },
  spaces: {
    chart: "heap-spaces",
    runs: [
      { series: "saved", collections: collectionsOf(30) },
      { series: "dropped", collections: collectionsOf(18, 3) },
    ],
  },
  spacesOne: { chart: "heap-spaces", runs: [{ series: "", collections: collectionsOf(40) }] },
  spacesNone: {
    chart: "heap-spaces",
    runs: [
      { series: LONG, collections: [] },
      { series: "saved", collections: collectionsOf(1) },
      { series: "third", collections: collectionsOf(9, 7, { timed: false }) },
    ],
  },
  spacesEnds: {
    chart: "heap-spaces",
    runs: [
      { series: "saved", collections: [], heap: regionHeapOf(31.25, 14) },
      { series: "dropped", collections: collectionsOf(3), heap: regionHeapOf(40, 9) },
    ],
  },
  spacesNoRun: { chart: "heap-spaces", runs: [] },
  spacesThousands: { chart: "heap-spaces", runs: [{ series: "", collections: collectionsOf(5000) }] },
  peaks: {
    chart: "peaks",
    metric: PEAK,
    recordedLabel: "recorded in 2021",
    rows: [
      peakOf("saved", 28.2, { low: 27.9, high: 30.4 }, 44.7),
      peakOf("dropped", 1.5, { low: 1.49, high: 2.6 }, 12.3),
    ],
  },
  peaksMixed: {
    chart: "peaks",
    metric: PEAK,
    recordedLabel: LONG,
    rows: [
      peakOf("saved", 28.2, null, null),
      peakOf(LONG, 0, { low: -0.01, high: 0.4 }, 0),
      peakOf("", -3, { low: -4, high: 2 }, 60),
    ],
  },
  peaksNone: { chart: "peaks", metric: PEAK, recordedLabel: "recorded", rows: [] },
  dots: {
    chart: "metric-dots",
    metric: WALL,
    rows: SIZES.map((size, index) => ({ name: `semi = ${size}`, series: "", ...exactly(TIMES[index] ?? 0, size) })),
  },
  dotsForty: {
    chart: "metric-dots",
    metric: PEAK,
    rows: Array.from({ length: 40 }, (_, index) => ({
      name: index === 7 ? LONG : `walks = saved, semi = ${index}`,
      series: index % 2 === 0 ? "saved" : "dropped",
      ...exactly((20 + ((index * 7) % 11)) * MIB, index * 0.05 * MIB),
    })),
  },
  dotsNegative: {
    chart: "metric-dots",
    metric: { label: "growth", unit: "B" },
    rows: [
      { name: "a", series: "a", ...exactly(-123_456_789, 9_000_000) },
      { name: "b", series: "b", ...exactly(987_654_321) },
    ],
  },
  dotsOne: { chart: "metric-dots", metric: WALL, rows: [{ name: "", series: "", ...exactly(0) }] },
  dotsNone: { chart: "metric-dots", metric: WALL, rows: [] },
  groups: {
    chart: "metric-groups",
    metric: PEAK,
    side: "runtime",
    rows: ["saved", "dropped"].flatMap((group, place) =>
      ["node@20", "node@22", "node@24", "node@26"].map((side, index) => ({
        group,
        side,
        ...exactly((28 - 26 * place) * (1 + index / 50) * MIB, place * 30_000),
      })),
    ),
  },
  groupsOne: {
    chart: "metric-groups",
    metric: { label: "collections", unit: "count" },
    side: "runtime",
    rows: [
      { group: "", side: "node", ...exactly(0) },
      { group: "", side: LONG, ...exactly(12) },
    ],
  },
  groupsMany: {
    chart: "metric-groups",
    metric: { label: "difference", unit: "B" },
    side: "runtime",
    rows: [LONG, "b", "c", "d", "e"].flatMap((group, place) =>
      ["node@20", "node@22", "node@24"].map((side, index) => ({
        group,
        side,
        ...exactly((place - 2) * (index + 1) * 1000, 100),
      })),
    ),
  },
  groupsNone: { chart: "metric-groups", metric: PEAK, side: "runtime", rows: [] },
  lines: {
    chart: "line-difference",
    by: "live",
    names: ["saved", "dropped"],
    rows: [
      lineRow("base-library.ts", 58, "const walk = [...generateWalk(blocks)];", 25.2 * MIB, 400_000),
      lineRow(
        "base-library.ts",
        77,
        "distances.push([null, distanceOf(decodeWalk(generateWalk(blocks)))]);",
        -11e6,
        -20,
      ),
      lineRow("city/steps.ts", 7, `const table = { ${"north: [0, 1], ".repeat(30)} };`, 200, 1),
    ],
  },
  linesOneSide: {
    chart: "line-difference",
    by: "allocated",
    names: ["first", "second"],
    rows: [lineRow(`${LONG}/${LONG}/${LONG}.ts`, 123_456, "", -5, 1)],
  },
  linesNone: { chart: "line-difference", by: "allocated", names: ["first", "second"], rows: [] },
  flames: {
    chart: "flame-graph",
    by: "allocated",
    name: "saved",
    root: flame("(root)", "", 0, 1000, [
      flame("(cell)", "report.md", 6, 56, [
        flame("monteCarloWalkAnalysis", "base-library.ts", 51, 55e6, [
          flame("decodeWalk", "base-library.ts", 26, 196e6, [flame("step", "city/steps.ts", 4, 24e5)]),
          flame("generateWalk", "base-library.ts", 19, 125e6, [
            flame("random", "node_modules/seedrandom/index.js", 40, 5e6, [flame(LONG, `${LONG}/${LONG}.ts`, 1, 4e6)]),
          ]),
          flame("(other)", "", 0, 6e4),
        ]),
      ]),
    ]),
  },
  flamesDeep: {
    chart: "flame-graph",
    by: "live",
    name: "",
    root: Array.from({ length: 60 }, (_, level) => level).reduce(
      (inner, level) => flame(`level${level}`, `file${level % 9}.ts`, level, 1000, [inner]),
      flame("leaf", "leaf.ts", 1, 5000),
    ),
  },
  flamesNone: { chart: "flame-graph", by: "live", name: "", root: flame("(root)", "", 0, 0) },
};

function lineRow(file: string, line: number, source: string, bytes: number, count: number) {
  return { file, line, source, bytes, count };
}

function flame(
  functionName: string,
  file: string,
  line: number,
  bytes: number,
  children: readonly FlameNode[] = [],
): FlameNode {
  return { functionName, file, line, bytes, children };
}
