import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { trialFlags } from "../../src/experiment/probe-flags.ts";
import { runProgram } from "./cli.ts";
import { traceCell } from "./traced-runner.ts";

/**
 * Program for `node -e` with a module's URL and a number of calls as arguments. Prints the bytes for a call of each of its
 * exports as JSON, by V8's sampling profiler at an interval of 1 byte, of the module as its author wrote it. The export
 * `run(work, calls)` calls.
 */
const ORACLE = `const { Session } = require("node:inspector");
const session = new Session();
session.connect();
const calls = Number(process.argv[2]);
import(process.argv[1]).then(async ({ run, ...works }) => {
  const read = async (work, times) => {
    session.post("HeapProfiler.startSampling", {
      samplingInterval: 1, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true,
    });
    await run(work, times);
    let sum = 0;
    session.post("HeapProfiler.stopSampling", (error, { profile }) => {
      const add = (node, isOwn) => {
        const here = isOwn || node.callFrame.url === process.argv[1];
        if (here) sum += node.selfSize;
        for (const child of node.children) add(child, here);
      };
      add(profile.head, false);
    });
    return sum;
  };
  const bytes = {};
  for (const [name, work] of Object.entries(works)) {
    for (let i = 0; i < 5; i++) await run(work, 200);
    bytes[name] = Math.round(((await read(work, 2 * calls)) - (await read(work, calls))) / calls);
  }
  console.log(JSON.stringify(bytes));
});`;

/**
 * Runs the exports of a module unmarked under V8's sampling, and marked under the tracker, there in regions `name1` of
 * `calls` calls and `name2` of twice as many. Returns the bytes for a call of each export by V8, and the traced trial.
 */
export async function runOracle(path: string, calls: number) {
  const args = [...trialFlags("lines", []), "-e", ORACLE, pathToFileURL(path).href, String(calls)];
  const run = await runProgram(process.execPath, args, { cwd: "." });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const truth: Record<string, number> = JSON.parse(run.stdout);
  const regions = Object.keys(truth).flatMap((name) => [1, 2].map((times) => [name, times]));
  const cell = `import { measure } from "heapbook";
import * as works from "./${basename(path)}";
for (const [name, times] of ${JSON.stringify(regions)}) {
  for (let i = 0; i < 3; i++) await works.run(works[name], 200);
  await measure(() => works.run(works[name], times * ${calls}), { name: name + times });
}`;
  return { truth, trial: await traceCell(cell, { modules: [path] }) };
}
