import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleCell } from "../../src/bundle/bundle-cell.ts";
import { bundleTicked } from "../../src/bundle/ticked.ts";
import { trialFlags, withVersionFlags } from "../../src/experiment/probe-flags.ts";
import { type PeakPassInstructions, SCOUT_PEAK } from "../../src/model/peak-pass.ts";
import type { ProbeName } from "../../src/model/probes.ts";
import type { Trial } from "../../src/model/report-results.ts";
import type { Scalar } from "../../src/model/values.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import type { ExecutedTrial, TrialSpec } from "../../src/process/trial-executor.ts";
import { cell, makeReportFolder } from "./report-folder.ts";

/** Line of report.md on which the code of a cell run here begins: after front matter, fence and label. */
export const FIRST_LINE = 6;

/** The cell in a file of test/fixtures/children. */
export function readChild(name: string): string {
  return readFileSync(new URL(`../fixtures/children/${name}.js`, import.meta.url), "utf8").trimEnd();
}

export interface RunOptions {
  readonly probe?: ProbeName;
  readonly flags?: readonly string[];
  readonly timeoutMs?: number;
  readonly warmup?: number;
  readonly variant?: Readonly<Record<string, Scalar>>;
  readonly params?: Readonly<Record<string, Scalar>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly signal?: AbortSignal;
  /** Of the report's folder. */
  readonly folder?: string;
  /** Files beside the report, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the folder, below the temporary root, in which the bundle is written. */
  readonly bundleName?: string;
}

const ONE_PASS: PeakPassInstructions = { ...SCOUT_PEAK, startBytes: [], closely: [], recordsCollections: true };

/** Flags of a trial in a Node binary, which is asked for its version where the probe's flags depend on it. */
function flagsOf(probe: ProbeName, own: readonly string[], node: string): readonly string[] {
  const flags = trialFlags(probe, own);
  if (probe !== "allocated") return flags;
  const version =
    node === process.execPath
      ? process.versions.node
      : execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
  return withVersionFlags(probe, flags, version);
}

/** All that a process needs to run the code of one cell, as a render prepares it. */
export async function prepareCell(code: string, options: RunOptions = {}): Promise<TrialSpec> {
  const folder = makeReportFolder(options.folder);
  for (const [path, text] of Object.entries(options.files ?? {})) folder.write(path, text);
  const report = folder.report(cell("a", code));
  const [only] = report.cells;
  if (only === undefined) throw new Error("the report has no cell");
  const input = { params: options.params ?? {}, results: new Map() };
  const bundle = await (options.probe === "bracket" ? bundleTicked : bundleCell)(report, only, input);
  const bundlePath = join(folder.folder, options.bundleName ?? "bundle.mjs");
  writeFileSync(bundlePath, bundle.code);
  const probe = options.probe ?? "output";
  const { node = process.execPath } = options;
  return {
    node,
    flags: flagsOf(probe, options.flags ?? [], node),
    bundlePath,
    bundleMap: bundle.map,
    folder: report.folder,
    env: options.env ?? {},
    probe,
    variant: options.variant ?? {},
    timeoutMs: options.timeoutMs ?? 30_000,
    warmup: options.warmup ?? 0,
  };
}

/** Runs the code of one cell in one real process, as a render does; under the probe `bracket` the first pass of a search. */
export async function runCell(code: string, options: RunOptions = {}): Promise<ExecutedTrial> {
  const spec = await prepareCell(code, options);
  const asked = options.probe === "bracket" ? { ...spec, peakPass: ONE_PASS } : spec;
  return processExecutor.run(asked, options.signal ?? new AbortController().signal);
}

/** What a trial printed to stdout, all of it. */
export function stdoutOf(trial: Trial): string {
  return trial.outputs
    .map((output) => (output.type === "stream" && output.name === "stdout" ? output.text : ""))
    .join("");
}

/** The value that a cell printed as JSON. @throws where the trial failed, with its failure */
export function printed(trial: Trial): unknown {
  if (trial.failure !== null) throw new Error(`the trial failed: ${JSON.stringify(trial.failure)}`);
  return JSON.parse(stdoutOf(trial));
}
