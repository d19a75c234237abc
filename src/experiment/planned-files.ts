import type { Observation } from "../model/observations.ts";
import type { CellIngredients } from "../store/ingredients.ts";
import { nameObservation } from "../store/observations.ts";
import type { Store } from "../store/store.ts";
import type { CellExplanation } from "./explain.ts";
import type { FilesOfOthers } from "./file-edges.ts";
import type { PartialSet } from "./partial-sets.ts";

// A plan (`--dry-run`) runs nothing, so what a cell that would run writes is not known yet.

/**
 * What a set that would run observed in its last run, also where its code has changed since.
 *
 * @param last ingredients of the last run, by label
 */
export function lastObservedIn(
  store: Pick<Store, "lastObserved">,
  last: ReadonlyMap<string, CellIngredients>,
): (set: PartialSet) => readonly Observation[] {
  return ({ label, probe, variant, fingerprint }) => {
    const own = store.lastObserved(fingerprint);
    const key = JSON.stringify(variant);
    const before = last.get(label)?.sets.find((set) => set.probe === probe && JSON.stringify(set.variant) === key);
    return own.length > 0 || before === undefined ? own : store.lastObserved(before.fingerprint);
  };
}

/**
 * Explanations of a plan, with the cells that read files of a cell that would run: such a cell runs only if the file then has other
 * contents than in its own last run. So does a cell that imports a result of such a cell. A cell that would run for another reason keeps
 * its explanation.
 *
 * @param explained of each cell, in the order of the report
 * @param known what each cell read in the last run of the files that other cells wrote, by its label
 * @param sourcesOf labels of the cells whose results a cell needs
 */
export function explainAwaited(
  explained: readonly CellExplanation[],
  known: ReadonlyMap<string, FilesOfOthers>,
  sourcesOf: (label: string) => readonly string[],
): readonly CellExplanation[] {
  const byLabel = new Map(explained.map((one) => [one.label, one]));
  // Files form chains of any length: each pass follows them by one step, until nothing is added.
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [label, one] of byLabel) {
      const runs = (each: string): boolean => (byLabel.get(each)?.missingTrials ?? 0) > 0;
      const next = explainOne(one, known.get(label) ?? {}, sourcesOf(label).filter(runs), runs);
      if (next === undefined) continue;
      byLabel.set(label, next);
      isChanged = true;
    }
  }
  return [...byLabel.values()];
}

/**
 * The explanation of a cell that waits for others; undefined if the present one stays.
 *
 * @param results labels of the cells that would run whose results it needs
 * @param runs whether a cell would run
 */
function explainOne(
  one: CellExplanation,
  files: FilesOfOthers,
  results: readonly string[],
  runs: (label: string) => boolean,
): CellExplanation | undefined {
  const awaited = Object.entries(files).flatMap(([writer, names]) =>
    runs(writer) ? names.map((name) => ({ writer, name })) : [],
  );
  // Of a file that several cells write, the last run does not say whose contents were read.
  const shared = Object.entries(files).flatMap(([writer, names]) =>
    runs(writer) && names.length === 0 ? [writer] : [],
  );
  const reasons = [
    ...(results.length === 0 ? [] : [`if the result of ${results.map((each) => `\`${each}\``).join(", ")} changes`]),
    ...awaited.map(({ writer, name }) => `if ${name} changes, which \`${writer}\` writes`),
    ...shared.map((writer) => `if a file changes, which \`${writer}\` writes`),
  ];
  const changes = new Set(
    awaited.flatMap(({ name }) => [
      `${nameObservation({ kind: "content", name, value: null })} changed`,
      `${name} is a new input`,
      `${name} is no input any more`,
    ]),
  );
  const isAwaited = (reason: string): boolean => changes.has(reason) || reason.startsWith("if ");
  if (reasons.length === 0 || !one.reasons.every(isAwaited) || one.reasons.join() === reasons.join()) return undefined;
  return { ...one, reusedTrials: 0, missingTrials: one.missingTrials + one.reusedTrials, reasons };
}
