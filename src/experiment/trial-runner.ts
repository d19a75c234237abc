import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import { UserError } from "../errors.ts";
import type { Environment, Trial } from "../model/report-results.ts";
import { inputReads } from "../process/input-reads.ts";
import { notRun } from "../process/trial-executor.ts";
import { hasFailed, readsOf, variantSets } from "../results/variant-result.ts";
import { createEnvironmentReader } from "../runtimes/environment.ts";
import { isMissing } from "../runtimes/find-python.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import { sha256 } from "../store/hash.ts";
import { notWritable, STORE_FOLDER } from "../store/store-folder.ts";
import { type CellBundles, executedBundle } from "./cell-bundles.ts";
import { type ExecutionOptions, pythonFor, runtimeFor } from "./execution-options.ts";
import { measureTrial } from "./measure-trial.ts";
import { countKnown, type PartialSet } from "./partial-sets.ts";
import { probeSetup } from "./probe-flags.ts";
import { Scheduler } from "./scheduler.ts";

/** Number and total duration of the trials of a cell that ran. */
export interface RanTrials {
  readonly trials: number;
  readonly durationMs: number;
}

/** The sets of a cell that run together, and the bundles that they run. */
interface Batch {
  readonly cell: Cell;
  readonly bundles: CellBundles;
  readonly sets: readonly PartialSet[];
}

/** The error for a report whose folder, the working folder of its processes, is gone. */
function reportGone({ file, folder }: Report): UserError {
  return new UserError(`the folder of the report was removed while its cells ran: ${folder}`, {
    code: "report-removed",
    position: { file, line: 1 },
    hint: "Completed trials are stored. Put the folder back and render again.",
  });
}

/** The error for a runtime that is gone, as after `heapbook clean --runtimes`. */
function runtimeGone({ spec, path }: Runtime): UserError {
  return new UserError(`the runtime \`${spec}\` was removed while cells ran in it: ${path}`, {
    code: "runtime-not-found",
    hint: "Completed trials are stored. Install the runtime again, then render again.",
  });
}

/** Runs the missing trials of a report, and stores each completed trial at once. */
export class TrialRunner {
  readonly #report: Report;
  readonly #options: ExecutionOptions;
  readonly #scheduler: Scheduler;
  readonly #environment: ReturnType<typeof createEnvironmentReader>;
  readonly #bundleFolder: string;
  /** Paths of the bundles written so far. */
  readonly #written = new Set<string>();
  readonly #ranByCell = new Map<string, RanTrials>();

  constructor(report: Report, options: ExecutionOptions) {
    this.#report = report;
    this.#options = options;
    this.#scheduler = new Scheduler(options.jobs);
    this.#environment = createEnvironmentReader(report.folder);
    // One for each run: a program may render several reports at once.
    this.#bundleFolder = join(options.root, STORE_FOLDER, `run-${process.pid}-${randomUUID().slice(0, 8)}`);
  }

  /** Trials that ran so far, by label of the cell; cells without any are not in the map. */
  get ranByCell(): ReadonlyMap<string, RanTrials> {
    return this.#ranByCell;
  }

  /** Removes the written bundles. Call it after all processes have ended. */
  close(): void {
    if (this.#written.size > 0) rmSync(this.#bundleFolder, { recursive: true, force: true });
  }

  /**
   * Runs the missing trials of the sets of a cell. `output` trials run first: they show which files the cell reads, and whether
   * the cell completes.
   * @throws UserError `store-not-writable`; the signal's reason when interrupted, after completed trials are stored
   */
  async runMissing(cell: Cell, bundles: CellBundles, sets: readonly PartialSet[]): Promise<void> {
    const missing = sets.filter((set) => countKnown(set) < set.trials);
    if (missing.length === 0) return;
    const batch = { cell, bundles, sets };
    const isOutput = (set: PartialSet): boolean => set.probe === "output";
    await this.#runInterleaved({ ...batch, sets: missing.filter(isOutput) }, missing.filter(isOutput));
    // Trials of a variant whose output failed are dropped one by one in #runOne.
    await this.#runInterleaved(
      batch,
      missing.filter((set) => !isOutput(set)),
    );
  }

