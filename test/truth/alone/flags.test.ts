import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { flagNotes } from "../../../src/results/flag-notes.ts";
import { listRuntimes } from "../../../src/runtimes/find-runtime.ts";

// What src/results/flag-notes.ts and src/experiment/limits.ts say of V8, measured on this Node and on those installed in
// this checkout (`heapbook runtime add`); others are shown as skipped.

const MIB = 2 ** 20;
const installed = listRuntimes(fileURLToPath(new URL("../../../.heapbook/runtimes", import.meta.url)));
const RUNTIMES = [
  { name: `this Node (${process.versions.node})`, path: process.execPath, version: process.versions.node },
  ...["22", "24", "26"].map((major) => {
    const found = installed.find(({ version }) => version.startsWith(`${major}.`));
    return { name: `Node ${major}`, path: found?.path ?? "", version: found?.version };
  }),
];

/** Much garbage over a steady heap: many collections of both kinds; their counts, and the semi-space, as JSON. */
const WORK = `
const v8 = require("node:v8");
const young = v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
const profiler = new v8.GCProfiler();
profiler.start();
const live = [];
for (let i = 0; i < 60000; i++) live.push({ i, a: [i] });
const ring = new Array(40000);
for (let i = 0; i < 1500000; i++) ring[(i * 7) % 40000] = { i, b: [i, i] };
const kinds = profiler.stop().statistics.map((event) => event.gcType);
console.log(JSON.stringify({
  scavenges: kinds.filter((kind) => kind === "Scavenge").length,
  majors: kinds.filter((kind) => kind === "MarkSweepCompact").length,
  limit: v8.getHeapStatistics().heap_size_limit,
  semiSpace: Math.max(young.space_size, young.space_used_size + young.space_available_size),
  live: live.length + ring.length,
}));`;

interface Measured {
  readonly scavenges: number;
  readonly majors: number;
  readonly limit: number;
  readonly semiSpace: number;
}

function measure(node: string, ...flags: string[]): Measured {
  const deterministic = ["--single-threaded", "--hash-seed=1", "--random-seed=1"];
  return JSON.parse(execFileSync(node, [...deterministic, ...flags, "-e", WORK], { encoding: "utf8" })) as Measured;
}

/**
 * Scavenges and full collections, as one text. V8 advances incremental marking by the clock, so that a busy machine changes
 * how many collections there are; without it they are the same, but for about one process in forty of Node 26, whose own
 * allocation, some kilobytes more or less, moves a scavenge past the end.
 */
function countCollections(node: string, ...flags: string[]): string {
  const { scavenges, majors } = measure(node, "--no-incremental-marking", ...flags);
  return `${scavenges} scavenges, ${majors} full`;
}

const TRIES = 3;

describe.each(RUNTIMES)("$name", ({ path, version }) => {
  const measured = it.skipIf(version === undefined);
  const small = "--max-semi-space-size=1";
  const notesOf = (...flags: string[]): string[] => flagNotes(flags, version ?? "").map(({ id }) => id);

  measured("collects no more and no less under the flags called inert", () => {
    const { scavenges, majors } = measure(path, small);
    expect(scavenges + majors).toBeGreaterThan(5);
    const without = Array.from({ length: TRIES }, () => countCollections(path, small));
    for (const flag of [
      "--gc-interval=100",
      "--random-gc-interval=100",
      "--single-generation",
      "--verify-predictable",
      "--track-gc-object-stats",
      "--gc-stats=1",
      "--dump-allocations-digest-at-alloc=100",
    ]) {
      expect(notesOf(flag)).toEqual(["flag-inert"]);
      // Once as without it is enough: what a flag changes it changes each time.
      const seen: string[] = [];
      while (seen.length < TRIES && !without.some((counts) => seen.includes(counts)))
        seen.push(countCollections(path, small, flag));
      expect(without, flag).toContain(seen.at(-1));
    }
  });

  measured("collects otherwise under flags that look inert where little is collected, and are not", () => {
    expect(notesOf("--heap-growing-percent=5")).toEqual([]);
    expect(measure(path, small, "--heap-growing-percent=5").majors).toBeGreaterThan(measure(path, small).majors);
  });

  measured("rounds the largest semi-space up to a power of two, and the heap limit holds three of them", () => {
    const old = "--max-old-space-size=100";
    for (const [asked, taken] of [
      [1, 1],
      [3, 4],
      [5, 8],
      [8, 8],
    ] as const) {
      const { limit } = measure(path, old, `--max-semi-space-size=${asked}`);
      expect(limit).toBe((100 + 3 * taken) * MIB);
      expect(notesOf(`--max-semi-space-size=${asked}`)).toEqual(asked === taken ? [] : ["flag-semi-space-rounded"]);
    }
  });

  measured("begins with 1 MiB whatever the largest is, and with the least that was asked for up to the largest", () => {
    expect(Math.round(measure(path, "--max-semi-space-size=64").semiSpace / MIB)).toBe(1);
    expect(notesOf("--max-semi-space-size=64")).toEqual(["flag-semi-space-grows"]);
    const both = ["--min-semi-space-size=64", "--max-semi-space-size=64"];
    expect(Math.round(measure(path, ...both).semiSpace / MIB)).toBe(64);
    expect(notesOf(...both)).toEqual([]);
    const alone = Math.round(measure(path, "--min-semi-space-size=128").semiSpace / MIB);
    expect(alone).toBeLessThan(128);
    const [note] = flagNotes(["--min-semi-space-size=128"], version ?? "");
    expect(note?.message).toContain(`${alone} MiB`);
  });
});
