import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { probeSetup } from "../../../src/experiment/probe-flags.ts";
import type { ProgressEvent } from "../../../src/experiment/progress-events.ts";
import type { Trial } from "../../../src/model/report-results.ts";
import { code, execute, needs, prints, WALKS } from "../../helpers/execution.ts";
import { cell, makeReportFolder } from "../../helpers/report-folder.ts";
import { FAILURE, makeReading } from "../../helpers/results.ts";

const MULTIPLES = [1, 1.25, 1.5, 2, 3, 4, 6];

describe("trials", () => {
  it("are interleaved: outputs first, then each round of all variants, timed ones last", async () => {
    const { executor } = await execute(makeReportFolder(), WALKS);
    expect(executor.names).toEqual([
      "walks output saved",
      "walks output dropped",
      "walks output saved",
      "walks output dropped",
      "walks peak saved",
      "walks bracket saved",
      "walks peak dropped",
      "walks bracket dropped",
      "walks peak saved",
      "walks peak dropped",
      "walks gc saved",
      "walks gc dropped",
      "walks gc saved",
      "walks gc dropped",
    ]);
    const [, , , , peak] = executor.runs;
    expect(peak?.spec).toMatchObject({
      probe: "peak",
      variant: { walks: "saved" },
      flags: ["--expose-gc", ...probeSetup("peak").flags],
      timeoutMs: 60_000,
    });
  });

  it("run side by side in as many processes as asked for, timed ones alone", async () => {
    const body = ["a", "b", "c", "d"].map((label) => cell(label, code(label), "probes: [gc]", "trials: 1")).join("");
    expect((await execute(makeReportFolder(), body)).executor.mostAtOnce).toBe(1);
    let timed = 0;
    let untimed = 0;
    const { executor } = await execute(
      makeReportFolder(),
      body,
      async ({ spec }) => {
        const isTimed = spec.probe === "gc";
        if (isTimed) expect([timed, untimed]).toEqual([0, 0]);
        else expect(timed).toBe(0);
        if (isTimed) timed++;
        else untimed++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (isTimed) timed--;
        else untimed--;
        return {};
      },
      { jobs: 3 },
    );
    expect(executor.mostAtOnce).toBe(3);
  });

  it("that are of one cell with another's result come after it", async () => {
    const { executor, cells } = await execute(
      makeReportFolder(),
      cell("b", needs("b", "a")) + cell("a", code("a")) + cell("c", code("c")),
      undefined,
      { jobs: 4 },
    );
    expect(executor.names.indexOf("b output")).toBeGreaterThan(executor.names.indexOf("a output"));
    expect([...cells.keys()]).toEqual(["b", "a", "c"]);
  });

  it("give the cell's metrics, its flags and where they were measured", async () => {
    const { cells } = await execute(makeReportFolder(), WALKS, ({ spec, time }) => ({
      readings:
        spec.probe === "peak"
          ? [makeReading("peakLive", spec.variant["walks"] === "saved" ? 100 : 10)]
          : [makeReading("pauseTotal", time, "ms")],
    }));
    const [saved, dropped] = cells.get("walks")?.variants ?? [];
    expect(saved?.metrics.map(({ id, value, mode, samples }) => [id, value, mode, samples.length])).toEqual([
      ["peakLive", 100, "exact", 2],
      ["pauseTotal", 1.5, "distribution", 2],
    ]);
    expect(dropped?.metrics[0]?.value).toBe(10);
    expect(saved?.trialSets[0]?.environment.node).toBe(process.versions.node);
  });
});

