/** What it costs to tell allocations by line: the same walks untraced, metered and tracked, each timed in its own process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./measure.mjs";

const METER_LIMIT = 10;
const folder = fileURLToPath(new URL("../../reports/memory-usage", import.meta.url));
const SOURCE = `---
title: Walks
---

\`\`\`{ts}
//| label: walks
import { measure, metric } from "heapbook";
import { monteCarloWalkAnalysis } from "./base-library.ts";
measure(() => {
  const { user, system } = process.cpuUsage();
  monteCarloWalkAnalysis(20, 10_000);
  const after = process.cpuUsage();
  metric("walks", (after.user - user + after.system - system) / 1000, { unit: "ms" });
});
\`\`\`
`;

/** The walks in each way: what runs, under which flags. */
async function prepareWays(outputFolder) {
  const { parseReport } = await import("../../dist/document/parse.js");
  const { bundleCell } = await import("../../dist/bundle/bundle-cell.js");
  const { bundleInstrumented } = await import("../../dist/bundle/instrumented.js");
  const { linesFlags, trialFlags } = await import("../../dist/experiment/probe-flags.js");
  const report = parseReport({ source: SOURCE, file: "report.md", path: join(folder, "report.md"), folder, slug: "w" });
  const input = { params: {}, results: new Map() };
  const [cell] = report.cells;
  const write = (name, { code, map }) => {
    const bundlePath = join(outputFolder, `${name}.mjs`);
    writeFileSync(bundlePath, code);
    return { bundlePath, bundleMap: map };
  };
  const plain = write("plain", await bundleCell(report, cell, input));
  const trace = async (name, engine) => {
    const { code, map, program } = await bundleInstrumented(report, cell, input, [], engine);
    return { ...write(name, { code, map }), trace: { program, code, instrumentation: { engine } } };
  };
  const lines = trialFlags("lines", []);
  return {
    optimised: { ...plain, probe: "output", flags: trialFlags("output", []) },
    untraced: { ...plain, probe: "output", flags: lines },
    meter: { ...(await trace("meter", "meter")), probe: "lines", flags: linesFlags({ engine: "meter" }, []) },
    tracker: { ...(await trace("tracker", "tracker")), probe: "lines", flags: lines },
  };
}

/** CPU time of the walks, in ms. */
async function runWalks(spec) {
  const { processExecutor } = await import("../../dist/process/run-trial.js");
  const trial = await processExecutor.run(
    { node: process.execPath, folder, env: {}, variant: {}, timeoutMs: 300_000, ...spec },
    new AbortController().signal,
  );
  if (trial.failure !== null) throw new Error(JSON.stringify(trial.failure));
  const reading = trial.readings.find(({ id }) => id === "walks");
  if (reading === undefined) throw new Error(`the walks under ${spec.probe} told no time`);
  return reading.value;
}

/** Prints how many times the CPU time of the untraced walks it takes to tell their lines. The tracker runs once. */
export async function benchLines(rounds) {
  const outputFolder = mkdtempSync(join(tmpdir(), "heapbook-bench-"));
  try {
    const ways = await prepareWays(outputFolder);
    const ms = {};
    for (const [name, spec] of Object.entries(ways)) {
      const samples = [];
      for (let round = 0; round < (name === "tracker" ? 1 : rounds); round++) samples.push(await runWalks(spec));
      ms[name] = median(samples);
    }
    console.log(
      `Lines of 20 × 10,000 walks, CPU time, medians of ${rounds} rounds (optimised ${ms.optimised.toFixed(0)} ms, unoptimised ${ms.untraced.toFixed(0)} ms):`,
    );
    for (const [name, says] of [
      ["meter", "allocated bytes (meter)"],
      ["tracker", "live and allocated bytes (tracker)"],
    ]) {
      const ratio = ms[name] / ms.untraced;
      const limit = name === "meter" ? `; limit ${METER_LIMIT} ×: ${ratio <= METER_LIMIT ? "pass" : "miss"}` : "";
      console.log(
        `  ${says}: ${ratio.toFixed(1)} × unoptimised code, ${(ms[name] / ms.optimised).toFixed(1)} × optimised${limit}`,
      );
    }
  } finally {
    rmSync(outputFolder, { recursive: true, force: true });
  }
}
