import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../../src/model/report-results.ts";
import type { ExecutedTrial } from "../../../src/process/trial-executor.ts";
import { ownRuntime, type Runtime } from "../../../src/runtimes/find-runtime.ts";
import { observe } from "../../../src/store/observations.ts";
import { code, execute, needs, prints, type Rendering, WALKS } from "../../helpers/execution.ts";
import type { makeFakeExecutor } from "../../helpers/fake-executor.ts";
import { cell, makeReportFolder } from "../../helpers/report-folder.ts";

describe("a second render", () => {
  it("runs nothing where nothing changed", async () => {
    const folder = makeReportFolder();
    const first = await execute(folder, WALKS, ({ name }) => prints(name));
    expect(first).toMatchObject({ ranTrials: 14, reusedTrials: 0, ranCells: ["walks"] });
    const second = await execute(folder, WALKS);
    expect(second).toMatchObject({ ranTrials: 0, reusedTrials: 14, ranCells: [], states: ["walks completed"] });
    expect(second.executor.names).toEqual([]);
    expect(second.cells).toEqual(first.cells);
  });

  it("runs nothing where only prose, captions and looks changed", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")) + cell("b", needs("b", "a")));
    const changed = `# New\n\nprose\n\n${cell("a", code("a"), "echo: false", "code-fold: true", "timeout: 10s", "error: true")}more\n\n${cell("b", needs("b", "a"), "fig-cap: A caption", "include: false")}`;
    expect(await execute(folder, changed)).toMatchObject({ ranTrials: 0, reusedTrials: 2 });
  });

  it.each([1, 2])("runs nothing of two equal cells with different numbers of trials, %i at a time", async (jobs) => {
    const folder = makeReportFolder();
    let count = 0;
    const script = () => prints(`result ${++count}`);
    const body = [
      cell("few", code("same"), "trials: 1"),
      cell("many", code("same"), "trials: 3", "matrix: { n: [1] }"),
      cell("again", code("same"), "trials: 2", "matrix: { n: [1] }"),
      cell("once", code("same"), "trials: 1", "matrix: { n: [1] }"),
      cell("drawn", needs("drawn", "once")),
    ].join("");
    const first = await execute(folder, body, script, { jobs });
    // Trials that the equal cells share ran once.
    expect(first.executor.names.filter((name) => name === "same output 1")).toHaveLength(3);
    const second = await execute(folder, body, script, { jobs });
    expect(second.executor.names).toEqual([]);
    expect(second.cells).toEqual(first.cells);
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
    ["warm-up", ["warmup: 1"]],
  ])("runs a cell whose %s changed", async (_, options) => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")));
    expect((await execute(folder, cell("a", code("a"), ...options))).ranTrials).toBe(1);
  });

  it("runs each variant in its runtime, and anew where that changed", async () => {
    const folder = makeReportFolder();
    const other = { ...ownRuntime(), spec: "node@99", path: "/other/node", node: "99.0.0", semiSpaceLimitBytes: 42 };
    const runtimes = (node99: Runtime) => ({
      runtimes: new Map([
        ["node", ownRuntime()],
        ["node@99", node99],
      ]),
    });
    const body = cell("a", code("a"), "matrix: { runtime: [node, node@99] }");
    const first = await execute(folder, body, undefined, runtimes(other));
    expect(first.executor.runs.map(({ spec }) => [spec.node, spec.semiSpaceLimitBytes, spec.variant])).toEqual([
      [process.execPath, null, { runtime: "node" }],
      ["/other/node", 42, { runtime: "node@99" }],
    ]);
    const environments = first.cells.get("a")?.variants.map((variant) => variant.trialSets[0]?.environment);
    expect(environments?.map((environment) => environment?.node)).toEqual([process.versions.node, "99.0.0"]);
    const again = await execute(folder, body, undefined, runtimes({ ...other, path: "/moved/node" }));
    expect(again).toMatchObject({ ranTrials: 0, reusedTrials: 2 });
    for (const changed of [{ node: "99.0.1" }, { v8: "9.9" }, { binary: "ab" }]) {
      const { executor } = await execute(folder, body, undefined, runtimes({ ...other, ...changed }));
      expect(executor.names).toEqual(["a output node@99"]);
    }
  });

  it("adds the trials and the variants that are missing, no others", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a"), "matrix: { n: [1] }", "trials: 2"));
    const { executor, reusedTrials, cells } = await execute(
      folder,
      cell("a", code("a"), "matrix: { n: [1, 2] }", "trials: 3"),
    );
    expect(executor.names).toEqual(["a output 2", "a output 2", "a output 1", "a output 2"]);
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

  describe("of a bracket that failed", () => {
    const withTimeout = (timeout: string): string =>
      cell("a", code("a"), "probes: [peak]", "trials: 1", `timeout: ${timeout}`);
    const failing =
      (failure: Failure): Parameters<typeof makeFakeExecutor>[0] =>
      ({ spec }) =>
        spec.probe === "bracket" ? { failure } : {};

    it("tries it again only where it has more time than before", async () => {
      const folder = makeReportFolder();
      const timedOut = failing({ kind: "timeout", timeoutMs: 2000 });
      await execute(folder, withTimeout("2s"), timedOut);
      for (const timeout of ["2s", "1s"]) {
        const again = await execute(folder, withTimeout(timeout), timedOut);
        expect(again).toMatchObject({ ranTrials: 0, reusedTrials: 3, states: ["a completed"] });
      }
      expect((await execute(folder, withTimeout("3s"))).executor.names).toEqual(["a bracket"]);
      expect((await execute(folder, withTimeout("3s"))).ranTrials).toBe(0);
    });

    it("does not try it again where it ran out of heap", async () => {
      const folder = makeReportFolder();
      await execute(
        folder,
        withTimeout("2s"),
        failing({ kind: "heap-limit", heapSizeLimitBytes: 1, lastCollections: [] }),
      );
      expect((await execute(folder, withTimeout("3s"))).ranTrials).toBe(0);
    });

    it("tries it again where the cell ended it", async () => {
      const folder = makeReportFolder();
      await execute(folder, withTimeout("2s"), failing({ kind: "exit-code", exitCode: 3 }));
      expect((await execute(folder, withTimeout("2s"))).executor.names).toEqual(["a bracket"]);
    });

    it("is no excuse for the cell's own timeout", async () => {
      const folder = makeReportFolder();
      await execute(folder, withTimeout("2s"), ({ spec }) =>
        spec.probe === "peak" ? { failure: { kind: "timeout", timeoutMs: 2000 } } : {},
      );
      expect((await execute(folder, withTimeout("2s"))).executor.names).toEqual(["a peak", "a bracket"]);
    });
  });

  it("runs everything anew under `refresh`, and stores it", async () => {
    const folder = makeReportFolder();
    await execute(folder, cell("a", code("a")), () => prints("old"));
    const fresh = await execute(folder, cell("a", code("a")), () => prints("new"), { mode: "refresh" });
    expect(fresh).toMatchObject({ ranTrials: 1, reusedTrials: 0 });
    const after = await execute(folder, cell("a", code("a")));
    expect(after.cells.get("a")?.variants[0]?.outputs).toMatchObject([{ text: "new" }]);
  });

  it("runs nothing where stored results are asked for", async () => {
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
    const read = ({ name }: { readonly name: string }): Partial<ExecutedTrial> =>
      name === "uses output" ? { observed: [{ kind: "param", name: "blocks", value: null }] } : {};
    await execute(folder, body(1), read);
    expect((await execute(folder, body(2), read)).executor.names).toEqual(["uses output"]);
    expect((await execute(folder, body(1), read)).executor.names).toEqual([]);
  });
});

