import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleInstrumented } from "../../src/bundle/instrumented.ts";
import { tracePeak } from "../../src/experiment/peak-lines.ts";
import { linesFlags, trialFlags } from "../../src/experiment/probe-flags.ts";
import { chooseInstrumentation, type Engine } from "../../src/model/instrumentation.ts";
import type { LineAllocation, LineProfile } from "../../src/model/line-profile.ts";
import type { Trial } from "../../src/model/report-results.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import { cell, makeReportFolder } from "./report-folder.ts";

export interface TraceRunOptions {
  readonly warmup?: number;
  readonly node?: string;
  readonly flags?: readonly string[];
  readonly timeoutMs?: number;
  /** By default `tracker`. */
  readonly engine?: Engine;
  /** Mean bytes between two samples of the engine `sampler`. */
  readonly sample?: number;
  /** Paths of files that the cell finds beside itself. */
  readonly modules?: readonly string[];
  /** Other files beside the cell, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Packages with lines of their own: `lines: { modules: [name] }`. */
  readonly packages?: readonly string[];
}

/** Runs the code of one cell in a real process under the probe `lines`, as a render does. */
export async function traceCell(code: string, options: TraceRunOptions = {}): Promise<Trial> {
  const folder = makeReportFolder();
  const report = folder.report(cell("a", code));
  for (const path of options.modules ?? []) writeFileSync(join(report.folder, basename(path)), readFileSync(path));
  for (const [path, text] of Object.entries(options.files ?? {})) folder.write(path, text);
  const [only] = report.cells;
  if (only === undefined) throw new Error("the report has no cell");
  const { flags = [], packages = [] } = options;
  const instrumentation = chooseInstrumentation(options);
  const traced = await bundleInstrumented(
    report,
    only,
    { params: {}, results: new Map() },
    packages,
    instrumentation.engine,
  );
  const bundlePath = join(folder.folder, "traced.mjs");
  writeFileSync(bundlePath, traced.code);
  const spec = {
    node: options.node ?? process.execPath,
    flags: linesFlags(instrumentation, flags),
    bundlePath,
    bundleMap: traced.map,
    folder: report.folder,
    env: {},
    probe: "lines",
    variant: {},
    timeoutMs: options.timeoutMs ?? 60_000,
    warmup: options.warmup ?? 0,
    trace: {
      program: traced.program,
      code: traced.code,
      instrumentation,
    },
  } as const;
  return processExecutor.run(spec, new AbortController().signal);
}

/** Finds what was alive at the peaks of one cell's regions, as a render does for a cell with the probes `peak` and `lines`. */
export async function tracePeakOf(code: string, { node, files = {} }: TraceRunOptions = {}): Promise<Trial> {
  const folder = makeReportFolder();
  const report = folder.report(cell("a", code));
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  const [only] = report.cells;
  if (only === undefined) throw new Error("the report has no cell");
  const traced = await bundleInstrumented(report, only, { params: {}, results: new Map() }, [], "tracker", true);
  const bundlePath = join(folder.folder, "traced.mjs");
  writeFileSync(bundlePath, traced.code);
  const spec = {
    node: node ?? process.execPath,
    flags: trialFlags("at-peak", []),
    bundlePath,
    bundleMap: traced.map,
    folder: report.folder,
    env: {},
    probe: "at-peak",
    variant: {},
    timeoutMs: 60_000,
    trace: { program: traced.program, code: traced.code, instrumentation: { engine: "tracker" } },
  } as const;
  return tracePeak(processExecutor, spec, new AbortController().signal);
}

/** The profile of a region. @throws where the trial failed, with its failure, or where there is none */
export function profileOf(trial: Trial, region = ""): LineProfile {
  if (trial.failure !== null) throw new Error(`the trial failed: ${JSON.stringify(trial.failure)}`);
  const profile = trial.lineProfiles.find((each) => each.region === region);
  if (profile === undefined) throw new Error(`no profile of the region "${region}"`);
  return profile;
}

/** The line of a file that contains a text, as it was measured; zeros where it has allocated nothing. */
export function lineWith(profile: LineProfile, text: string): LineAllocation {
  for (const [file, lines] of Object.entries(profile.sources)) {
    const index = lines.findIndex((line) => line.includes(text));
    if (index < 0) continue;
    const found = profile.lines.find((each) => each.file === file && each.line === index + 1);
    const none = { liveBytes: 0, liveObjects: 0, allocatedBytes: 0, allocations: 0, functionLevelBytes: 0 };
    return found ?? { file, line: index + 1, ...none };
  }
  throw new Error(`no line has ${text}`);
}
