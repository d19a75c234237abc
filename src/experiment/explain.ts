import type { Cell, Report } from "../document/types.ts";
import type { VariantParams } from "../model/values.ts";
import type { CellIngredients, SetIngredients } from "../store/ingredients.ts";
import type { ExecutionOptions } from "./execution-options.ts";
import { explainCode } from "./explain-code.ts";
import { explainFrozen } from "./frozen.ts";
import { countKnown, type PartialSet } from "./partial-sets.ts";

/** The reasons why trials of a cell run; or that all of them are reused. */
export interface CellExplanation {
  readonly label: string;
  /** Number of stored trials that are reused. */
  readonly reusedTrials: number;
  /** Number of trials that run, or would run under `--dry-run`. */
  readonly missingTrials: number;
  /** Reasons in words, each once; empty if no trial runs. */
  readonly reasons: readonly string[];
}

/** Everything besides the sets that an explanation is made from. */
export interface ExplanationContext {
  readonly report: Report;
  readonly cell: Cell;
  /** Computes the ingredients of this run. Called only if a reason is needed. */
  readonly current: () => CellIngredients;
  /** Ingredients of the cell's last run; undefined if unknown. */
  readonly previous: CellIngredients | undefined;
  readonly options: ExecutionOptions;
}

/** Explains why the trials of a cell's sets will run. Call it before any of them runs. */
export function explainCell(sets: readonly PartialSet[], context: ExplanationContext): CellExplanation {
  const missing = sets.filter((set) => countKnown(set) < set.trials);
  return {
    label: context.cell.label,
    reusedTrials: sets.reduce((sum, set) => sum + countKnown(set), 0),
    missingTrials: missing.reduce((sum, set) => sum + set.trials - countKnown(set), 0),
    reasons: [...new Set(missing.flatMap((set) => explainSet(set, context)))],
  };
}

function explainSet(set: PartialSet, context: ExplanationContext): readonly string[] {
  const { cell, previous, options } = context;
  const known = countKnown(set);
  if (options.mode === "refresh") return ["`--cache-refresh`"];
  if (!cell.options.cache) return ["`cache: false`"];
  const rewriting = options.rewriting?.get(cell.label);
  if (rewriting !== undefined) return rewriting;
  if (set.expired) return ["results are older than `max-age`"];
  const before = previous?.sets.find(
    ({ variant, probe }) => probe === set.probe && JSON.stringify(variant) === JSON.stringify(set.variant),
  );
  if (known > 0) {
    const isAsked = before !== undefined && before.trials < set.trials;
    return [isAsked ? `trials ${before.trials} → ${set.trials}` : "the last run was interrupted"];
  }
  if (previous === undefined || previous.sets.length === 0) return explainFirst(set, context);
  if (before === undefined) return [explainNew(set, previous)];
  if (before.fingerprint === set.fingerprint) return explainStored(set, before, context);
  return explainDifference(set, before, context);
}

/** Reasons for a set of a cell whose last run is unknown. The store or the page may still show that there was a run. */
function explainFirst(
  { fingerprint, key, placeOf }: PartialSet,
  { report, cell, options }: ExplanationContext,
): readonly string[] {
  const { wasShown, frozen, params, store } = options;
  if (frozen?.use === "first" && frozen.results.sets.some((set) => set.cell === cell.label)) {
    const changed = explainFrozen(frozen.results, report, cell, { key, params, placeOf }) ?? [];
    return changed.length > 0 ? changed : ["the frozen results were measured with other code, options or inputs"];
  }
  // The stored trials give a better reason than the ingredients, whose file is missing or damaged.
  const changed = store.explainStale(fingerprint, placeOf) ?? [];
  if (changed.length > 0) return changed;
  return [wasShown?.(fingerprint) === true ? "store cleaned" : "first run"];
}

function explainNew(set: PartialSet, previous: CellIngredients): string {
  const isKnown = previous.sets.some(({ variant }) => JSON.stringify(variant) === JSON.stringify(set.variant));
  return isKnown ? `new probe \`${set.probe}\`` : `new variant ${nameVariant(set.variant)}`;
}

