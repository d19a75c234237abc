import type { Cell, Report } from "../document/types.ts";
import type { VariantParams } from "../model/values.ts";
import type { CellIngredients, SetIngredients } from "../store/ingredients.ts";
import type { ExecutionOptions } from "./execution-options.ts";
import { explainCode } from "./explain-code.ts";
import { explainFrozen } from "./frozen.ts";
import { countKnown, type PartialSet } from "./partial-sets.ts";

/** Why trials of a cell run, or that none do. */
export interface CellExplanation {
  readonly label: string;
  /** Number of stored trials that are reused. */
  readonly reusedTrials: number;
  /** Trials that run, or, in a dry run, would. */
  readonly missingTrials: number;
  /** Why they run, each reason once; empty where nothing runs. */
  readonly reasons: readonly string[];
}

/** What explanations are made from, besides the sets. */
export interface ExplanationContext {
  readonly report: Report;
  readonly cell: Cell;
  /** Of this run; made only where a reason is looked for. */
  readonly current: () => CellIngredients;
  /** Of the last run of the cell. */
  readonly previous: CellIngredients | undefined;
  readonly options: ExecutionOptions;
}

/** Explains a cell by its sets, before anything of it runs. */
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

/** Nothing is known of an earlier run; the page may show that there was one. */
function explainFirst(
  { fingerprint, key, placeOf }: PartialSet,
  { report, cell, options }: ExplanationContext,
): readonly string[] {
  const { wasShown, frozen, params, store } = options;
  if (frozen?.use === "first" && frozen.results.sets.some((set) => set.cell === cell.label)) {
    const changed = explainFrozen(frozen.results, report, cell, { key, params, placeOf }) ?? [];
    return changed.length > 0 ? changed : ["the frozen results were measured with other code, options or inputs"];
  }
  // Stored trials say more than a file of ingredients that is gone or damaged.
  const changed = store.explainStale(fingerprint, placeOf) ?? [];
  if (changed.length > 0) return changed;
  return [wasShown?.(fingerprint) === true ? "store cleaned" : "first run"];
}

function explainNew(set: PartialSet, previous: CellIngredients): string {
  const isKnown = previous.sets.some(({ variant }) => JSON.stringify(variant) === JSON.stringify(set.variant));
  return isKnown ? `new probe \`${set.probe}\`` : `new variant ${nameVariant(set.variant)}`;
}

/** Nothing changed that was known before the run: something that the cell read did, or the stored trials are gone. */
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

/** Why nothing is stored of a set that ran before. */
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

/** `Node 20.20.2 → 24.21.0`: the word that both begin with stands once. */
function explainPair(before: string, after: string): string[] {
  const shown = before.startsWith("Node ") && after.startsWith("Node ") ? after.slice("Node ".length) : after;
  return before === after ? [] : [`${before} → ${shown}`];
}

/** `Node 20.20.2` where the version of Node says what differs, else everything. */
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
