import fc from "fast-check";
import { it } from "vitest";
import { measureTrial } from "../../src/experiment/measure-trial.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import { codeOf, countSteps, peakOf, programs } from "../helpers/peak-programs.ts";
import { prepareCell } from "../helpers/trial-runner.ts";

it("gen", async () => {
  const N = Number(process.env["N"] ?? 10);
  for (const [i, steps] of fc.sample(programs, { numRuns: N, seed: Number(process.env["SEED"] ?? 1) }).entries()) {
    let n = 0;
    const t0 = Date.now();
    const executor = {
      run: async (spec: any, s: any) => {
        n++;
        const t = await processExecutor.run(spec, s);
        if (process.env["V"]) console.log(JSON.stringify(t.peakPasses), JSON.stringify(t.failure));
        return t;
      },
    };
    const trial = await measureTrial(
      executor,
      await prepareCell(codeOf(steps), { probe: "bracket", timeoutMs: 60_000 }),
      new AbortController().signal,
    );
    const of = (id: string) => trial.readings.find((r) => r.id === id)?.value ?? NaN;
    const truth = peakOf(steps);
    const lo = of("peakLow"),
      hi = of("peakHigh");
    console.log(
      `#${i} steps ${countSteps(steps)} truth ${truth} low-truth ${lo - truth} high-truth ${hi - truth} width% ${((100 * (hi - lo)) / truth).toFixed(2)} passes ${n} ${Date.now() - t0} ms ${trial.readings[0]?.note ?? ""} ${trial.failure ? JSON.stringify(trial.failure) : ""}`,
    );
  }
}, 600_000);
