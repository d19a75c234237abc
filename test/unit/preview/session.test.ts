import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import type { ReportDependencies } from "../../../src/pipeline/dependencies.ts";
import { PreviewSession, type Rendered } from "../../../src/preview/session.ts";
import { waitUntil } from "../../helpers/workspace.ts";

const A = "/p/reports/a/report.md";
const B = "/p/reports/b/report.md";

interface Run {
  readonly path: string;
  readonly changed: readonly string[];
  readonly signal: AbortSignal;
  /** Ends the render. */
  readonly end: (dependencies?: ReportDependencies) => void;
}

/** A session whose renders end when the test ends them; `settle` and `late` stand for what a watcher finds at the end of a render. */
function start(paths: readonly string[]) {
  const runs: Run[] = [];
  const [shown, warnings]: [string[], string[]] = [[], []];
  const hooks: { settle: () => void; late: () => readonly string[] } = { settle: () => {}, late: () => [] };
  const controller = new AbortController();
  const session = new PreviewSession({
    paths,
    signal: controller.signal,
    settle: async () => hooks.settle(),
    render: (path, signal, changed) =>
      new Promise<Rendered>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        const end = (dependencies?: ReportDependencies): void =>
          resolve({ written: dependencies !== undefined, failure: "", dependencies, mistaken: [] });
        runs.push({ path, changed, signal, end });
      }),
    onRendered: (path) => {
      shown.push(path);
      return hooks.late();
    },
    onWarning: (message) => warnings.push(message),
  });
  const ended = session.run().catch((error: unknown) => error);
  onTestFinished(async () => {
    controller.abort(new Error("the end"));
    await ended;
  });
  const run = async (index: number): Promise<Run> => {
    await waitUntil(() => runs.length > index, `run ${index}`, 4000);
    return runs[index] as Run;
  };
  const isIdle = async (): Promise<boolean> => {
    const before = runs.length;
    await sleep(30);
    return runs.length === before;
  };
  return { session, runs, shown, warnings, hooks, run, isIdle };
}

const NOTHING: ReportDependencies = { modules: [], data: [] };

it("renders again after a change at any moment of a render: before its end, and while its end is noted", async () => {
  const { session, run, hooks, isIdle } = start([A]);
  (await run(0)).signal.throwIfAborted();
  session.change(["/p/reports/a/image.png"]);
  (await run(0)).end(NOTHING);
  expect((await run(1)).changed).toEqual(["/p/reports/a/image.png"]);
  hooks.settle = () => {
    session.change([A]);
    hooks.settle = () => {};
  };
  (await run(1)).end(NOTHING);
  expect((await run(2)).changed).toEqual([A]);
  (await run(2)).end(NOTHING);
  expect(await isIdle()).toBe(true);
});

it("renders again for a file of another report that changed before the render said that it reads it", async () => {
  const { session, run, runs } = start([A, B]);
  (await run(0)).end(NOTHING);
  await run(1);
  session.change(["/p/reports/a/shared.ts"]);
  runs[1]?.end({ modules: ["/p/reports/a/shared.ts"], data: [] });
  const paths = [(await run(2)).path];
  runs[2]?.end(NOTHING);
  paths.push((await run(3)).path);
  expect(paths.sort()).toEqual([A, B]);
});

it("renders a report that was not understood again for a change of any file", async () => {
  const { session, run, isIdle } = start([A, B]);
  (await run(0)).end(NOTHING);
  (await run(1)).end(undefined);
  expect(await isIdle()).toBe(true);
  session.change(["/p/reports/a/text.txt"]);
  const paths = [(await run(2)).path];
  (await run(2)).end(NOTHING);
  paths.push((await run(3)).path);
  expect(paths.sort()).toEqual([A, B]);
});

it("renders again for files that changed before they were watched: modules each time, data once", async () => {
  const { run, hooks, isIdle } = start([A]);
  let turn = 0;
  hooks.late = () => [`/tmp/${turn++}.csv`];
  (await run(0)).end({ modules: [], data: ["/tmp/0.csv"] });
  (await run(1)).end({ modules: [], data: ["/tmp/1.csv"] });
  expect(await isIdle()).toBe(true);
  const other = start([A]);
  other.hooks.late = () => (other.runs.length < 4 ? ["/p/lib/a.ts"] : []);
  for (let index = 0; index < 4; index += 1) (await other.run(index)).end({ modules: ["/p/lib/a.ts"], data: [] });
  expect(await other.isIdle()).toBe(true);
});

it("a file that each run changes stops 2 runs, is then rendered after the run, and stops runs again when one has left it", async () => {
  const { session, run, runs, warnings, isIdle } = start([A]);
  const data = "/p/reports/a/counter.txt";
  const dependencies = { modules: [], data: [data] };
  (await run(0)).end(dependencies);
  expect(await isIdle()).toBe(true);
  session.change([data]);
  for (let index = 1; index <= 5; index += 1) {
    const { signal, end } = await run(index);
    session.change([data]);
    expect(signal.aborted, `run ${index}`).toBe(index <= 2);
    end(dependencies);
  }
  // The last change of a user in a hurry is shown: the next run begins of itself.
  const [last] = [await run(6)];
  last.end(dependencies);
  expect(await isIdle()).toBe(true);
  expect(warnings).toEqual([]);
  session.change([data]);
  expect((await run(7)).changed).toEqual([data]);
  session.change([data]);
  expect(runs[7]?.signal.aborted, "begins anew").toBe(true);
});

it("after ten runs in each of which the report changed, a change stops no run, and is rendered later", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { session, run, runs, warnings, isIdle } = start([A]);
  await run(0);
  for (let index = 0; index < 10; index += 1) {
    const { signal } = await run(index);
    session.change([A]);
    expect(signal.aborted, `run ${index}`).toBe(index < 9);
  }
  expect(warnings).toEqual([expect.stringContaining("has changed in 10 runs one after the other")]);
  expect(runs).toHaveLength(10);
  // The user saves once more while the last run goes on.
  session.change([A]);
  runs[9]?.end(NOTHING);
  expect(await isIdle()).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect((await run(10)).changed).toEqual([A]);
});
