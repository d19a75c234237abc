import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleReport, type ExecutionOptions, executeReport } from "../../src/execution.ts";
import type { ProgressEvent } from "../../src/experiment/progress.ts";
import type { CellResult, Trial } from "../../src/results/schema.ts";
import { openStore } from "../../src/results/store.ts";
import { type FakeExecutor, makeFakeExecutor } from "../helpers/fake-executor.ts";
import { cell, makeReportFolder, type ReportFolder } from "../helpers/report-folder.ts";
import { FAILURE, makeReading } from "../helpers/results.ts";

/** Code that the fake executor knows by its label, and that nothing runs. */
const code = (label: string, rest = ""): string => `cell("${label}");${rest}`;
const needs = (label: string, on: string): string =>
  `import r from "result:${on}";\ncell("${label}");\nglobalThis.x = r;`;
const prints = (text: string): Partial<Trial> => ({ outputs: [{ type: "stream", name: "stdout", text, cutBytes: 0 }] });

interface Rendering {
  readonly executor: FakeExecutor;
  readonly cells: ReadonlyMap<string, CellResult>;
  /** `label state`, with who blocks it. */
  readonly states: readonly string[];
  readonly events: readonly ProgressEvent[];
  readonly ranTrials: number;
  readonly reusedTrials: number;
  readonly ranCells: readonly string[];
}

/** One render of a report, up to its results. */
async function execute(
  folder: ReportFolder,
  body: string,
  script?: Parameters<typeof makeFakeExecutor>[0],
  changes: Partial<ExecutionOptions> = {},
): Promise<Rendering> {
  const report = folder.report(body);
  const params = report.frontMatter.params;
  const bundles = await bundleReport(report, params);
  const executor = makeFakeExecutor(script);
  const events: ProgressEvent[] = [];
  const warnings: string[] = [];
  const execution = await executeReport(report, bundles, {
    params,
    store: openStore(folder.root, { base: report.folder, onWarning: (message) => warnings.push(message) }),
    executor,
    node: process.execPath,
    root: folder.root,
    jobs: 1,
    trials: undefined,
    mode: "reuse",
    signal: new AbortController().signal,
    onProgress: (event) => events.push(event),
    ...changes,
  });
  expect(warnings).toEqual([]);
  const { cells } = execution.results;
  return {
    executor,
    cells: new Map(cells.map((each) => [each.label, each])),
    states: cells.map((each) => [each.label, each.state, ...each.blockedBy].join(" ")),
    events,
    ranTrials: execution.ranTrials,
    reusedTrials: execution.reusedTrials,
    ranCells: [...execution.ranCells],
  };
}

const WALKS = cell("walks", code("walks"), "matrix: { walks: [saved, dropped] }", "probes: [gc, peak]", "trials: 2");

