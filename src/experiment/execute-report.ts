import { bundleCell } from "../bundle/bundle-cell.ts";
import type { Bundle, BundleInput } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import {
  type CellResult,
  type Failure,
  type ReportResults,
  SCHEMA_VERSION,
  type VariantResult,
} from "../model/report-results.ts";
import type { ResultModule } from "../model/result-module.ts";
import { drawConclusions, withoutSilenced } from "../results/draw-conclusions.ts";
import { toResultModule } from "../results/result-module.ts";
import { toVariantResults } from "../results/variant-result.ts";
import type { CellIngredients } from "../store/ingredients.ts";
import { bundleForSets, type CellBundles, parserFailure } from "./cell-bundles.ts";
import type { ExecutionOptions } from "./execution-options.ts";
import { type CellExplanation, explainCell } from "./explain.ts";
import { type FilesOfOthers, findFileSources, findOwnUnwritten, readFilesOfOthers } from "./file-edges.ts";
import { withImportedCaching } from "./imported-caching.ts";
import { cellIngredients, sameSets } from "./ingredients.ts";
import { countKnown, loadSets, type PartialSet, placeLines, sizeHeaps } from "./partial-sets.ts";
import { explainAwaited, lastObservedIn } from "./planned-files.ts";
import { chooseSources } from "./result-sources.ts";
import { type PlannedSet, planCell, planSearches } from "./trial-plan.ts";
import { TrialRunner } from "./trial-runner.ts";
import { findUnwritten } from "./written-files.ts";

export interface Execution {
  readonly results: ReportResults;
  readonly ranTrials: number;
  readonly reusedTrials: number;
  /** The trial sets of each cell that was not blocked, by label. */
  readonly sets: ReadonlyMap<string, readonly PartialSet[]>;
  /** Why the trials of each cell ran or were reused, in the order of the report. Cells without trials are missing. */
  readonly explanations: readonly CellExplanation[];
  /** Labels of the cells of which at least one trial ran. */
  readonly ranCells: ReadonlySet<string>;
}

/**
 * Runs the trials of a report that are not stored. A cell starts as soon as the results that it imports are complete. Each
 * completed trial is stored at once. A cell that fails does not stop the others.
 * @param bundles of the cells to run, by label; other cells have the state `not-run`
 * @throws the signal's reason when interrupted; completed trials are stored
 */
export async function executeReport(
  report: Report,
  bundles: ReadonlyMap<string, Bundle>,
  options: ExecutionOptions,
): Promise<Execution> {
  const execute = (own: typeof bundles, how: ExecutionOptions): Promise<Execution> =>
    new ReportRun(report, own, how).execute();
  if (options.mode !== "stored" || options.frozen === undefined) return execute(bundles, options);
  return execute(bundles, { ...options, sources: await chooseSources(report, bundles, options, execute) });
}

/**
 * Largest number of rounds in which cells that read each other's files run again in one render. This is also the
 * longest chain of such cells that is brought up to date.
 */
const MOST_ROUNDS = 5;

class ReportRun {
  readonly #report: Report;
  readonly #bundles: ReadonlyMap<string, Bundle>;
  readonly #options: ExecutionOptions;
  readonly #runner: TrialRunner;
  readonly #results = new Map<string, Promise<CellResult>>();
  readonly #modules = new Map<string, ResultModule>();
  readonly #explanations = new Map<string, CellExplanation>();
  readonly #sets = new Map<string, readonly PartialSet[]>();
  readonly #ingredients = new Map<string, () => CellIngredients>();
  /** Cells that run again because files that they wrote are gone or changed, by label, with the reasons in words. */
  readonly #rewriting = new Map<string, readonly string[]>();
  /** Cells for whose files a cell waits, by its label. */
  readonly #fileSources: ReadonlyMap<string, readonly string[]>;
  /** Ingredients of the last run, by label. */
  readonly #last: ReadonlyMap<string, CellIngredients>;
  /** What each cell read in the last run of the files that other cells wrote, by its label. */
  readonly #knownFiles: ReadonlyMap<string, FilesOfOthers>;
  /** Names of the files of a cell that other cells read in the last run, by its label. */
  readonly #readOf = new Map<string, Set<string>>();
  #reusedTrials = 0;

