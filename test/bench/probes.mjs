/**
 * What a trial costs: under `gc` and `time` against a bare Node process that runs the same bundle, in which `measure` only
 * calls its function; a peak and its bracket in seconds, since issue 3 sets their limit in seconds.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median, time } from "./measure.mjs";

const RATIO_LIMIT = 1.3;
const PEAK_LIMIT_S = 2;
const WALKS = { saved: "monteCarloWalkAnalysis", dropped: "monteCarloWalk" };
const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../reports/memory-usage", import.meta.url));

const cell = ([name, analyse]) => `\`\`\`{ts}
//| label: ${name}
import { measure } from "heapbook";
import { ${analyse} } from "./base-library.ts";
measure(() => ${analyse}(20, 10_000));
\`\`\``;

/** One bundle for each way of walking, by its name. */
async function bundleWalks(outputFolder) {
  const { parseReport } = await import("../../dist/document/parse.js");
  const { bundleCell } = await import("../../dist/bundle/bundle-cell.js");
  const source = `---\ntitle: Walks\n---\n\n${Object.entries(WALKS).map(cell).join("\n\n")}\n`;
  const report = parseReport({ source, file: "report.md", path: join(folder, "report.md"), folder, slug: "walks" });
  const bundles = new Map();
  for (const each of report.cells) {
    const { code, map } = await bundleCell(report, each, { params: {}, results: new Map() });
    const bundlePath = join(outputFolder, `${each.label}.mjs`);
    writeFileSync(bundlePath, code);
    bundles.set(each.label, { bundlePath, bundleMap: map });
  }
  return bundles;
}

async function runTrial(probe, bundle) {
  const { processExecutor } = await import("../../dist/process/run-trial.js");
  const { trialFlags } = await import("../../dist/experiment/probe-flags.js");
  const { measureTrial } = await import("../../dist/experiment/measure-trial.js");
  const spec = { ...bundle, node: process.execPath, flags: trialFlags(probe, []), folder, env: {}, probe };
  const trial = await measureTrial(
    processExecutor,
    { ...spec, variant: {}, warmup: 0, timeoutMs: 60_000 },
    new AbortController().signal,
  );
  if (trial.failure !== null) throw new Error(`${probe}: ${JSON.stringify(trial.failure)}`);
}

const judge = (value, limit) => (value <= limit ? "pass" : "miss");

/** Prints what a trial of each kind costs, and whether it is within its limit. */
export async function benchProbes(rounds) {
  const outputFolder = mkdtempSync(join(tmpdir(), "heapbook-bench-"));
  try {
    const bundles = await bundleWalks(outputFolder);
    // Seconds mean something only where the machine has a core to spare.
    const load = `load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`;
    console.log(`Trials of 20 × 10,000 walks, medians of ${rounds} rounds after one to warm up (${load}):`);
    for (const [name, bundle] of bundles) {
      const samples = { node: [], gc: [], time: [], peak: [], bracket: [] };
      for (let round = 0; round <= rounds; round++) {
        for (const [probe, values] of Object.entries(samples)) {
          const work =
            probe === "node" ? () => run(process.execPath, [bundle.bundlePath]) : () => runTrial(probe, bundle);
          const ms = await time(work);
          if (round > 0) values.push(ms);
        }
      }
      for (const probe of ["gc", "time"]) {
        const ratio = median(samples[probe].map((ms, i) => ms / samples.node[i]));
        console.log(
          `  ${name}, ${probe}: ${ratio.toFixed(2)} × bare Node with the same work; limit ${RATIO_LIMIT} ×: ${judge(ratio, RATIO_LIMIT)}`,
        );
      }
      const [peakS, bracketS] = ["peak", "bracket"].map((probe) => median(samples[probe]) / 1000);
      const total = peakS + bracketS;
      console.log(
        `  ${name}, peak with bracket: ${total.toFixed(2)} s (${peakS.toFixed(2)} + ${bracketS.toFixed(2)}); limit ${PEAK_LIMIT_S} s: ${judge(total, PEAK_LIMIT_S)}`,
      );
    }
  } finally {
    rmSync(outputFolder, { recursive: true, force: true });
  }
}