describe("trials", () => {
  it("are interleaved: outputs first, then each round of all variants, timed ones last", async () => {
    const { executor } = await execute(makeReportFolder(), WALKS);
    expect(executor.names).toEqual([
      "walks output saved",
      "walks output dropped",
      "walks output saved",
      "walks output dropped",
      "walks peak saved",
      "walks peak dropped",
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
      flags: ["--expose-gc", "--single-threaded", "--hash-seed=1", "--random-seed=1"],
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

describe("a second render", () => {
  it("runs nothing where nothing changed", async () => {
    const folder = makeReportFolder();
    const first = await execute(folder, WALKS, ({ name }) => prints(name));
    expect(first).toMatchObject({ ranTrials: 12, reusedTrials: 0, ranCells: ["walks"] });
    const second = await execute(folder, WALKS);
    expect(second).toMatchObject({ ranTrials: 0, reusedTrials: 12, ranCells: [], states: ["walks completed"] });
    expect(second.executor.names).toEqual([]);
    expect(second.cells).toEqual(first.cells);
  });

  it("runs nothing where only prose, captions and looks changed", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")) + cell("b", needs("b", "a")));
    const changed = `# New\n\nprose\n\n${cell("a", code("a"), "echo: false", "code-fold: true", "timeout: 10s", "error: true")}more\n\n${cell("b", needs("b", "a"), "fig-cap: A caption", "include: false")}`;
    expect(await execute(folder, changed)).toMatchObject({ ranTrials: 0, reusedTrials: 2 });
  });

  it("runs the cell that changed, and not its neighbour", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")) + cell("b", code("b")));
    const { executor } = await execute(folder, cell("a", code("a", " more();")) + cell("b", code("b")));
    expect(executor.names).toEqual(["a output"]);
  });

  it.each([
    ["flags", ["flags: --no-opt"]],
    ["environment", ["env: { A: 1 }"]],
    ["matrix", ["matrix: { n: [1] }"]],
  ])("runs a cell whose %s changed", async (_, options) => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")));
    expect((await execute(folder, cell("a", code("a"), ...options))).ranTrials).toBe(1);
  });

  it("adds the trials and the variants that are missing, no others", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a"), "matrix: { n: [1] }", "trials: 2"));
    const { executor, reusedTrials, cells } = await execute(
      folder,
      cell("a", code("a"), "matrix: { n: [1, 2] }", "trials: 3"),
    );
    expect(executor.names).toEqual(
      ["a output 2", "a output 1", "a output 2", "a output 2"].sort(
        (x, y) => executor.names.indexOf(x) - executor.names.indexOf(y),
      ),
    );
    expect(executor.names.filter((name) => name === "a output 1")).toHaveLength(1);
    expect(reusedTrials).toBe(2);
    expect(cells.get("a")?.variants.map((variant) => variant.trialSets[0]?.trials.length)).toEqual([3, 3]);
  });

  it("takes the first of more trials than it needs, and keeps the others", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a"), "trials: 3"));
    const fewer = await execute(folder, cell("a", code("a"), "trials: 2"));
    expect(fewer).toMatchObject({ ranTrials: 0, reusedTrials: 2 });
    expect(await execute(folder, cell("a", code("a"), "trials: 3"))).toMatchObject({ ranTrials: 0, reusedTrials: 3 });
  });

  it("takes the command line's number of trials", async () => {
    const { ranTrials } = await execute(makeReportFolder(), cell("a", code("a"), "trials: 3"), undefined, {
      trials: 1,
    });
    expect(ranTrials).toBe(1);
  });

  it("runs everything anew when told to refresh, and stores it", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")), () => prints("old"));
    const fresh = await execute(folder, cell("a", code("a")), () => prints("new"), { mode: "refresh" });
    expect(fresh).toMatchObject({ ranTrials: 1, reusedTrials: 0 });
    const after = await execute(folder, cell("a", code("a")));
    expect(after.cells.get("a")?.variants[0]?.outputs).toMatchObject([{ text: "new" }]);
  });

  it("runs nothing when told to take what is stored", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")));
    const stored = await execute(
      folder,
      cell("a", code("a")) + cell("b", code("b")) + cell("c", needs("c", "b")) + cell("d", needs("d", "a")),
      undefined,
      { mode: "stored" },
    );
    expect(stored.executor.names).toEqual([]);
    expect(stored.states).toEqual(["a completed", "b not-run", "c not-run b", "d not-run"]);
  });

  it("runs a parameter's users where it changed, no others", async () => {
    const folder = makeReportFolder();
    const body = (blocks: number): string =>
      `---\ntitle: T\nparams: { blocks: ${blocks} }\n---\n${cell("uses", `import { params } from "heapbook";\ncell("uses");\nglobalThis.x = params.blocks;`)}${cell("not", code("not"))}`;
    await execute(folder, body(1));
    expect((await execute(folder, body(2))).executor.names).toEqual(["uses output"]);
  });
});

describe("a result that another cell imports", () => {
  const body = (extra: string): string =>
    cell("a", code("a", extra)) + cell("b", needs("b", "a")) + cell("c", needs("c", "b"));

  it("runs that cell where it changed, and stops where nothing changes any more", async () => {
    const folder = makeReportFolder();
    await execute(folder, body(""), ({ name }) => prints(name === "a output" ? "1" : "same"));
    const { executor, reusedTrials } = await execute(folder, body(" x();"), ({ name }) =>
      prints(name === "a output" ? "2" : "same"),
    );
    expect(executor.names).toEqual(["a output", "b output"]);
    expect(reusedTrials).toBe(1);
  });

  it("runs nothing downstream where it came out the same", async () => {
    const folder = makeReportFolder();
    await execute(folder, body(""), () => prints("same"));
    expect((await execute(folder, body(" x();"), () => prints("same"))).executor.names).toEqual(["a output"]);
  });
});

describe("files that a cell reads", () => {
  it("make its results stale when they change, seen or declared", async () => {
    const folder = makeReportFolder();
    folder.write("seen.csv", "1");
    folder.write("data/declared.csv", "1");
    const body =
      cell("seen", code("seen"), "probes: [peak]", "trials: 1") +
      cell("declared", code("declared"), 'inputs: "data/*.csv"');
    const script: Parameters<typeof makeFakeExecutor>[0] = ({ name }) =>
      name === "seen output" ? { reads: [join(folder.folder, "seen.csv")] } : {};
    await execute(folder, body, script);
    expect((await execute(folder, body, script)).ranTrials).toBe(0);
    folder.write("seen.csv", "2");
    expect((await execute(folder, body, script)).executor.names).toEqual(["seen output", "seen peak"]);
    folder.write("data/declared.csv", "2");
    expect((await execute(folder, body, script)).executor.names).toEqual(["declared output"]);
    folder.write("data/another.csv", "2");
    expect((await execute(folder, body, script)).executor.names).toEqual(["declared output"]);
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
    expect(executor.names.filter((name) => name.endsWith("dropped"))).toHaveLength(6);
    expect(cells.get("walks")?.variants).toMatchObject([
      { failure: FAILURE, outputs: [{ text: "last words" }] },
      { failure: null },
    ]);
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
  it("are told as such", async () => {
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
    expect(planned).toBe(12 + 1 + 11 + 12);
    expect(reused).toBe(1);
    expect(ended + reused + dropped).toBe(planned);
  });

  it("tells of each trial when it starts and ends, and of each cell once", async () => {
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