describe("a trial that fails", () => {
  const FAILS: Partial<Trial> = { failure: FAILURE, ...prints("last words") };

  it("blocks the cells that need its result, whatever is between, and no other", async () => {
    const body =
      cell("bad", code("bad")) +
      cell("good", code("good")) +
      cell("b", needs("b", "bad")) +
      cell("c", needs("c", "b")) +
      cell("d", `import g from "result:good";\n${needs("d", "bad")}\nglobalThis.y = g;`);
    const { states, executor } = await execute(makeReportFolder(), body, ({ name }) =>
      name === "bad output" ? FAILS : {},
    );
    expect(states).toEqual(["bad failed", "good completed", "b blocked bad", "c blocked b", "d blocked bad"]);
    expect([...executor.names].sort()).toEqual(["bad output", "good output"]);
  });

  it("stops the other trials of its variant, not those of other variants", async () => {
    const { executor, cells } = await execute(makeReportFolder(), WALKS, ({ name }) =>
      name === "walks output saved" ? FAILS : {},
    );
    expect(executor.names.filter((name) => name.endsWith("saved"))).toEqual(["walks output saved"]);
    expect(executor.names.filter((name) => name.endsWith("dropped"))).toHaveLength(7);
    expect(cells.get("walks")?.variants).toMatchObject([
      { failure: FAILURE, outputs: [{ text: "last words" }] },
      { failure: null },
    ]);
  });

  it("does not count where it is the bracket's, which no cell names", async () => {
    const body = cell("a", code("a"), "probes: [peak, gc]", "trials: 1");
    const { executor, cells } = await execute(makeReportFolder(), body, ({ spec }) =>
      spec.probe === "bracket" ? { failure: { kind: "timeout", timeoutMs: 1 } } : prints("fine"),
    );
    expect(executor.names).toEqual(["a output", "a peak", "a bracket", "a gc"]);
    expect(cells.get("a")).toMatchObject({
      state: "completed",
      variants: [{ failure: null, outputs: [{ text: "fine" }] }],
    });
  });

  it("in a probe is shown with what that process printed", async () => {
    const { executor, cells } = await execute(makeReportFolder(), WALKS, ({ name, time }) =>
      name === "walks peak saved" && time === 1 ? FAILS : prints("fine"),
    );
    expect(executor.names.filter((name) => name === "walks peak saved")).toHaveLength(1);
    expect(executor.names).not.toContain("walks gc saved");
    expect(cells.get("walks")).toMatchObject({
      state: "failed",
      variants: [{ failure: FAILURE, outputs: [{ text: "last words" }] }, { outputs: [{ text: "fine" }] }],
    });
  });

  it("is run again next time, what went well is not", async () => {
    const folder = makeReportFolder();
    const body = cell("a", code("a"), "trials: 3");
    await execute(folder, body, ({ time }) => (time === 2 ? FAILS : {}));
    const second = await execute(folder, body);
    expect(second).toMatchObject({ ranTrials: 2, reusedTrials: 1, states: ["a completed"] });
  });
});

describe("an interrupt", () => {
  it("is thrown, starts no more trials, and keeps those that had finished", async () => {
    const folder = makeReportFolder();
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    let runs = 0;
    const rendering = execute(
      folder,
      cell("a", code("a"), "trials: 5"),
      () => {
        runs++;
        if (runs === 3) interrupt.abort(reason);
        return {};
      },
      { signal: interrupt.signal },
    );
    await expect(rendering).rejects.toBe(reason);
    expect(runs).toBe(3);
    expect(await execute(folder, cell("a", code("a"), "trials: 5"))).toMatchObject({ ranTrials: 3, reusedTrials: 2 });
  });

  it("leaves no bundle behind, as no other end does", async () => {
    const folder = makeReportFolder();
    const left = (): string[] =>
      existsSync(join(folder.root, ".heapbook"))
        ? readdirSync(join(folder.root, ".heapbook")).filter((name) => name.startsWith("run-"))
        : [];
    await execute(folder, WALKS);
    expect(left()).toEqual([]);
    const broken = execute(folder, cell("a", code("a")), () => {
      throw new Error("the executor is broken");
    });
    await expect(broken).rejects.toThrow("the executor is broken");
    expect(left()).toEqual([]);
  });
});

describe("two renders at once", () => {
  it("leave each other's bundles alone", async () => {
    const folder = makeReportFolder();
    const other = { ...makeReportFolder("other"), root: folder.root };
    const slow = async (): Promise<Partial<Trial>> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {};
    };
    const both = await Promise.all([
      execute(folder, cell("a", code("a"))),
      execute(other, cell("b", code("b"), "trials: 3"), slow),
    ]);
    expect(both.map(({ executor }) => executor.names)).toEqual([["a output"], ["b output", "b output", "b output"]]);
  });
});

describe("cells that nothing runs", () => {
  it("are reported as such", async () => {
    const drawn = "```{vega-lite}\n#| label: drawn\nmark: bar\n```\n\n";
    const { states, ranTrials } = await execute(
      makeReportFolder(),
      cell("never", code("never"), "eval: false") + drawn,
    );
    expect(states).toEqual(["never not-run", "drawn completed"]);
    expect(ranTrials).toBe(0);
  });
});

