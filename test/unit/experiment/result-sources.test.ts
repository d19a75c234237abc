import { beforeEach, describe, expect, it } from "vitest";
import { freezeSets } from "../../../src/experiment/frozen.ts";
import type { FrozenResults } from "../../../src/model/frozen-results.ts";
import type { Trial } from "../../../src/model/report-results.ts";
import { code, execute, needs } from "../../helpers/execution.ts";
import type { FakeRun } from "../../helpers/fake-executor.ts";
import { cell, makeReportFolder, type ReportFolder } from "../../helpers/report-folder.ts";

// Three cells in a chain, and one by itself. Each trial gives a number that differs from render to render.
const BODY =
  cell("first", code("first"), "trials: 2") +
  cell("second", needs("second", "first")) +
  cell("third", needs("third", "second")) +
  cell("alone", code("alone"));

const gives =
  (value: number) =>
  (_: FakeRun): Partial<Trial> => ({ readings: [{ id: "n", region: "", value, unit: "" }] });

/** Runs until the trials of some cells are done, as Ctrl-C does. */
async function interrupt(folder: ReportFolder, value: number, last: string): Promise<void> {
  const abort = new AbortController();
  const run = execute(
    folder,
    BODY,
    (ran) => {
      if (ran.name === last) abort.abort(new Error("interrupted"));
      return gives(value)(ran);
    },
    { signal: abort.signal },
  );
  await expect(run).rejects.toThrow("interrupted");
}

let frozen: FrozenResults;

beforeEach(async () => {
  const folder = makeReportFolder();
  const { sets } = await execute(folder, BODY, gives(1));
  frozen = freezeSets(folder.report(BODY), folder.root, {}, sets, undefined);
});

const numberOf = (trials: readonly Trial[] | undefined): number | undefined => trials?.[0]?.readings[0]?.value;

async function show(folder: ReportFolder, use: "first" | "last", results = frozen) {
  const shown = await execute(folder, BODY, undefined, { mode: "stored", frozen: { results, use } });
  const values = [...shown.cells.values()].map(({ label, variants }) => {
    const trials = variants[0]?.trialSets[0]?.trials;
    return `${label} ${numberOf(trials) ?? "none"}${trials === undefined || trials.length < 2 ? "" : " (2)"}`;
  });
  return { states: shown.states, values };
}

const FROM_FROZEN = ["first 1 (2)", "second 1", "third 1", "alone 1"];

describe("under --no-execute, a chain of cells", () => {
  it.each(["first", "last"] as const)(
    "takes all from the frozen results where the store is empty (%s)",
    async (use) => {
      const { states, values } = await show(makeReportFolder(), use);
      expect(values).toEqual(FROM_FROZEN);
      expect(states.every((state) => state.endsWith("completed"))).toBe(true);
    },
  );

  it.each(["first output", "second output", "third output"])(
    "takes all from the frozen results where a render was interrupted at `%s`",
    async (last) => {
      const folder = makeReportFolder();
      await interrupt(folder, 2, last);
      expect((await show(folder, "last")).values.slice(0, 3)).toEqual(FROM_FROZEN.slice(0, 3));
    },
  );

  it("takes all from a store that has all, and another chain from where that is complete", async () => {
    const folder = makeReportFolder();
    await execute(folder, BODY, gives(2));
    const all = ["first 2 (2)", "second 2", "third 2", "alone 2"];
    expect((await show(folder, "last")).values).toEqual(all);
    const withoutAlone = { ...frozen, sets: frozen.sets.filter((set) => set.cell !== "alone") };
    expect((await show(folder, "first", withoutAlone)).values).toEqual([...FROM_FROZEN.slice(0, 3), "alone 2"]);
  });

  it("mixes where neither has all: what the store has was made of the frozen numbers", async () => {
    const folder = makeReportFolder();
    const use = { frozen: { results: frozen, use: "first" as const } };
    const withoutThird = { ...frozen, sets: frozen.sets.filter((set) => set.cell !== "third") };
    await execute(folder, BODY, gives(3), { frozen: { ...use.frozen, results: withoutThird } });
    expect((await show(folder, "last", withoutThird)).values.slice(0, 3)).toEqual([
      "first 1 (2)",
      "second 1",
      "third 3",
    ]);
  });
});