  constructor(report: Report, bundles: ReadonlyMap<string, Bundle>, options: ExecutionOptions) {
    this.#report = report;
    this.#bundles = bundles;
    this.#options = { ...options, rewriting: this.#rewriting };
    this.#runner = new TrialRunner(report, this.#options);
    this.#last = options.ingredients?.load() ?? new Map();
    const known = new Map([...this.#last].map(([label, { filesOfOthers = {} }]) => [label, filesOfOthers]));
    this.#knownFiles = known;
    this.#fileSources = findFileSources(report, known, (label) => this.#sourcesOf({ label }));
    for (const files of known.values())
      for (const [label, names] of Object.entries(files))
        for (const name of names) this.#readOf.set(label, (this.#readOf.get(label) ?? new Set()).add(name));
  }

  async execute(): Promise<Execution> {
    const { cells } = this.#report;
    const planned = cells
      .filter((cell) => this.#bundles.has(cell.label))
      .flatMap((cell) => [...planSearches(cell, this.#options.trials), ...planCell(cell, this.#options.trials)]);
    this.#options.onProgress({ type: "planned", trials: countTrials(planned) });
    try {
      // Waits for all cells, so that no process outlives the render that started it.
      let settled = await Promise.allSettled(cells.map((cell) => this.#resultOf(cell)));
      for (let round = 0; round < MOST_ROUNDS && (await this.#forgetOvertaken()); round++)
        settled = await Promise.allSettled(cells.map((cell) => this.#resultOf(cell)));
      const results = settled.map((result) => {
        if (result.status === "rejected") throw result.reason;
        return result.value;
      });
      const ran = this.#runner.ranByCell;
      return {
        results: {
          schemaVersion: SCHEMA_VERSION,
          report: { slug: this.#report.slug, title: this.#report.frontMatter.title },
          params: this.#options.params,
          cells: results,
        },
        ranTrials: countTrials([...ran.values()]),
        reusedTrials: this.#reusedTrials,
        sets: this.#sets,
        explanations: this.#listExplanations(),
        ranCells: new Set(ran.keys()),
      };
    } finally {
      this.#runner.close();
      this.#keepIngredients();
    }
  }

  /** Why the trials of each cell ran, in the order of the report; in the mode `plan`, why they would run. */
  #listExplanations(): readonly CellExplanation[] {
    const all = this.#report.cells.flatMap(({ label }) => this.#explanations.get(label) ?? []);
    return this.#options.mode === "plan"
      ? explainAwaited(all, this.#knownFiles, (label) => this.#sourcesOf({ label }))
      : all;
  }

  /**
   * Discards results that files have made out of date, so that their cells run again: those of cells that read a file
   * before another cell wrote it, of cells that import these results, and of reused cells whose written files are gone
   * or changed while another cell reads them. Returns whether any result was discarded.
   */
  async #forgetOvertaken(): Promise<boolean> {
    if (this.#options.mode === "stored" || this.#options.signal.aborted) return false;
    const overtaken = new Set<string>();
    const ran = this.#runner.ranByCell;
    for (const [label, sets] of this.#sets)
      if (ran.size > 0 && (await this.#runner.isOvertaken(label, sets))) overtaken.add(label);
    for (const [label, reasons] of findUnwritten(
      this.#sets,
      this.#report,
      lastObservedIn(this.#options.store, this.#last),
    )) {
      if (ran.has(label) || this.#rewriting.has(label)) continue;
      this.#rewriting.set(label, reasons);
      overtaken.add(label);
    }
    if (overtaken.size === 0) return false;
    // Imported results form chains of any length: each pass follows them by one step, until nothing is added.
    for (let known = 0; known !== overtaken.size; ) {
      known = overtaken.size;
      for (const cell of this.#report.cells)
        if (this.#sourcesOf(cell).some((each) => overtaken.has(each))) overtaken.add(cell.label);
    }
    for (const label of overtaken) {
      const { reusedTrials = 0, missingTrials = 0 } = this.#explanations.get(label) ?? {};
      this.#reusedTrials -= reusedTrials;
      this.#options.onProgress({ type: "planned", trials: reusedTrials + missingTrials });
      for (const known of [this.#results, this.#modules, this.#sets, this.#explanations]) known.delete(label);
    }
    return true;
  }

  /** Labels of the cells whose results a cell needs. */
  #sourcesOf({ label }: Pick<Cell, "label">): readonly string[] {
    return this.#bundles.get(label)?.resultImports ?? this.#options.chartSources?.get(label) ?? [];
  }

  /**
   * Stores the ingredients of fingerprints for the next run's explanations. An interrupted run stores only those of
   * cells whose sets are complete.
   */
  #keepIngredients(): void {
    const { mode, ingredients } = this.#options;
    if (mode === "stored" || mode === "plan" || this.#ingredients.size === 0) return;
    const files = readFilesOfOthers(this.#sets, this.#report.folder);
    ingredients?.save(
      [...this.#ingredients].map(([label, make]) => ({ ...make(), filesOfOthers: files.get(label) ?? {} })),
    );
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
    const ran = this.#runner.ranByCell.get(cell.label) ?? { trials: 0, durationMs: 0 };
    this.#options.onProgress({
      type: "cell-ended",
      label: cell.label,
      state: result.state,
      ranTrials: ran.trials,
      durationMs: ran.durationMs,
    });
    return result;
  }

  async #executeCell(cell: Cell): Promise<CellResult> {
    const base = { label: cell.label, language: cell.language, blockedBy: [], variants: [], conclusions: [] };
    if (!cell.options.eval) return { ...base, state: "not-run" };
    const first = this.#bundles.get(cell.label);
    const sources = this.#sourcesOf(cell);
    const upstream = await Promise.all(
      this.#report.cells.filter((each) => sources.includes(each.label)).map((each) => this.#resultOf(each)),
    );
    const planned = first === undefined ? [] : planCell(cell, this.#options.trials, first.usesTracemalloc);
    const waitsFor = this.#fileSources.get(cell.label) ?? [];
    await Promise.all(
      this.#report.cells.filter(({ label }) => waitsFor.includes(label)).map((each) => this.#resultOf(each)),
    );
    const missing = upstream.filter((result) => result.state !== "completed");
    if (missing.length > 0) {
      this.#options.onProgress({ type: "dropped", label: cell.label, trials: countTrials(planned) });
      const isFailure = missing.some((result) => result.state !== "not-run");
      if (this.#options.mode === "plan" && !isFailure) this.#explainWaiting(cell, planned, missing);
      return { ...base, state: isFailure ? "blocked" : "not-run", blockedBy: missing.map((result) => result.label) };
    }
    if (first === undefined) return { ...base, state: "completed" };
    const plain = upstream.length === 0 ? first : await this.#bundleWith(cell, upstream);
    const { bundles, plan, failure } = await this.#bundleSets(cell, plain, planned);
    this.#options.onBundles?.(cell, bundles);
    const searches = await this.#runSets(cell, bundles, [], planSearches(cell, this.#options.trials));
    const { sized, searched } = sizeHeaps(cell, plan, searches, this.#options);
    const sets = await this.#runSets(cell, bundles, searched, sized);
    const own = [...searches, ...sets.filter((set) => !searched.includes(set))];
    this.#sets.set(cell.label, own);
    this.#noteIngredients(cell, plain, own);
    const variants = toVariantResults(sets.map((set) => placeLines(set, this.#report.cells))).map((variant) => ({
      ...variant,
      failure: variant.failure ?? failure,
    }));
    return conclude(cell, (await this.#options.drawOutputs?.(cell, variants)) ?? variants);
  }

  /**
   * Bundles a cell for its sets. Where the parser is missing, the sets that need it are left out, which is a failure of the cell: its
   * outputs and its other metrics are on the page.
   */
  async #bundleSets(
    cell: Cell,
    plain: Bundle,
    plan: readonly PlannedSet[],
  ): Promise<{ bundles: CellBundles; plan: readonly PlannedSet[]; failure: Failure | null }> {
    try {
      return {
        bundles: await bundleForSets(this.#report, cell, plain, plan, this.#bundleInput()),
        plan,
        failure: null,
      };
    } catch (error) {
      const failure = parserFailure(error);
      if (failure === undefined) throw error;
      const kept = plan.filter(({ instrumentation }) => instrumentation === undefined);
      this.#options.onProgress({
        type: "dropped",
        label: cell.label,
        trials: countTrials(plan) - countTrials(kept),
      });
      return {
        bundles: await bundleForSets(this.#report, cell, plain, kept, this.#bundleInput()),
        plan: kept,
        failure,
      };
    }
  }

  /** Bundles a cell with the results that it imports. */
  #bundleWith(cell: Cell, upstream: readonly CellResult[]): Promise<Bundle> {
    for (const result of upstream) {
      if (!this.#modules.has(result.label)) this.#modules.set(result.label, toResultModule(result));
    }
    return bundleCell(this.#report, cell, this.#bundleInput());
  }

  #bundleInput(): BundleInput {
    const { params, bundleCache } = this.#options;
    return { params, results: this.#modules, ...(bundleCache === undefined ? {} : { cache: bundleCache }) };
  }

  /**
   * Loads stored trials for the planned sets. Then runs the missing trials of these sets and of the sets in `loaded`.
   */
  async #runSets(
    cell: Cell,
    bundles: CellBundles,
    loaded: readonly PartialSet[],
    plan: readonly PlannedSet[],
  ): Promise<readonly PartialSet[]> {
    const load = (): Promise<PartialSet[]> => loadSets(this.#report, cell, bundles, plan, this.#options);
    let opened = await load();
    if (this.#mustRewrite(cell, opened)) {
      this.#options.onProgress({
        type: "planned",
        trials: opened.reduce((sum, set) => sum + countKnown(set), 0),
      });
      opened = await load();
    }
    for (const set of opened) this.#reusedTrials += countKnown(set);
    const sets = [...loaded, ...opened];
    this.#explain(cell, bundles.plain, opened);
    const { mode } = this.#options;
    if (mode !== "stored" && mode !== "plan") await this.#runner.runMissing(cell, bundles, sets);
    return sets;
  }

  /** Whether a cell whose results are stored runs all the same, before the cells that read its files: these are gone or changed. */
  #mustRewrite({ label }: Cell, sets: readonly PartialSet[]): boolean {
    const { mode } = this.#options;
    const names = this.#readOf.get(label);
    if (names === undefined || mode === "stored" || mode === "plan" || this.#rewriting.has(label)) return false;
    const reasons = findOwnUnwritten(sets, names, this.#report.folder);
    if (reasons.length > 0) this.#rewriting.set(label, reasons);
    return reasons.length > 0;
  }

  /**
   * Makes explanations for sets and adds them to their cell's explanation. A cell has several calls, because the search
   * for the smallest heap comes before its other sets.
   */
  #explain(cell: Cell, bundle: Bundle, sets: readonly PartialSet[]): void {
    const { ingredients, params } = this.#options;
    const known = this.#explanations.get(cell.label);
    const found = explainCell(sets, {
      report: this.#report,
      cell: withImportedCaching(cell, this.#report, bundle.cellImports),
      current: () => cellIngredients(this.#report, cell, bundle, sets, params),
      previous: findPrevious(cell, this.#report.cells, ingredients?.load() ?? new Map()),
      options: this.#options,
    });
    this.#explanations.set(cell.label, {
      label: cell.label,
      reusedTrials: found.reusedTrials + (known?.reusedTrials ?? 0),
      missingTrials: found.missingTrials + (known?.missingTrials ?? 0),
      reasons: [...new Set([...(known?.reasons ?? []), ...found.reasons])],
    });
  }

  /**
   * In the mode `plan`: explains that a cell may run because a result that it imports will be measured again and may
   * change.
   */
  #explainWaiting(cell: Cell, plan: readonly PlannedSet[], missing: readonly CellResult[]): void {
    const labels = missing.map(({ label }) => `\`${label}\``).join(", ");
    const reasons = [`if the result of ${labels} changes`];
    if (plan.length > 0)
      this.#explanations.set(cell.label, {
        label: cell.label,
        reusedTrials: 0,
        missingTrials: countTrials(plan),
        reasons,
      });
  }

  #noteIngredients(cell: Cell, bundle: Bundle, sets: readonly PartialSet[]): void {
    const known = this.#options.ingredients?.load().get(cell.label);
    this.#ingredients.set(cell.label, () =>
      known !== undefined && sameSets(sets, known)
        ? { ...known, params: this.#options.params }
        : cellIngredients(this.#report, cell, bundle, sets, this.#options.params),
    );
  }
}

/**
 * The stored ingredients of a cell's last run. A label derived from the code changes with the code; such a cell is
 * found by its position in the report, unless another cell still has the old label.
 */
function findPrevious(
  cell: Cell,
  cells: readonly Cell[],
  previous: ReadonlyMap<string, CellIngredients>,
): CellIngredients | undefined {
  const own = previous.get(cell.label);
  if (own !== undefined || cell.labelled) return own;
  return [...previous.values()].find(
    ({ label, labelled, number }) => !labelled && number === cell.number && !cells.some((each) => each.label === label),
  );
}

/** The result of a cell, with its state and conclusions, from the final results of its variants. */
function conclude(cell: Cell, variants: readonly VariantResult[]): CellResult {
  const hasNothing = variants.some((variant) => variant.trialSets.length === 0);
  const failed = variants.some((variant) => variant.failure !== null);
  const state = failed ? "failed" : hasNothing ? "not-run" : "completed";
  const conclusions = withoutSilenced(drawConclusions({ label: cell.label, variants }), cell.options.silence);
  return { label: cell.label, language: cell.language, state, blockedBy: [], variants, conclusions };
}

function countTrials(sets: readonly { readonly trials: number }[]): number {
  return sets.reduce((sum, { trials }) => sum + trials, 0);
}