describe("progress", () => {
  /** Trials planned, and what became of them. */
  function tally(events: readonly ProgressEvent[]): {
    planned: number;
    ended: number;
    reused: number;
    dropped: number;
  } {
    const sum = (type: ProgressEvent["type"]): number =>
      events.reduce(
        (total, event) =>
          total + (event.type !== type ? 0 : "trials" in event && type !== "trial-ended" ? event.trials : 1),
        0,
      );
    return { planned: sum("planned"), ended: sum("trial-ended"), reused: sum("reused"), dropped: sum("dropped") };
  }

  it("accounts for every planned trial, however the cells end", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("kept", code("kept")));
    const body =
      WALKS +
      cell("kept", code("kept")) +
      cell("bad", code("bad"), "probes: [peak, time]") +
      cell("blocked", needs("blocked", "bad"), "probes: [gc]", "matrix: { n: [1, 2] }");
    const { events } = await execute(folder, body, ({ name, time }) =>
      name === "bad output" || (name === "walks peak saved" && time === 2) ? { failure: FAILURE } : {},
    );
    const { planned, ended, reused, dropped } = tally(events);
    expect(planned).toBe(14 + 1 + 10 + 14);
    expect(reused).toBe(1);
    expect(ended + reused + dropped).toBe(planned);
  });

  it("reports when each trial starts and ends, and of each cell once", async () => {
    const { events } = await execute(
      makeReportFolder(),
      cell("a", code("a"), "trials: 2") + cell("b", needs("b", "a")),
    );
    expect(
      events.map((event) =>
        "label" in event
          ? `${event.type} ${event.label}${"trial" in event ? ` ${event.trial}/${event.trials}` : ""}`
          : event.type,
      ),
    ).toEqual([
      "planned",
      "trial-started a 1/2",
      "trial-ended a 1/2",
      "trial-started a 2/2",
      "trial-ended a 2/2",
      "cell-ended a",
      "trial-started b 1/1",
      "trial-ended b 1/1",
      "cell-ended b",
    ]);
  });
});

describe("the smallest heap", () => {
  /** Completes from so many MiB on. */
  const needs30 = ({ spec }: { spec: { flags: readonly string[] } }): Partial<Trial> => {
    const [size] = spec.flags.flatMap((flag) => /^--max-old-space-size=(\d+)$/.exec(flag)?.[1] ?? []);
    const fits = size === undefined || Number(size) >= 30;
    return fits ? {} : { failure: { kind: "heap-limit", heapSizeLimitBytes: 1, lastCollections: [] } };
  };

  it("is searched for once in each variant, its crashes no failure of the cell", async () => {
    const { cells, events } = await execute(makeReportFolder(), cell("a", code("a"), "probes: min-heap"), needs30);
    expect(cells.get("a")).toMatchObject({
      state: "completed",
      variants: [{ failure: null, metrics: [{ id: "minHeap", value: 30 * 2 ** 20 }] }],
    });
    expect(events.filter(({ type }) => type === "trial-ended")).toHaveLength(2);
  });

  it("times its multiples is the heap of the variants that a matrix makes of them", async () => {
    const body = cell("a", code("a"), "matrix: { kind: [x, y], heap: multiples }", "probes: gc", "trials: 1");
    const folder = makeReportFolder();
    const { cells, executor, events } = await execute(folder, body, needs30);
    const variants = cells.get("a")?.variants ?? [];
    expect(variants.map(({ params }) => params["heap"])).toEqual([...MULTIPLES, ...MULTIPLES]);
    const sizes = executor.runs
      .filter(({ spec }) => spec.probe === "gc" && "heap" in spec.variant)
      .map(({ spec }) => spec.flags.at(-1));
    expect(sizes.slice(0, 7)).toEqual([32, 40, 48, 64, 96, 128, 192].map((size) => `--max-old-space-size=${size}`));
    expect(variants.every(({ metrics }) => metrics.some(({ id }) => id === "minHeap"))).toBe(true);
    // Two searches, and an output and a gc trial for each of fourteen variants.
    expect(events.filter(({ type }) => type === "trial-ended")).toHaveLength(2 + 28);
    expect((await execute(folder, body, needs30)).ranTrials).toBe(0);
  });

  it("that is none is the failure of all its multiples", async () => {
    const body = cell("a", code("a"), "matrix: { heap: multiples }", "trials: 1");
    const { cells, events } = await execute(makeReportFolder(), body, () => ({ failure: FAILURE }));
    expect(cells.get("a")?.variants.map(({ failure }) => failure)).toEqual(MULTIPLES.map(() => FAILURE));
    const sum = (type: string): number =>
      events.reduce((total, event) => total + (event.type === type && "trials" in event ? event.trials : 0), 0);
    expect(sum("planned")).toBe(8);
    expect(sum("dropped")).toBe(7);
  });

  it("is not searched for where nothing is to run", async () => {
    const body = cell("a", code("a"), "matrix: { heap: multiples }", "trials: 1");
    const { states, ranTrials } = await execute(makeReportFolder(), body, undefined, { mode: "stored" });
    expect([states, ranTrials]).toEqual([["a not-run"], 0]);
  });
});
