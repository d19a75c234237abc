import type { CellOptions } from "../document/cell-options.ts";
import type { Cell } from "../document/types.ts";
import type { ProbeName, Scalar } from "../harness/protocol.ts";
import { trialFlags } from "./probe-flags.ts";

export type VariantParams = Readonly<Record<string, Scalar>>;

/** The trials of one variant under one probe, before any has run. */
export interface PlannedSet {
  readonly label: string;
  readonly variant: VariantParams;
  readonly probe: ProbeName;
  /** The interpreter, as the report names it. */
  readonly runtime: string;
  /** Arguments for Node, in order. */
  readonly flags: readonly string[];
  readonly trials: number;
}

/** Every combination of a matrix, the last parameter changing fastest; one empty variant where there is no matrix. */
export function expandMatrix(matrix: CellOptions["matrix"]): VariantParams[] {
  let variants: VariantParams[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    variants = variants.flatMap((variant) => values.map((value) => ({ ...variant, [name]: value })));
  }
  return variants;
}

/** A cell's flags with `{{name}}` replaced by the variant's parameter. */
export function expandFlags(flags: readonly string[], variant: VariantParams): string[] {
  return flags.map((flag) =>
    flag.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (whole, name: string) => String(variant[name] ?? whole)),
  );
}

/** The runtime of a variant, as the report names it: a matrix parameter `runtime` stands in place of the cell's. */
export function runtimeOf(options: CellOptions, variant: VariantParams): string {
  return String(variant["runtime"] ?? options.runtime);
}

/**
 * The trial sets of a cell: for each variant its outputs (one trial, or as many as the cell itself asks for) and each probe.
 * `trials` (of the command line) wins over what the cell or the report asks for.
 */
export function planCell(cell: Cell, trials?: number): PlannedSet[] {
  const { options } = cell;
  const count = trials ?? options.trials;
  return expandMatrix(options.matrix).flatMap((variant) => {
    const cellFlags = expandFlags(options.flags, variant);
    const set = (probe: ProbeName, setTrials: number): PlannedSet => ({
      label: cell.label,
      variant,
      probe,
      runtime: runtimeOf(cell.options, variant),
      flags: trialFlags(probe, cellFlags),
      trials: setTrials,
    });
    const once = options.trialsAreOwn ? count : 1;
    return [
      set("output", once),
      // Its one trial is the same in every process, since all its collections are forced or at fixed sizes.
      ...options.probes.flatMap((probe) => {
        if (probe === "peak") return [set(probe, count), set("bracket", 1)];
        return [set(probe, probe === "min-heap" ? once : count)];
      }),
    ];
  });
}
