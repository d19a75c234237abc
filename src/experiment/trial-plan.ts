import type { CellOptions } from "../document/cell-options.ts";
import type { Cell } from "../document/types.ts";
import type { ProbeName } from "../model/probes.ts";
import type { VariantParams } from "../model/values.ts";
import type { Condition } from "./min-heap-search.ts";
import { linesFlags, probeSetup, trialFlags } from "./probe-flags.ts";

/** The trials of one variant under one probe, before any has run. */
export interface PlannedSet {
  readonly label: string;
  readonly variant: VariantParams;
  readonly probe: ProbeName;
  /** The interpreter, as the report names it. */
  readonly runtime: string;
  /** The Python of a python cell, as the report names it; undefined for a cell that runs in Node. */
  readonly python?: string;
  /** Arguments for Node, in order. */
  readonly flags: readonly string[];
  readonly trials: number;
  /** Whether its processes run the bundle that has line markers. */
  readonly isTraced: boolean;
  /** Where they sample their allocations: the mean distance of two samples, in bytes. */
  readonly samplingIntervalBytes?: number;
  /** Whether the markers of that bundle meter themselves. */
  readonly isMetered: boolean;
  /** Of a search for the smallest heap: where else the cell must complete, since it will run there in that heap. */
  readonly conditions?: readonly Condition[];
  /** The size of the heap, in smallest heaps of the cell: its flag is added when that has been searched for. */
  readonly heapMultiple?: number;
}

/** Every combination of a matrix, the last parameter changing fastest; one empty variant where there is no matrix. */
export function expandMatrix(matrix: CellOptions["matrix"]): VariantParams[] {
  let variants: VariantParams[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    variants = variants.flatMap((variant) => values.map((value) => ({ ...variant, [name]: value })));
  }
  return variants;
}

/** A cell with the names of all runtimes in its matrix, where that was written as `runtime: installed`. */
export function expandRuntimes(cell: Cell, runtimes: readonly string[]): Cell {
  const { options } = cell;
  if (!options.runtimesAreInstalled) return cell;
  return { ...cell, options: { ...options, matrix: { ...options.matrix, runtime: runtimes } } };
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

/** The Python of a variant of a python cell, as the report names it: a matrix parameter `python` stands in place of the cell's. */
export function pythonOf(options: CellOptions, variant: VariantParams): string {
  return String(variant["python"] ?? options.python);
}

/**
 * The trial sets of a cell: for each variant its outputs (one trial, or as many as the cell itself asks for) and each probe.
 * `trials` (of the command line) wins over what the cell or the report asks for. Probes that repeat themselves are run no more
 * often than is enough, unless the cell or the command line says how often.
 * @param tracesOutput whether what the cell shows is of its own allocations (`tracemalloc`)
 */
export function planCell(cell: Cell, trials?: number, tracesOutput = false): PlannedSet[] {
  const { options } = cell;
  const { heapMultiples } = options;
  const { count, once } = countTrials(options, trials);
  const own = options.trialsAreOwn || trials !== undefined;
  const trialsOf = (probe: ProbeName): number =>
    Math.min(count, own || isSampled(options, probe) ? count : (probeSetup(probe).enoughTrials ?? count));
  return expandMatrix(options.matrix).flatMap((variant) => {
    const multiple = heapMultiples === undefined ? undefined : Number(variant[heapMultiples]);
    const set = (probe: ProbeName, setTrials: number): PlannedSet => ({
      ...planSet(cell, variant, probe, setTrials),
      ...(multiple === undefined ? {} : { heapMultiple: multiple }),
    });
    return [
      { ...set("output", once), ...(tracesOutput ? traceOutput(cell, variant) : {}) },
      ...options.probes.flatMap((probe) => {
        // Its one trial is the same in every process, since all its collections are forced or at fixed sizes.
        if (probe === "peak") return [set(probe, trialsOf(probe)), set("bracket", 1)];
        if (probe !== "min-heap") return [set(probe, trialsOf(probe))];
        // With multiples the search has been made before, for all of them.
        return heapMultiples === undefined ? [set(probe, once)] : [];
      }),
    ];
  });
}

/** Whether each trial of a probe takes other samples, so that more of them tell more. */
function isSampled({ lines }: CellOptions, probe: ProbeName): boolean {
  return probe === "lines" && lines.samplingIntervalBytes !== undefined;
}

/** A process that shows its own allocations runs as one under the probe `lines` does. */
function traceOutput(cell: Cell, variant: VariantParams): Pick<PlannedSet, "flags" | "isTraced"> {
  return { flags: trialFlags("lines", expandFlags(cell.options.flags, variant)), isTraced: true };
}

/** The searches for the smallest heap that must come before the rest of a cell: one for all multiples of it. */
export function planSearches(cell: Cell, trials?: number): PlannedSet[] {
  const { heapMultiples, matrix } = cell.options;
  if (heapMultiples === undefined) return [];
  const { [heapMultiples]: _multiples, ...others } = matrix;
  const { once } = countTrials(cell.options, trials);
  const probes = cell.options.probes.filter((probe) => probe !== "min-heap");
  return expandMatrix(others).map((variant) => {
    const conditions = (["output", ...probes] as const).map((probe) => {
      const { flags } = planSet(cell, variant, probe, once);
      return { probe, flags };
    });
    return { ...planSet(cell, variant, "min-heap", once), conditions };
  });
}

/** Whether a search is that of a variant: it has the same parameters, but for the multiple. */
export function isSearchOf(search: VariantParams, variant: VariantParams): boolean {
  return Object.entries(search).every(([name, value]) => variant[name] === value);
}

function countTrials(options: CellOptions, trials: number | undefined): { count: number; once: number } {
  const count = trials ?? options.trials;
  return { count, once: options.trialsAreOwn ? count : 1 };
}

function planSet(cell: Cell, variant: VariantParams, probe: ProbeName, trials: number): PlannedSet {
  const { label, options } = cell;
  if (cell.language === "python") {
    return {
      label,
      variant,
      probe,
      runtime: "node",
      python: pythonOf(options, variant),
      flags: [],
      trials,
      isTraced: false,
      isMetered: false,
    };
  }
  const isTraced = probe === "lines";
  const { live, samplingIntervalBytes } = options.lines;
  const isMetered = isTraced && !live;
  const own = expandFlags(options.flags, variant);
  const flags = isTraced ? linesFlags(options.lines, own) : trialFlags(probe, own);
  const sampling = isTraced && samplingIntervalBytes !== undefined ? { samplingIntervalBytes } : {};
  const runtime = runtimeOf(options, variant);
  return { label, variant, probe, runtime, flags, trials, isTraced, isMetered, ...sampling };
}
