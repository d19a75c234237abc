import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleCell } from "./bundle/bundle.ts";
import { checkOrder } from "./bundle/order.ts";
import type { Bundle, BundleCache } from "./bundle/types.ts";
import type { Cell, Report } from "./document/types.ts";
import { formatPosition, type UserError, UserErrors } from "./errors.ts";
import { placeClaims } from "./experiment/claims.ts";
import type { Executor } from "./experiment/executor.ts";
import { foundMinHeap, heapFlag, searchMinHeap } from "./experiment/min-heap.ts";
import { isSearchOf, type PlannedSet, planCell, planSearches } from "./experiment/plan.ts";
import { probeSetup } from "./experiment/probe-flags.ts";
import type { ProgressListener } from "./experiment/progress.ts";
import { inputReads } from "./experiment/reads.ts";
import type { Runtime } from "./experiment/runtimes.ts";
import { Scheduler } from "./experiment/scheduler.ts";
import type { ResultModule, Scalar } from "./harness/protocol.ts";
import { drawConclusions, leaveOut } from "./results/conclusions.ts";
import { createEnvironmentReader } from "./results/environment.ts";
import { fingerprint, type RuntimeIdentity } from "./results/fingerprint.ts";
import { sha256 } from "./results/hash.ts";
import { hashInputs } from "./results/inputs.ts";
import { toResultModule } from "./results/result-module.ts";
import { type CellResult, type ReportResults, SCHEMA_VERSION, type TrialSet } from "./results/schema.ts";
import type { Store } from "./results/store.ts";
import { notWritable, STORE_FOLDER } from "./results/store-folder.ts";
import { hasFailed, readsOf, toVariantResult, variantSets } from "./results/variant-result.ts";

export interface ExecutionOptions {
  /** Parameters of the report, overrides applied. */
  readonly params: Readonly<Record<string, Scalar>>;
  readonly store: Store;
  readonly executor: Executor;
  /** Where bundles are kept. */
  readonly bundleCache?: BundleCache;
  /** The interpreters of the cells, by what the report calls them. */
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** Where `.heapbook` is. */
  readonly root: string;
  /** Untimed trials that run side by side. */
  readonly jobs: number;
  /** Trials of each probe, in place of what the report says. */
  readonly trials: number | undefined;
  /** `stored`: run nothing. `refresh`: run all, reuse nothing. */
  readonly mode: "reuse" | "refresh" | "stored";
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
  /** Told each cell's result as soon as it is there. */
  readonly onResult?: (result: CellResult) => void;
}

export interface Execution {
  readonly results: ReportResults;
  readonly ranTrials: number;
  readonly reusedTrials: number;
  /** Labels of cells of which something ran. */
  readonly ranCells: ReadonlySet<string>;
}

/** A planned set with what is known of it so far. */
interface LiveSet extends PlannedSet {
  readonly fingerprint: string;
  trialSet: TrialSet | undefined;
}

/** Bundles every code cell, so that all that is wrong with their imports is said before anything runs. */
export async function bundleReport(
  report: Report,
  params: Readonly<Record<string, Scalar>>,
  cache?: BundleCache,
): Promise<ReadonlyMap<string, Bundle>> {
  const code = report.cells.filter((cell) => cell.language !== "vega-lite" && cell.options.eval);
  const settled = await Promise.allSettled(
    code.map((cell) =>
      bundleCell(report, cell, { params, results: new Map(), ...(cache === undefined ? {} : { cache }) }),
    ),
  );
  const errors = settled.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof UserErrors) return result.reason.errors;
    throw result.reason;
  });
  if (errors.length > 0) throw new UserErrors(distinct(errors));
  const bundles = new Map(
    settled.flatMap((result) => (result.status === "fulfilled" ? [[result.value.label, result.value] as const] : [])),
  );
  checkOrder(report, bundles);
  return bundles;
}