/**
 * Reasons for a set whose fingerprint is unchanged: something that the cell observed has changed, or the stored trials
 * are gone.
 */
function explainStored(
  set: PartialSet,
  before: SetIngredients,
  { report, cell, options, previous }: ExplanationContext,
): readonly string[] {
  const { store, frozen, params } = options;
  const stored = store.explainStale(set.fingerprint, set.placeOf, previous?.params);
  const isAsked = stored === undefined && frozen?.use === "first";
  const changed = isAsked
    ? explainFrozen(frozen.results, report, cell, { key: set.key, params, placeOf: set.placeOf })
    : stored;
  if (changed === undefined) return [explainMissing(before)];
  return changed.length === 0 ? ["the stored trials cannot be used"] : changed;
}

/** The reason why no trial is stored of a set that ran before. */
function explainMissing({ failed, notStored }: SetIngredients): string {
  if (failed) return "failed in the last run";
  return notStored === undefined ? "store cleaned" : `not stored, because ${notStored} changed while it ran`;
}

function explainDifference(set: PartialSet, before: SetIngredients, context: ExplanationContext): readonly string[] {
  const { previous, report, options } = context;
  if (previous === undefined) return ["first run"];
  const current = context.current();
  const own = current.sets.find(({ fingerprint }) => fingerprint === set.fingerprint);
  const reasons = [
    ...explainCode(previous, current, report.folder),
    ...explainPair(
      shortenRuntime(before.runtime, own?.runtime ?? ""),
      shortenRuntime(own?.runtime ?? "", before.runtime),
    ),
    ...explainFlags(before.flags, set.flags),
    ...explainRecord("env", previous.env, current.env),
    ...(previous.warmup === current.warmup ? [] : [`warmup ${previous.warmup} → ${current.warmup}`]),
    ...explainInputs(previous, current),
    ...(options.store.explainStale(before.fingerprint, set.placeOf, previous.params) ?? []),
  ];
  if (reasons.length > 0) return reasons;
  if (before.places !== own?.places && before.ownCode === own?.ownCode) return ["the lines that the cell prints moved"];
  return [before.ownCode === own?.ownCode ? "other options of the cell changed" : "Heapbook's own code changed"];
}

/** A change of runtime in words: `Node 20.20.2 → 24.21.0`. Empty if both are equal. */
function explainPair(before: string, after: string): string[] {
  const shown = before.startsWith("Node ") && after.startsWith("Node ") ? after.slice("Node ".length) : after;
  return before === after ? [] : [`${before} → ${shown}`];
}

/** The name of a runtime for a change: only `Node 20.20.2` if the versions of Node differ, else with all properties. */
function shortenRuntime(runtime: string, other: string): string {
  const short = (text: string): string => text.replace(/ \(V8 .*$/, "");
  return short(runtime) === short(other) ? runtime : short(runtime);
}

function explainFlags(before: readonly string[], after: readonly string[]): string[] {
  const removed = before.filter((flag) => !after.includes(flag));
  const added = after.filter((flag) => !before.includes(flag));
  if (removed.length + added.length > 0) {
    return [`flags ${removed.join(" ") || "none"} → ${added.join(" ") || "none"}`];
  }
  return before.join(" ") === after.join(" ") ? [] : ["the order of flags changed"];
}

function explainRecord(
  name: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .map((key) => `${name} ${key}: ${before[key] ?? "none"} → ${after[key] ?? "none"}`);
}

function explainInputs({ inputs: before }: CellIngredients, { inputs: after }: CellIngredients): string[] {
  const [earlier, later] = [before, after].map((list) => new Map(list.map(({ path, sha256 }) => [path, sha256])));
  return [...new Set([...(earlier?.keys() ?? []), ...(later?.keys() ?? [])])]
    .filter((path) => earlier?.get(path) !== later?.get(path))
    .map(
      (path) =>
        `${path} ${!earlier?.has(path) ? "is a new input" : later?.has(path) ? "changed" : "is no input any more"}`,
    );
}

function nameVariant(variant: VariantParams): string {
  return Object.entries(variant)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(" ");
}
