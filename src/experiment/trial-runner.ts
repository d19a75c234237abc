import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import { formatPosition, UserError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import { ALWAYS_INHERITED, MAY_START, type Observation } from "../model/observations.ts";
import type { Environment, Trial } from "../model/report-results.ts";
import { placeClaims } from "../process/claim-places.ts";
import { inputReads, nameInput } from "../process/input-reads.ts";
import { type ExecutedTrial, notRun } from "../process/trial-executor.ts";
import { hasFailed, variantSets } from "../results/variant-result.ts";
import { createEnvironmentReader } from "../runtimes/environment.ts";
import { isMissing } from "../runtimes/find-python.ts";
import type { Runtime } from "../runtimes/find-runtime.ts";
import { hashInputs } from "../store/declared-inputs.ts";
import type { InputHash } from "../store/fingerprint.ts";
import { sha256 } from "../store/hash.ts";
import { observe, observeNative, sortObserved } from "../store/observations.ts";
import { notWritable, STORE_FOLDER } from "../store/store-folder.ts";
import { isOfParameters, observeParameter } from "../store/used-parameters.ts";
import { openWholeOutputs } from "../store/whole-outputs.ts";
import { bundleOf, type CellBundles, executedBundle, parserFailure } from "./cell-bundles.ts";
import { type ExecutionOptions, pythonFor, runtimeFor } from "./execution-options.ts";
import { measureTrial } from "./measure-trial.ts";
import { countKnown, type PartialSet } from "./partial-sets.ts";
import { probeSetup } from "./probe-flags.ts";
import { groupVariants, planRehearsal } from "./rehearsal.ts";
import { Scheduler } from "./scheduler.ts";
import { isReadOfPath, observeWritten } from "./written-files.ts";

/** Number and total duration of the trials of a cell that ran. */
export interface RanTrials {
  readonly trials: number;
  readonly durationMs: number;
}

/** Sets of one cell that run together, and the cell's bundles. */
interface Batch {
  readonly cell: Cell;
  readonly bundles: CellBundles;
  readonly sets: readonly PartialSet[];
  /** Variants whose observed files or values have changed since. Key: the variant; value: what changed, in words. */
  readonly stale: Map<string, string>;
  /** Whether this is the last attempt, in which trials of stale variants run too. */
  readonly isLast: boolean;
}

/** A trial that runs, or has run, in this render. */
interface RunTrial {
  readonly label: string;
  readonly set: PartialSet;
  readonly done: Promise<ExecutedTrial>;
  /** Result of the trial; undefined while it runs. */
  result: Trial | undefined;
}

/**
 * Largest number of times that the trials of a variant run, the first included: they run again if a file that they read
 * changes meanwhile.
 */
const MOST_ATTEMPTS = 3;

/** The error for a report whose folder was removed. The folder is the working directory of the report's processes. */
function reportGone({ file, folder }: Report): UserError {
  return new UserError(`The folder of the report was removed while its cells ran: ${folder}.`, {
    code: "report-removed",
    position: { file, line: 1 },
    hint: "Completed trials are stored. Put the folder back and render again.",
  });
}

/** The error for a runtime that was removed during the run, as by `heapbook clean --runtimes`. */
function runtimeGone({ spec, path }: Runtime): UserError {
  return new UserError(`The runtime \`${spec}\` was removed while cells ran in it: ${path}.`, {
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
  /** Labels of cells about which a warning was printed already. */
  readonly #warned = new Set<string>();
  readonly #ranByCell = new Map<string, RanTrials>();
  /** Absolute paths that cells wrote in this render, by label. */
  readonly #writtenBy = new Map<string, Set<string>>();
  /** Trials that ran in this render, by fingerprint and trial number. */
  readonly #measured = new Map<string, RunTrial>();

  constructor(report: Report, options: ExecutionOptions) {
    this.#report = report;
    this.#options = options;
    this.#scheduler = new Scheduler(options.jobs);
    this.#environment = createEnvironmentReader(report.folder);
    // A new folder for each run, because a program may render several reports at once.
    this.#bundleFolder = join(options.root, STORE_FOLDER, `run-${process.pid}-${randomUUID().slice(0, 8)}`);
  }

  /** Trials that ran so far, by label of the cell; cells without any are not in the map. */
  get ranByCell(): ReadonlyMap<string, RanTrials> {
    return this.#ranByCell;
  }

  /**
   * Whether trials of a cell read a file that another cell has changed since. Such cells depend on each other through a
   * file, which the report need not declare, so the reading cell may have run first.
   */
  async isOvertaken(label: string, sets: readonly PartialSet[]): Promise<boolean> {
    const written = [...this.#writtenBy].flatMap(([by, paths]) => (by === label ? [] : [...paths]));
    if (written.length === 0) return false;
    const { folder } = this.#report;
    const isWritten = (name: string): boolean => {
      const path = resolve(folder, name);
      return written.some((each) => each === path || each.startsWith(path + sep) || path.startsWith(each + sep));
    };
    const isTouched = ({ kind, name }: Observation): boolean => isReadOfPath({ kind }) && isWritten(name);
    // All sets of a cell have the same inputs.
    const [{ declared, parts } = { declared: [], parts: { inputs: [] } }] = sets;
    const ofOthers = (inputs: readonly InputHash[]): string =>
      JSON.stringify(inputs.filter(({ path }) => isWritten(path)));
    if (ofOthers(await hashInputs(folder, declared)) !== ofOthers(parts.inputs)) return true;
    return sets.some(
      ({ notStored, observed }) =>
        notStored === undefined && this.#options.store.changedOf(observed.filter(isTouched)).length > 0,
    );
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
    for (let attempt = 1; ; attempt++) {
      const stale = new Map<string, string>();
      await this.#runAll({ cell, bundles, sets, stale, isLast: attempt === MOST_ATTEMPTS });
      if (stale.size === 0) return;
      if (attempt === MOST_ATTEMPTS) {
        this.#warnOfChanges(cell, [...new Set(stale.values())]);
        for (const set of sets) {
          const changed = stale.get(JSON.stringify(set.variant));
          if (changed !== undefined) set.notStored = changed;
        }
        return;
      }
      for (const set of sets.filter(({ variant }) => stale.has(JSON.stringify(variant)))) {
        set.trialSet = undefined;
        set.observed = [];
      }
    }
  }

  /**
   * Runs the missing trials once. If the output trial of a variant failed, `#runOne` drops the variant's other trials.
   */
  async #runAll(batch: Batch): Promise<void> {
    const missing = batch.sets.filter((set) => countKnown(set) < set.trials);
    const isOutput = (set: PartialSet): boolean => set.probe === "output";
    await this.#runInterleaved(batch, missing.filter(isOutput));
    await Promise.all(groupVariants(missing).map((own) => this.#rehearse(batch, own)));
    await this.#runInterleaved(
      batch,
      missing.filter((set) => !isOutput(set)),
    );
  }

  /**
   * Warns, once for each cell, that the cell may read files unobserved. A cell with the option `inputs` is not warned
   * about.
   */
  #warnOfUnobserved({ label, position, options: { inputs, cache } }: Cell, unobserved: readonly string[] = []): void {
    if (unobserved.length === 0 || inputs.length > 0 || !cache || this.#warned.has(label)) return;
    this.#warned.add(label);
    this.#options.onWarning?.(
      `${formatPosition(position)}: the cell \`${label}\` uses ${unobserved.join(", ")}: reads that cannot be observed. Declare the ` +
        "files as `inputs`, or set `cache: false`; otherwise a change of them does not run the cell again.",
    );
  }

  #warnOfChanges({ label, position }: Cell, changed: readonly string[]): void {
    const what = changed.join(", ");
    this.#options.onWarning?.(
      `${formatPosition(position)}: ${what} changed each time while the cell \`${label}\` ran, so its results are of different ` +
        "contents and are not stored. A cell that writes what it reads runs again in every render: write to another file.",
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
    const { cell, sets, stale, isLast } = batch;
    const { onProgress, signal, store } = this.#options;
    const place = { label: cell.label, variant: set.variant, probe: set.probe, trial, trials: set.trials };
    signal.throwIfAborted();
    const key = JSON.stringify(set.variant);
    if ((stale.has(key) && !isLast) || hasFailed(variantSets(sets, set.variant))) {
      onProgress({ type: "dropped", label: cell.label, trials: 1 });
      return;
    }
    if (await this.#share(batch, set, trial)) return;
    onProgress({ type: "trial-started", ...place });
    const environment = set.trialSet?.environment ?? this.#readEnvironment(set);
    const measuring = this.#measure(batch, set);
    const run: RunTrial = { label: cell.label, set, done: measuring, result: undefined };
    this.#measured.set(`${set.fingerprint} ${trial}`, run);
    const result = await measuring;
    const ran = this.#ranByCell.get(cell.label) ?? { trials: 0, durationMs: 0 };
    this.#ranByCell.set(cell.label, { trials: ran.trials + 1, durationMs: ran.durationMs + result.durationMs });
    const { observed, written, unobserved, wholes, ...kept } = result;
    if (wholes !== undefined && wholes.size > 0) openWholeOutputs(this.#options.root).keep(wholes);
    this.#warnOfUnobserved(cell, unobserved);
    const paths = this.#writtenBy.get(cell.label) ?? new Set();
    for (const path of written ?? []) paths.add(path);
    if (paths.size > 0) this.#writtenBy.set(cell.label, paths);
    const reads = inputReads(kept.reads, this.#report.folder, this.#options.root);
    run.result = { ...kept, reads };
    const trials = [...(set.trialSet?.trials ?? []), run.result];
    set.trialSet = { probe: set.probe, fingerprint: set.fingerprint, flags: set.flags, environment, trials };
    // Every trial writes its files again. A trial of a measuring probe does not observe reads, so its files are checked
    // here.
    const left = observeWritten([...paths], this.#report.folder, this.#options.root);
    const before = set.observed.filter(({ kind }) => kind !== "written");
    set.observed = sortObserved([...before, ...this.#observe(cell, set.flags, observed, reads), ...left]);
    // Trials with different inputs must not be mixed: if anything observed so far has changed, all trials of the
    // variant run again.
    const all = variantSets(sets, set.variant).flatMap((each) => each.observed);
    const changed = result.failure === null ? store.changedOf(all) : [];
    if (changed.length > 0) stale.set(key, changed.join(", "));
    else store.save(set.trialSet, all);
    onProgress({ type: "trial-ended", ...place, durationMs: result.durationMs, failure: result.failure });
  }

  /**
   * Observes what the measured trials of a variant read and its `output` trial does not: in later calls, and where the cell has metrics.
   *
   * @param sets of the variant that have trials to run
   */
  async #rehearse(batch: Batch, sets: readonly PartialSet[]): Promise<void> {
    const { cell, bundles, stale, isLast } = batch;
    const [first] = sets;
    if (first === undefined || first.python !== undefined) return;
    const isStale = stale.has(JSON.stringify(first.variant)) && !isLast;
    if (isStale || hasFailed(variantSets(batch.sets, first.variant))) return;
    const probes = sets.map(({ probe }) => probe);
    const rehearsed = planRehearsal(cell, bundles.plain.code, probes);
    const output = variantSets(batch.sets, first.variant).find(({ probe }) => probe === "output");
    if (rehearsed === undefined || output === undefined) return;
    const run = async (): Promise<void> => {
      const { observed, written = [] } = await this.#measure(batch, output, rehearsed);
      const all = this.#observe(cell, output.flags, observed ?? [], []);
      for (const set of sets.filter(({ probe }) => probe !== "output"))
        set.observed = sortObserved([...set.observed, ...all]);
      const paths = this.#writtenBy.get(cell.label) ?? new Set();
      this.#writtenBy.set(cell.label, new Set([...paths, ...written]));
    };
    await this.#scheduler.add({ timed: false, run });
  }

  /**
   * Reuses the trial of another cell with the same fingerprint that ran, or is running, in this render. In the next
   * render the store would give the trial to both cells, so results must not depend on which ran last. Returns whether
   * a trial was reused: not one that failed, whose inputs have changed, or that printed other positions.
   */
  async #share({ cell, bundles, sets }: Batch, set: PartialSet, trial: number): Promise<boolean> {
    const { onProgress, store } = this.#options;
    const twin = this.#measured.get(`${set.fingerprint} ${trial}`);
    if (twin === undefined || twin.label === cell.label || (await twin.done).failure !== null) return false;
    const shared = twin.set.trialSet;
    if (shared === undefined || twin.result === undefined || store.changedOf(twin.set.observed).length > 0)
      return false;
    // Equal cells at different lines of report.md print different positions.
    if (twin.set.observed.some(({ kind, name, value }) => kind === "place" && set.placeOf(name) !== value))
      return false;
    const trials = [...(set.trialSet?.trials ?? []), ...placeClaims([twin.result], bundleOf(bundles, set).map)];
    set.trialSet = { ...shared, trials };
    set.observed = sortObserved([...set.observed, ...twin.set.observed]);
    store.save(
      set.trialSet,
      variantSets(sets, set.variant).flatMap((each) => each.observed),
    );
    onProgress({ type: "reused", label: cell.label, trials: 1 });
    return true;
  }

  /**
   * Observations of a trial, with names as in results. Variables set by the cell's own options are left out, because
   * the fingerprint has them.
   */
  #observe(
    { language, options }: Cell,
    flags: readonly string[],
    observed: ExecutedTrial["observed"],
    reads: readonly string[],
  ): Observation[] {
    const { folder } = this.#report;
    const seen =
      observed?.map((one) => ({ ...one, name: nameInput(one.name, folder, this.#options.root) })) ??
      reads.map((path) => observe("content", path, folder));
    const known = seen.map((one) => (isOfParameters(one) ? observeParameter(one, this.#options.params) : one));
    const { env, inheritEnv } = options;
    const isInherited = (name: string): boolean =>
      !Object.hasOwn(env, name) && (inheritEnv || ALWAYS_INHERITED.has(name));
    const kept = known.filter(({ kind, name }) =>
      kind === "env" ? isInherited(name) : kind !== "env-names" || inheritEnv,
    );
    return [...kept, ...observeNative(env, { isPython: language === "python", inherits: inheritEnv, folder, flags })];
  }

  #readEnvironment({ runtime, python }: PartialSet): Environment {
    const found = python === undefined ? undefined : pythonFor(this.#options, python);
    const name = found === undefined || isMissing(found) ? undefined : found.name;
    return this.#environment(runtimeFor(this.#options, runtime), name);
  }

  /** Runs one trial, of one or more processes. */
  async #measure({ cell, bundles }: Batch, set: PartialSet, rehearsed?: readonly string[]): Promise<ExecutedTrial> {
    const { executor, signal } = this.#options;
    const python = set.python === undefined ? undefined : pythonFor(this.#options, set.python);
    if (python !== undefined && isMissing(python)) {
      const { code, message, hint } = python;
      return notRun({ kind: "no-interpreter", code, message, hint });
    }
    const runtime = runtimeFor(this.#options, set.runtime);
    const bundle = await executedBundle(bundles, set).catch((error: unknown) => {
      const failure = parserFailure(error);
      if (failure === undefined) throw error;
      return failure;
    });
    if ("kind" in bundle) return notRun(bundle);
    const spec = {
      node: runtime.path,
      semiSpaceLimitBytes: runtime.semiSpaceLimitBytes,
      flags: set.flags,
      bundlePath: this.#writeBundle(bundle),
      bundleMap: bundle.map,
      startsProcesses: MAY_START.test(bundle.code),
      folder: this.#report.folder,
      env: cell.options.env,
      inheritEnv: cell.options.inheritEnv,
      probe: set.probe,
      variant: set.variant,
      warmup: cell.options.warmup,
      timeoutMs: cell.options.timeoutMs,
      ...(rehearsed === undefined ? {} : { rehearsed }),
      ...("program" in bundle && set.instrumentation !== undefined
        ? { trace: { program: bundle.program, code: bundle.code, instrumentation: set.instrumentation } }
        : {}),
      ...(python === undefined ? {} : { python: { ...python, firstLine: cell.sourceLine } }),
    };
    const trial = await measureTrial(executor, spec, signal, set.conditions);
    if (!existsSync(this.#report.folder)) throw reportGone(this.#report);
    if (trial.failure?.kind === "spawn" && !existsSync(runtime.path)) throw runtimeGone(runtime);
    // The bundle's file may have been missing: then whoever removed `.heapbook` meanwhile caused the failure, and the
    // trial runs again.
    if (trial.failure === null || existsSync(spec.bundlePath)) return trial;
    return measureTrial(executor, { ...spec, bundlePath: this.#writeBundle(bundle) }, signal, set.conditions);
  }

  /** Writes the text of a bundle to a file and returns its path. @throws UserError `store-not-writable` */
  #writeBundle({ code }: Pick<Bundle, "code">): string {
    const path = join(this.#bundleFolder, `${sha256(code).slice(0, 16)}.mjs`);
    // `heapbook clean` in another terminal may have removed the folder meanwhile.
    if (this.#written.has(path) && existsSync(path)) return path;
    try {
      makeFolder(this.#bundleFolder);
      writeFileSync(path, code);
    } catch (error) {
      throw notWritable(this.#options.root, error);
    }
    this.#written.add(path);
    return path;
  }
}
