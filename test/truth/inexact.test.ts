import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { trialFlags } from "../../src/experiment/probe-flags.ts";
import { runProgram } from "../helpers/cli.ts";
import { sum } from "../helpers/known-sizes.ts";
import { ORACLE } from "../helpers/sampling-oracle.ts";
import { profileOf, traceCell } from "../helpers/traced-runner.ts";

const INEXACT = fileURLToPath(new URL("../fixtures/allocation/inexact.js", import.meta.url));
const CALLS = 250;

// Called exact before: 16 B a call of `constructs` and 152 B of `collects` were too much, 16 B of `nested` too little (Node 20).
it("what a profile has too much of async code is within the bound that it states, and named at its lines", async () => {
  const flags = trialFlags("lines", []);
  const args = ["-e", ORACLE, pathToFileURL(INEXACT).href, String(CALLS)];
  const run = await runProgram(process.execPath, [...flags, ...args], { cwd: "." });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const truth: Record<string, number> = JSON.parse(run.stdout);
  const names = Object.keys(truth);
  const regions = names.flatMap((name) => [1, 2].map((times) => [name, times]));
  const cell = `import { measure } from "heapbook";
import * as inexact from "./inexact.js";
for (const [name, times] of ${JSON.stringify(regions)}) {
  for (let i = 0; i < 3; i++) await inexact.run(inexact[name], 200);
  await measure(() => inexact.run(inexact[name], times * ${CALLS}), { name: name + times });
}`;
  const trial = await traceCell(cell, { modules: [INEXACT] });
  const isOwn = ({ file }: { readonly file: string }): boolean => file === "inexact.js";
  for (const name of names) {
    const [once, twice] = [profileOf(trial, `${name}1`), profileOf(trial, `${name}2`)];
    const more = (of: (profile: typeof once) => number): number => (of(twice) - of(once)) / CALLS;
    const bytes = Math.round(more(({ lines }) => sum(lines.filter(isOwn).map((line) => line.allocatedBytes))));
    const bound = Math.ceil(more(({ inexact }) => sum(inexact.filter(isOwn).map((place) => place.allocatedBytes))));
    expect.soft(Math.abs(bytes - (truth[name] ?? Number.NaN)), name).toBeLessThanOrEqual(bound);
    expect.soft(bound, name).toBeGreaterThan(0);
  }
});
