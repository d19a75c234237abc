import { createServer } from "node:net";
import { bundleCell } from "../bundle/bundle-cell.ts";
import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import { didYouMean, UserError, UserErrors } from "../errors.ts";
import { bundleReport } from "../experiment/bundle-report.ts";
import { executeReport } from "../experiment/execute-report.ts";
import { type PlannedSet, planCell } from "../experiment/trial-plan.ts";
import type { Failure } from "../model/report-results.ts";
import type { ResultModule } from "../model/result-module.ts";
import type { VariantParams } from "../model/values.ts";
import { processExecutor } from "../process/run-trial.ts";
import type { DebugSpec } from "../process/trial-executor.ts";
import { toResultModule } from "../results/result-module.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import { openStore } from "../store/store.ts";
import { prepareStore } from "../store/store-folder.ts";
import { openTextCache } from "../store/text-cache.ts";
import { findPythons } from "./checks/pythons.ts";
import { findRuntimes } from "./checks/runtimes.ts";
import { writeDebugBundle } from "./debug-bundles.ts";
import { readReport } from "./read.ts";

/** Default port at which chrome://inspect looks for processes. */
export const INSPECTOR_PORT = 9229;

export interface InspectOptions {
  /** Absolute path of report.md. */
  readonly path: string;
  /** Working folder; paths in messages are relative to it. */
  readonly root: string;
  /** Folder that holds `.heapbook`. */
  readonly storeRoot: string;
  /** Label of the cell. */
  readonly label: string;
  /** Parameters of the command line, `-P name:value`. */
  readonly params: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /**
   * Called when the process is about to start. `variants`: number of the cell's variants, of which the first one runs.
   */
  readonly onStart: (start: { port: number; variant: VariantParams; variants: number }) => void;
  readonly onOutput: DebugSpec["onOutput"];
  readonly onWarning: (message: string) => void;
}

/**
 * Runs the `output` trial of one cell, first variant, in a process that waits for a debugger (`node --inspect-brk`). The bundle
 * is written to `.heapbook/bundles` with a `debugger` statement at its start: after the debugger has attached, resuming once stops
 * at the cell. Results that the cell imports are taken from the store. Nothing is stored, and there is no timeout.
 *
 * @returns why the trial failed, or null
 * @throws UserError `unknown-cell`, `cell-not-inspectable`, `result-not-stored`; errors of the report as a render throws them;
 *   the signal's reason when interrupted
 */
export async function inspectCell(options: InspectOptions): Promise<Failure | null> {
  const { storeRoot: root, signal } = options;
  const report = readReport(options.path, options, options.params);
  const cell = findCell(report, options.label);
  prepareStore(root);
  const found = await findRuntimes(report, root, openTextCache(root, options.onWarning));
  if (found.missing.size > 0) throw new UserErrors([...found.missing.values()]);
  const bundles = await bundleReport(report, report.frontMatter.params);
  const results = await storedResults(report, cell, bundles, found.runtimes, options);
  const bundle = await bundleCell(report, cell, { params: report.frontMatter.params, results });
  const code = `debugger; ${bundle.code}`; // on the first line, so that the source map stays right
  const bundlePath = writeDebugBundle(root, report, cell.label, { code, map: bundle.map });
  const sets = planCell(cell).filter(({ probe }) => probe === "output");
  const [set] = sets;
  const runtime = set === undefined ? undefined : found.runtimes.get(set.runtime);
  if (set === undefined || runtime === undefined) throw new Error(`no output trial is planned for ${cell.label}`);
  const port = (await isFree(INSPECTOR_PORT)) ? INSPECTOR_PORT : await freePort();
  options.onStart({ port, variant: set.variant, variants: sets.length });
  const spec = { ...processOf(report, cell, set, runtime), bundlePath, bundleMap: bundle.map };
  const trial = await processExecutor.run({ ...spec, debug: { port, onOutput: options.onOutput } }, signal);
  return trial.failure;
}

/** Finds a cell that can be inspected, by its label. @throws UserError `unknown-cell`, `cell-not-inspectable` */
function findCell(report: Report, label: string): Cell {
  const cell = report.cells.find((each) => each.label === label);
  if (cell === undefined) {
    const known = report.cells.map((each) => each.label);
    throw new UserError(`Unknown cell \`${label}\` in ${report.file}.`, {
      code: "unknown-cell",
      hint: didYouMean(label, known, "cells"),
    });
  }
  const reason = !cell.options.eval
    ? "it is never run (`eval: false`)"
    : cell.language === "python" || cell.language === "vega-lite"
      ? `it is a ${cell.language} cell, which Node does not run`
      : undefined;
  if (reason === undefined) return cell;
  throw new UserError(`Cell \`${label}\` cannot be inspected: ${reason}.`, {
    code: "cell-not-inspectable",
    position: cell.position,
    hint: "Name a `js` or `ts` cell that runs.",
  });
}

/** The stored results that a cell imports, by label. @throws UserError `result-not-stored` */
async function storedResults(
  report: Report,
  cell: Cell,
  bundles: ReadonlyMap<string, Bundle>,
  runtimes: ReadonlyMap<string, Runtime>,
  { storeRoot: root, signal, onWarning }: InspectOptions,
): Promise<ReadonlyMap<string, ResultModule>> {
  const imported = bundles.get(cell.label)?.resultImports ?? [];
  if (imported.length === 0) return new Map();
  const needed = withUpstream(imported, bundles);
  const { results } = await executeReport(report, new Map([...bundles].filter(([label]) => needed.has(label))), {
    params: report.frontMatter.params,
    store: openStore(root, { base: report.folder, params: report.frontMatter.params, onWarning }),
    executor: processExecutor,
    runtimes,
    pythons: await findPythons(report, openTextCache(root, onWarning)),
    root,
    jobs: 1,
    trials: undefined,
    mode: "stored",
    signal,
    onProgress: () => {},
  });
  const completed = results.cells.filter(({ label, state }) => imported.includes(label) && state === "completed");
  const missing = imported.filter((label) => !completed.some((each) => each.label === label));
  if (missing.length > 0) {
    const names = missing.map((label) => `\`${label}\``).join(", ");
    throw new UserError(`Cell \`${cell.label}\` imports the result of ${names}, which is not stored.`, {
      code: "result-not-stored",
      position: cell.position,
      hint: "Run `heapbook render` first, with the same parameters.",
      exitCode: 1,
    });
  }
  return new Map(completed.map((result) => [result.label, toResultModule(result)]));
}

/** The labels, and the labels of all cells whose results they need, directly or through others. */
function withUpstream(labels: readonly string[], bundles: ReadonlyMap<string, Bundle>): ReadonlySet<string> {
  const needed = new Set<string>();
  const visit = (label: string): void => {
    if (needed.has(label)) return;
    needed.add(label);
    for (const each of bundles.get(label)?.resultImports ?? []) visit(each);
  };
  for (const label of labels) visit(label);
  return needed;
}

function processOf(report: Report, cell: Cell, set: PlannedSet, runtime: Runtime) {
  const { env, warmup, timeoutMs } = cell.options;
  const { flags, probe, variant } = set;
  return { node: runtime.path, flags, folder: report.folder, env, probe, variant, warmup, timeoutMs };
}

function isFree(port: number): Promise<boolean> {
  return listenOn(port).then(
    () => true,
    () => false,
  );
}

const freePort = (): Promise<number> => listenOn(0);

/** Checks that a port of 127.0.0.1 is free. @returns the port; for 0 a free one that the system chooses */
function listenOn(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}