  /** Runs the first trials of all variants before any second one, so that slow changes of the machine affect all alike. */
  async #runInterleaved(batch: Batch, missing: readonly PartialSet[]): Promise<void> {
    const tasks: Promise<void>[] = [];
    const most = Math.max(0, ...missing.map((set) => set.trials));
    for (let trial = 1; trial <= most; trial++) {
      for (const set of missing) {
        if (trial > set.trials || trial <= countKnown(set)) continue;
        const run = (): Promise<void> => this.#runOne(batch, set, trial);
        tasks.push(this.#scheduler.add({ timed: probeSetup(set.probe).timed && this.#options.draft !== true, run }));
      }
    }
    const settled = await Promise.allSettled(tasks);
    for (const task of settled) if (task.status === "rejected") throw task.reason;
  }

  async #runOne(batch: Batch, set: PartialSet, trial: number): Promise<void> {
    const { cell, sets } = batch;
    const { onProgress, signal, store } = this.#options;
    const place = { label: cell.label, variant: set.variant, probe: set.probe, trial, trials: set.trials };
    signal.throwIfAborted();
    if (hasFailed(variantSets(sets, set.variant))) {
      onProgress({ type: "dropped", label: cell.label, trials: 1 });
      return;
    }
    onProgress({ type: "trial-started", ...place });
    const environment = set.trialSet?.environment ?? this.#readEnvironment(set);
    const result = await this.#measure(batch, set);
    const ran = this.#ranByCell.get(cell.label) ?? { trials: 0, durationMs: 0 };
    this.#ranByCell.set(cell.label, { trials: ran.trials + 1, durationMs: ran.durationMs + result.durationMs });
    const reads = inputReads(result.reads, this.#report.folder);
    const trials = [...(set.trialSet?.trials ?? []), { ...result, reads }];
    set.trialSet = { probe: set.probe, fingerprint: set.fingerprint, flags: set.flags, environment, trials };
    store.save(set.trialSet, readsOf(variantSets(sets, set.variant)));
    onProgress({ type: "trial-ended", ...place, durationMs: result.durationMs, failure: result.failure });
  }

  #readEnvironment({ runtime, python }: PartialSet): Environment {
    const found = python === undefined ? undefined : pythonFor(this.#options, python);
    const name = found === undefined || isMissing(found) ? undefined : found.name;
    return this.#environment(runtimeFor(this.#options, runtime), name);
  }

  /** Runs one trial, of one or more processes. */
  async #measure({ cell, bundles }: Batch, set: PartialSet): Promise<Trial> {
    const { executor, signal } = this.#options;
    const python = set.python === undefined ? undefined : pythonFor(this.#options, set.python);
    if (python !== undefined && isMissing(python)) {
      const { code, message, hint } = python;
      return notRun({ kind: "no-interpreter", code, message, hint });
    }
    const runtime = runtimeFor(this.#options, set.runtime);
    const bundle = await executedBundle(bundles, set);
    const spec = {
      node: runtime.path,
      semiSpaceLimitBytes: runtime.semiSpaceLimitBytes,
      flags: set.flags,
      bundlePath: this.#writeBundle(bundle),
      bundleMap: bundle.map,
      folder: this.#report.folder,
      env: cell.options.env,
      probe: set.probe,
      variant: set.variant,
      warmup: cell.options.warmup,
      timeoutMs: cell.options.timeoutMs,
      ...("program" in bundle && set.instrumentation !== undefined
        ? { trace: { program: bundle.program, code: bundle.code, instrumentation: set.instrumentation } }
        : {}),
      ...(python === undefined ? {} : { python: { ...python, firstLine: cell.sourceLine } }),
    };
    const trial = await measureTrial(executor, spec, signal, set.conditions);
    if (!existsSync(this.#report.folder)) throw reportGone(this.#report);
    if (trial.failure?.kind === "spawn" && !existsSync(runtime.path)) throw runtimeGone(runtime);
    // The process may not have found its code: whoever removes `.heapbook` meanwhile has caused the failure, not the cell.
    if (trial.failure === null || existsSync(spec.bundlePath)) return trial;
    return measureTrial(executor, { ...spec, bundlePath: this.#writeBundle(bundle) }, signal, set.conditions);
  }

  /** @throws UserError `store-not-writable` */
  #writeBundle({ code }: Pick<Bundle, "code">): string {
    const path = join(this.#bundleFolder, `${sha256(code).slice(0, 16)}.mjs`);
    // `heapbook clean` of another terminal may have removed the folder meanwhile.
    if (this.#written.has(path) && existsSync(path)) return path;
    try {
      mkdirSync(this.#bundleFolder, { recursive: true });
      writeFileSync(path, code);
    } catch (error) {
      throw notWritable(this.#options.root, error);
    }
    this.#written.add(path);
    return path;
  }
}
