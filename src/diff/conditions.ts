import { formatBytes } from "../analysis/format.ts";
import type { CellResult, Environment, ReportResults, TrialSet, VariantResult } from "../model/report-results.ts";
import type { ConditionDiff } from "./types.ts";

/**
 * Describes a machine in a few words. Memory is rounded to GiB, because the kernel reserves a part that differs between
 * boots.
 */
export function nameMachine({ cpuModel, cores, memoryBytes, memoryLimitBytes, platform, arch }: Environment): string {
  const gibibytes = Math.max(1, Math.round(memoryBytes / 2 ** 30));
  const limit = memoryLimitBytes === null ? "" : `, container of ${formatBytes(memoryLimitBytes)}`;
  return `${cpuModel.trim()}, ${cores} ${cores === 1 ? "core" : "cores"}, ${gibibytes} GiB${limit}, ${platform} ${arch}`;
}

/** The interpreter that ran a trial, with its version. */
export function nameRuntime({ node, v8, python }: Environment): string {
  return python ?? `Node ${node} (V8 ${v8})`;
}

/** Lists the conditions, such as machine or parameters, that differ between two results of one report. */
export function compareConditions(before: ReportResults, after: ReportResults): ConditionDiff[] {
  const named = (name: "machine" | "runtime" | "heapbook", describe: (environment: Environment) => string) => {
    const [a, b] = [before, after].map((results) => describeAll(results, describe)) as [string, string];
    return a === b || a === "" || b === "" ? [] : [{ name, of: "", before: a, after: b }];
  };
  return [
    ...named("machine", nameMachine),
    ...named("runtime", nameRuntime),
    ...named("heapbook", ({ heapbook }) => heapbook),
    ...compareParams(before.params, after.params),
    ...after.cells.flatMap((cell) => {
      const other = before.cells.find(({ label }) => label === cell.label);
      return other === undefined ? [] : compareFlags(other, cell);
    }),
  ];
}

/** Descriptions of all environments of a report, joined to one text, sorted and without duplicates. */
function describeAll({ cells }: ReportResults, describe: (environment: Environment) => string): string {
  const sets = cells.flatMap(({ variants }) => variants.flatMap(({ trialSets }) => trialSets));
  return [...new Set(sets.map(({ environment }) => describe(environment)))].sort().join("; ");
}

function compareParams(before: ReportResults["params"], after: ReportResults["params"]): ConditionDiff[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): ConditionDiff[] => {
    const [a, b] = [before[name], after[name]].map((value) => (value === undefined ? "none" : String(value)));
    return a === b || a === undefined || b === undefined ? [] : [{ name: "parameter", of: name, before: a, after: b }];
  });
}

/**
 * Compares the V8 flags of a cell's trials: `before` lists flags that only the first result has, `after` those of the
 * second.
 */
function compareFlags(before: CellResult, after: CellResult): ConditionDiff[] {
  const pairs = after.variants.flatMap((variant) => {
    const other = findVariant(before, variant);
    return other === undefined ? [] : variant.trialSets.map((set) => [setLike(other, set), set] as const);
  });
  const removed = new Set<string>();
  const added = new Set<string>();
  for (const [one, other] of pairs) {
    if (one === undefined) continue;
    for (const flag of one.flags) if (!other.flags.includes(flag)) removed.add(flag);
    for (const flag of other.flags) if (!one.flags.includes(flag)) added.add(flag);
  }
  if (removed.size + added.size === 0) return [];
  const list = (flags: ReadonlySet<string>): string => [...flags].join(" ") || "none";
  return [{ name: "flags", of: after.label, before: list(removed), after: list(added) }];
}

/** Finds the variant of a cell that has the same parameters. */
export function findVariant(
  { variants }: CellResult,
  { params }: Pick<VariantResult, "params">,
): VariantResult | undefined {
  return variants.find((variant) => keyOfParams(variant.params) === keyOfParams(params));
}

/** A text that is equal for equal parameters, whatever their order. */
export function keyOfParams(params: VariantResult["params"]): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function setLike({ trialSets }: VariantResult, { probe }: TrialSet): TrialSet | undefined {
  return trialSets.find((set) => set.probe === probe);
}
