import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { trialFlags } from "../../src/experiment/probe-flags.ts";
import { runProgram } from "../helpers/cli.ts";
import { sum } from "../helpers/known-sizes.ts";
import { ORACLE } from "../helpers/sampling-oracle.ts";
import { profileOf, traceCell } from "../helpers/traced-runner.ts";

const AWAITS = fileURLToPath(new URL("../fixtures/allocation/awaits.js", import.meta.url));
const CALLS = 250;

// V8's tracker reports 48 B too much for each await that no code of the author's writes: 424 B a call of `delegates`.
it("awaits of `yield*`, of `for await` and of `return` in async generators have the bytes that V8's own profile has", async () => {
  const flags = trialFlags("lines", []);
  const run = await runProgram(process.execPath, [...flags, "-e", ORACLE, pathToFileURL(AWAITS).href, String(CALLS)], {
    cwd: ".",
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const truth: Record<string, number> = JSON.parse(run.stdout);
  const names = Object.keys(truth);
  const regions = names.flatMap((name) => [1, 2].map((times) => [name, times]));
  const cell = `import { measure } from "heapbook";
import * as awaits from "./awaits.js";
for (const [name, times] of ${JSON.stringify(regions)}) {
  for (let i = 0; i < 3; i++) await awaits.run(awaits[name], 200);
  await measure(() => awaits.run(awaits[name], times * ${CALLS}), { name: name + times });
}`;
  const trial = await traceCell(cell, { modules: [AWAITS] });
  const bytesOf = (region: string): number =>
    sum(
      profileOf(trial, region)
        .lines.filter(({ file }) => file === "awaits.js")
        .map(({ allocatedBytes }) => allocatedBytes),
    );
  const found = names.map((name) => [name, Math.round((bytesOf(`${name}2`) - bytesOf(`${name}1`)) / CALLS)]);
  expect(Object.fromEntries(found)).toEqual(truth);
});