describe("two cells that are joined by a file", () => {
  it.each(["writer first", "reader first"])("run the reader after the writer, %s, once", async (order) => {
    const folder = makeReportFolder();
    const cells = [
      cell("writer", code("writer")),
      cell("reader", code("reader")),
      cell("drawn", needs("drawn", "reader")),
    ];
    const body = (order === "writer first" ? cells : cells.reverse()).join("");
    folder.write("src.txt", "1");
    const path = (name: string): string => join(folder.folder, name);
    const script = ({ name }: { readonly name: string }): Partial<ExecutedTrial> => {
      const see = (file: string) => ({
        observed: [observe("content", path(file), folder.folder)],
        reads: [path(file)],
      });
      if (name === "writer output") {
        const seen = see("src.txt");
        folder.write("out.txt", `of ${readFileSync(path("src.txt"), "utf8")}`);
        return { ...seen, written: [path("out.txt")] };
      }
      if (name !== "reader output") return {};
      return {
        ...see("out.txt"),
        ...prints(existsSync(path("out.txt")) ? readFileSync(path("out.txt"), "utf8") : "none"),
      };
    };
    const printed = ({ cells: all }: Rendering): unknown =>
      all.get("reader")?.variants[0]?.trialSets[0]?.trials[0]?.outputs;
    expect(printed(await execute(folder, body, script))).toEqual(prints("of 1").outputs);
    expect((await execute(folder, body, script)).executor.names).toEqual([]);
    folder.write("src.txt", "2");
    const changed = await execute(folder, body, script);
    expect(changed.executor.names).toEqual(["writer output", "reader output", "drawn output"]);
    expect(changed.reusedTrials).toBe(0);
    expect(printed(changed)).toEqual(prints("of 2").outputs);
    expect((await execute(folder, body, script)).executor.names).toEqual([]);
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
    expect((await execute(folder, body, script)).executor.names).toEqual(["seen output", "seen peak", "seen bracket"]);
    folder.write("data/declared.csv", "2");
    expect((await execute(folder, body, script)).executor.names).toEqual(["declared output"]);
    folder.write("data/another.csv", "2");
    expect((await execute(folder, body, script)).executor.names).toEqual(["declared output"]);
  });
});
