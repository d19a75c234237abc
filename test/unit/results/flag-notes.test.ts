import { describe, expect, it } from "vitest";
import { flagNotes } from "../../../src/results/flag-notes.ts";

const ids = (flags: string, node = "20.20.2"): string[] =>
  flagNotes(flags.split(" "), node).map(({ id, flag }) => `${id} ${flag}`);

describe("flagNotes", () => {
  it.each([
    ["--gc-interval=100", "flag-inert"],
    ["--gc_interval=100", "flag-inert"],
    ["--random-gc-interval=5", "flag-inert"],
    ["--single-generation", "flag-inert"],
    ["--max-semi-space-size=3", "flag-semi-space-rounded"],
    ["--max-semi-space-size=64", "flag-semi-space-grows"],
    ["--min-semi-space-size=32", "flag-semi-space-held"],
    ["--stress-scavenge=20", "flag-full-collections"],
    ["--single-threaded-gc", "flag-not-deterministic"],
    ["--sampling-heap-profiler-suppress-randomness", "flag-sampling-aliases"],
    ["--no-expose-gc", "flag-no-gc-function"],
    ["--no-expose_gc", "flag-no-gc-function"],
    ["--require=./setup.js", "flag-observer"],
    ["--inspect", "flag-observer"],
  ])("notes %s: %s", (flag, id) => {
    const notes = flagNotes([flag], "20.20.2");
    expect(notes.map((note) => note.id)).toEqual([id]);
    expect(notes[0]?.message).toContain(`\`${flag}\` `);
  });

  it.each([
    // The flags of every probe.
    "--expose-gc --single-threaded --hash-seed=1 --random-seed=1",
    "--expose-gc --single-threaded --hash-seed=1 --random-seed=1 --gc-global --max-semi-space-size=1",
    "--no-opt --no-maglev",
    // What the notes themselves advise.
    "--min-semi-space-size=64 --max-semi-space-size=64",
    "--max-semi-space-size=16",
    "--min-semi-space-size=3",
    "--single-threaded-gc --single-threaded",
    // Measured to have an effect where many full collections run.
    "--heap-growing-percent=5",
    "--memory-balancer",
    "--max-old-space-size=100",
    "--gc-global",
  ])("has nothing to say of %s", (flags) => {
    for (const node of ["20.20.2", "22.23.3", "24.21.0", "26.10.0"]) expect(ids(flags, node)).toEqual([]);
  });

  it("says what the runtime's version makes of a flag", () => {
    expect(ids("--no-opt", "22.23.3")).toEqual([]);
    expect(ids("--no-opt", "24.21.0")).toEqual(["flag-tier-left --no-opt"]);
    expect(ids("--noopt --nomaglev", "26.10.0")).toEqual([]);
    expect(ids("--stress-scavenge=20", "24.21.0")).toEqual([]);
    expect(ids("--min-semi-space-size=64", "24.21.0")).toEqual([]);
    expect(ids("--min-semi-space-size=64", "26.10.0")).toEqual(["flag-semi-space-held --min-semi-space-size=64"]);
  });

  it("speaks of the last value where a flag is repeated, and once", () => {
    expect(ids("--max-semi-space-size=64 --max-semi-space-size=1")).toEqual([]);
    expect(ids("--gc-interval=1 --gc-interval=2")).toEqual(["flag-inert --gc-interval=2"]);
  });

  it("has two notes of one flag where there are two", () => {
    expect(ids("--max-semi-space-size=100")).toEqual([
      "flag-semi-space-rounded --max-semi-space-size=100",
      "flag-semi-space-grows --max-semi-space-size=100",
    ]);
  });
});
