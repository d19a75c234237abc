import { expect, it } from "vitest";
import { flagshipCell, readFlagship, readModule } from "../helpers/flagship.ts";
import { runPython, SYSTEM } from "../helpers/python-runner.ts";
import { stdoutOf } from "../helpers/trial-runner.ts";

/** What the writeup of 2021 printed, in bytes. */
const WRITEUP = { saved: 46_826_457, dropped: 12_909_956 };

// Where a pointer has 32 bits, a list and a tuple take about half of that.
const is64BitCPython = SYSTEM?.identity["implementation"] === "CPython" && SYSTEM.identity["bits"] === 64;

it.skipIf(!is64BitCPython)("the writeup's program has its peaks again in 64-bit CPython, within 1 %", async () => {
  const report = readFlagship();
  const cell = flagshipCell(report, "profile-python");
  const { params } = report.frontMatter;
  expect(params).toMatchObject({ blocks: 20, repetitions: 10_000 });
  const files = { "base_library.py": readModule("base_library.py") };
  const trial = await runPython(SYSTEM, cell.source, { params, files, timeoutMs: 110_000 });

  expect(trial.failure).toBeNull();
  const bytesOf = (id: string): number => trial.readings.find((reading) => reading.id === id)?.value ?? Number.NaN;
  for (const [id, recorded] of [
    ["peakSaved", WRITEUP.saved],
    ["peakDropped", WRITEUP.dropped],
  ] as const) {
    expect(trial.readings, id).toContainEqual(expect.objectContaining({ id, unit: "B" }));
    expect(Math.abs(bytesOf(id) / recorded - 1), `${id}: ${bytesOf(id)} B, in 2021 ${recorded} B`).toBeLessThan(0.01);
  }
  const [heading, ...lines] = stdoutOf(trial).split("\n").slice(2);
  expect(heading).toBe("[ Difference in the 10 most allocation heavy lines ]");
  // The walks themselves: the line that the second run no longer has is the one whose difference is largest.
  expect(lines[0]).toMatch(/base_library\.py:\d+: size=.*\(-\d[\d.]* MiB\)/);
});