/** One mistake in a module or a cell that several cells contain is one error, not one for each of them. */
function distinct(errors: readonly UserError[]): UserError[] {
  const byMistake = new Map<string, UserError>();
  for (const error of errors) {
    const place = error.position === undefined ? "" : formatPosition(error.position);
    const key = `${error.code} ${place} ${error.message.replace(/^cell `[^`]*`/, "")}`;
    if (!byMistake.has(key)) byMistake.set(key, error);
  }
  return [...byMistake.values()];
}

/**
 * Runs the cells of a report, or takes what is stored: each cell as soon as the results it imports are there.
 * Every trial that ends well is stored at once. A cell that fails does not stop the others.
 * @throws the signal's reason when interrupted; what had finished is stored.
 */
export async function executeReport(
  report: Report,
  bundles: ReadonlyMap<string, Bundle>,
  options: ExecutionOptions,
): Promise<Execution> {
  const run = new ReportRun(report, bundles, options);
  return run.execute();
}

class ReportRun {
  readonly #report: Report;
  readonly #bundles: ReadonlyMap<string, Bundle>;
  readonly #options: ExecutionOptions;
  readonly #scheduler: Scheduler;
  readonly #environment: ReturnType<typeof createEnvironmentReader>;
  readonly #results = new Map<string, Promise<CellResult>>();
  readonly #modules = new Map<string, ResultModule>();
  readonly #bundleFolder: string;
  readonly #ranByCell = new Map<string, { readonly trials: number; readonly durationMs: number }>();
  #ranTrials = 0;
  #reusedTrials = 0;

  constructor(report: Report, bundles: ReadonlyMap<string, Bundle>, options: ExecutionOptions) {
    this.#report = report;
    this.#bundles = bundles;
    this.#options = options;
    this.#scheduler = new Scheduler(options.jobs);
    this.#environment = createEnvironmentReader(report.folder);
    // One for each run: a program may render several reports at once.
    this.#bundleFolder = join(options.root, STORE_FOLDER, `run-${process.pid}-${randomUUID().slice(0, 8)}`);
  }

  async execute(): Promise<Execution> {
    const { cells } = this.#report;
    const planned = cells
      .filter((cell) => this.#bundles.has(cell.label))
      .flatMap((cell) => [...planSearches(cell, this.#options.trials), ...planCell(cell, this.#options.trials)]);
    this.#options.onProgress({ type: "planned", trials: planned.reduce((sum, set) => sum + set.trials, 0) });
    try {
      // All are waited for, so that no process outlives the render that started it.
      const settled = await Promise.allSettled(cells.map((cell) => this.#resultOf(cell)));
      const results = settled.map((result) => {
        if (result.status === "rejected") throw result.reason;
        return result.value;
      });
      return {
        results: {
          schemaVersion: SCHEMA_VERSION,
          report: { slug: this.#report.slug, title: this.#report.frontMatter.title },
          params: this.#options.params,
          cells: results,
        },
        ranTrials: this.#ranTrials,
        reusedTrials: this.#reusedTrials,
        ranCells: new Set(this.#ranByCell.keys()),
      };
    } finally {
      rmSync(this.#bundleFolder, { recursive: true, force: true });
    }
  }

  #resultOf(cell: Cell): Promise<CellResult> {
    const known = this.#results.get(cell.label);
    if (known !== undefined) return known;
    const result = this.#timeCell(cell);
    this.#results.set(cell.label, result);
    return result;
  }

  async #timeCell(cell: Cell): Promise<CellResult> {
    const result = await this.#executeCell(cell);
    const ran = this.#ranByCell.get(cell.label) ?? { trials: 0, durationMs: 0 };
    this.#options.onProgress({
      type: "cell-ended",
      label: cell.label,
      state: result.state,
      ranTrials: ran.trials,
      durationMs: ran.durationMs,
    });
    this.#options.onResult?.(result);
    return result;
  }

  async #executeCell(cell: Cell): Promise<CellResult> {
    const base = { label: cell.label, language: cell.language, blockedBy: [], variants: [], conclusions: [] };
    const first = this.#bundles.get(cell.label);
    if (first === undefined) return { ...base, state: cell.options.eval ? "completed" : "not-run" };
    const upstream = await Promise.all(
      this.#report.cells.filter((each) => first.resultImports.includes(each.label)).map((each) => this.#resultOf(each)),
    );
    const plan = planCell(cell, this.#options.trials);
    const missing = upstream.filter((result) => result.state !== "completed");
    if (missing.length > 0) {
      this.#options.onProgress({
        type: "dropped",
        label: cell.label,
        trials: plan.reduce((sum, set) => sum + set.trials, 0),
      });
      const isFailure = missing.some((result) => result.state !== "not-run");
      return { ...base, state: isFailure ? "blocked" : "not-run", blockedBy: missing.map((result) => result.label) };
    }
    for (const result of upstream) {
      if (!this.#modules.has(result.label)) this.#modules.set(result.label, toResultModule(result));
    }
    const bundle =
      upstream.length === 0
        ? first
        : await bundleCell(this.#report, cell, {
            params: this.#options.params,
            results: this.#modules,
            ...(this.#options.bundleCache === undefined ? {} : { cache: this.#options.bundleCache }),
          });
    const searches = await this.#open(cell, bundle, planSearches(cell, this.#options.trials));
    if (this.#options.mode !== "stored") await this.#runMissing(cell, bundle, searches);
    const { sized, searched } = this.#sizeHeaps(cell, plan, searches);
    const sets = [...searched, ...(await this.#open(cell, bundle, sized))];
    if (this.#options.mode !== "stored") await this.#runMissing(cell, bundle, sets);
    return this.#conclude(cell, sets);
  }

  /** Gives each multiple of the smallest heap its flag, and each variant the search that it comes from. */
  #sizeHeaps(
    cell: Cell,
    plan: readonly PlannedSet[],
    searches: readonly LiveSet[],
  ): { readonly sized: readonly PlannedSet[]; readonly searched: readonly LiveSet[] } {
    if (searches.length === 0) return { sized: plan, searched: [] };
    const searched = new Map<string, LiveSet>();
    const sized = plan.flatMap((set) => {
      const search = searches.find(({ variant }) => isSearchOf(variant, set.variant));
      if (search === undefined || set.heapMultiple === undefined) return [set];
      searched.set(JSON.stringify(set.variant), { ...search, variant: set.variant });
      const smallest = foundMinHeap(search.trialSet?.trials ?? []);
      if (smallest !== undefined) {
        return [{ ...set, flags: [...set.flags, heapFlag(Math.ceil(smallest * set.heapMultiple))] }];
      }
      this.#options.onProgress({ type: "dropped", label: cell.label, trials: set.trials });
      return [];
    });
    return { sized, searched: [...searched.values()] };
  }

  /** Looks up what is stored of each planned set. */
  async #open(cell: Cell, bundle: Bundle, plan: readonly PlannedSet[]): Promise<LiveSet[]> {
    const inputs = await hashInputs(this.#report.folder, cell.options.inputs);
    return plan.map((set) => {
      const id = fingerprint({
        bundle: bundle.code,
        probe: set.probe,
        flags: set.flags,
        env: cell.options.env,
        params: set.variant,
        warmup: cell.options.warmup,
        ...(set.conditions === undefined ? {} : { conditions: set.conditions }),
        inputs,
        runtime: identify(this.#runtime(set.runtime)),
      });
      const stored = this.#options.mode === "refresh" ? undefined : this.#options.store.load(id);
      const trials = placeClaims(stored?.trials.slice(0, set.trials) ?? [], bundle.map);
      const trialSet = stored === undefined ? undefined : { ...stored, trials };
      const reused = trialSet?.trials.length ?? 0;
      this.#reusedTrials += reused;
      if (reused > 0) this.#options.onProgress({ type: "reused", label: cell.label, trials: reused });
      return { ...set, fingerprint: id, trialSet };
    });
  }

  /** Outputs come first: they tell which files the cell reads, and whether it runs at all. */
  async #runMissing(cell: Cell, bundle: Bundle, sets: readonly LiveSet[]): Promise<void> {
    const isMissing = (set: LiveSet): boolean => (set.trialSet?.trials.length ?? 0) < set.trials;
    if (!sets.some(isMissing)) return;
    const bundlePath = this.#writeBundle(bundle);
    await this.#runInterleaved(
      cell,
      bundle,
      bundlePath,
      sets.filter((set) => set.probe === "output" && isMissing(set)),
    );
    // Those of a variant whose output failed are dropped one by one as their turn comes.
    const probed = sets.filter((set) => set.probe !== "output" && isMissing(set));
    await this.#runInterleaved(cell, bundle, bundlePath, probed, sets);
  }

  /** First trials of all variants before any second one, so that a slow change of the machine falls on all alike. */
  async #runInterleaved(
    cell: Cell,
    bundle: Bundle,
    bundlePath: string,
    sets: readonly LiveSet[],
    all: readonly LiveSet[] = sets,
  ): Promise<void> {
    const tasks: Promise<void>[] = [];
    const most = Math.max(0, ...sets.map((set) => set.trials));
    for (let trial = 1; trial <= most; trial++) {
      for (const set of sets) {
        if (trial > set.trials || trial <= (set.trialSet?.trials.length ?? 0)) continue;
        const run = (): Promise<void> => this.#runOne(cell, bundle, bundlePath, set, trial, all);
        tasks.push(this.#scheduler.add({ timed: probeSetup(set.probe).timed, run }));
      }
    }
    const settled = await Promise.allSettled(tasks);
    for (const task of settled) if (task.status === "rejected") throw task.reason;
  }

  async #runOne(
    cell: Cell,
    bundle: Bundle,
    bundlePath: string,
    set: LiveSet,
    trial: number,
    all: readonly LiveSet[],
  ): Promise<void> {
    const place = { label: cell.label, variant: set.variant, probe: set.probe, trial, trials: set.trials };
    this.#options.signal.throwIfAborted();
    if (hasFailed(variantSets(all, set.variant))) {
      this.#options.onProgress({ type: "dropped", label: cell.label, trials: 1 });
      return;
    }
    this.#options.onProgress({ type: "trial-started", ...place });
    const runtime = this.#runtime(set.runtime);
    const environment = set.trialSet?.environment ?? this.#environment(runtime);
    const { executor, signal } = this.#options;
    const spec = {
      node: runtime.path,
      semiSpaceLimitBytes: runtime.semiSpaceLimitBytes,
      flags: set.flags,
      bundlePath,
      bundleMap: bundle.map,
      folder: this.#report.folder,
      env: cell.options.env,
      probe: set.probe,
      variant: set.variant,
      warmup: cell.options.warmup,
      timeoutMs: cell.options.timeoutMs,
    };
    const result =
      set.probe === "min-heap"
        ? await searchMinHeap(executor, spec, signal, set.conditions)
        : await executor.run(spec, signal);
    this.#ranTrials++;
    const ran = this.#ranByCell.get(cell.label) ?? { trials: 0, durationMs: 0 };
    this.#ranByCell.set(cell.label, { trials: ran.trials + 1, durationMs: ran.durationMs + result.durationMs });
    const reads = inputReads(result.reads, this.#report.folder);
    const trials = [...(set.trialSet?.trials ?? []), { ...result, reads }];
    set.trialSet = { probe: set.probe, fingerprint: set.fingerprint, flags: set.flags, environment, trials };
    this.#options.store.save(set.trialSet, readsOf(variantSets(all, set.variant)));
    this.#options.onProgress({ type: "trial-ended", ...place, durationMs: result.durationMs, failure: result.failure });
  }

  #runtime(spec: string): Runtime {
    const runtime = this.#options.runtimes.get(spec);
    if (runtime === undefined) throw new Error(`the runtime ${spec} was not looked up`);
    return runtime;
  }

  /** @throws UserError `store-not-writable` */
  #writeBundle(bundle: Bundle): string {
    const path = join(this.#bundleFolder, `${sha256(bundle.code).slice(0, 16)}.mjs`);
    try {
      mkdirSync(this.#bundleFolder, { recursive: true });
      writeFileSync(path, bundle.code);
    } catch (error) {
      throw notWritable(this.#options.root, error);
    }
    return path;
  }

  #conclude(cell: Cell, sets: readonly LiveSet[]): CellResult {
    const byVariant = new Map<string, LiveSet[]>();
    for (const set of sets) {
      const key = JSON.stringify(set.variant);
      byVariant.set(key, [...(byVariant.get(key) ?? []), set]);
    }
    const variants = [...byVariant.values()].map(toVariantResult);
    const hasNothing = variants.some((variant) => variant.trialSets.length === 0);
    const failed = variants.some((variant) => variant.failure !== null);
    const state = failed ? "failed" : hasNothing ? "not-run" : "completed";
    const conclusions = leaveOut(drawConclusions({ label: cell.label, variants }), cell.options.silence);
    return { label: cell.label, language: cell.language, state, blockedBy: [], variants, conclusions };
  }
}

function identify({ node, v8, arch, platform, binary }: Runtime): RuntimeIdentity {
  return { node, v8, arch, platform, ...(binary === undefined ? {} : { binary }) };
}
