import { readFileSync } from "node:fs";
import { it } from "vitest";
import { measureTrial } from "../../src/experiment/measure-trial.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import { prepareCell } from "../helpers/trial-runner.ts";
const programs: Record<string,string> = JSON.parse(readFileSync("/tmp/pk/programs.json","utf8"));
for (const [name, code] of Object.entries(programs)) it(name, async () => {
  for (const probe of ["peak","bracket"] as const) {
  let n = 0; const t0 = Date.now();
  const executor = { run: async (spec: any, s: any) => { n++; const t = await processExecutor.run(spec, s); if (process.env["V"]) console.log(t.outputs.map((o:any)=>o.text).join(""), JSON.stringify(t.peakPasses), t.durationMs|0, JSON.stringify(t.failure)); return t; } };
  const trial = await measureTrial(executor, await prepareCell(code, { probe, timeoutMs: 60_000, ...(process.env["NODE"] ? {node: process.env["NODE"]} : {}) }), new AbortController().signal);
  console.log(name, probe, n, Date.now()-t0, trial.failure ? JSON.stringify(trial.failure) : trial.readings.map(r => `${r.region}:${r.id}=${r.value}${r.note ? " "+r.note : ""}`).join(" "));
  }
}, 300_000);
