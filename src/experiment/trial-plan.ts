import type { CellOptions } from "../document/cell-options.ts";
import type { Cell } from "../document/types.ts";
import type { Instrumentation } from "../model/instrumentation.ts";
import type { ProbeName } from "../model/probes.ts";
import type { VariantParams } from "../model/values.ts";
import type { Condition } from "./min-heap-search.ts";
import { linesFlags, probeSetup, trialFlags } from "./probe-flags.ts";

/** The trials of one variant under one probe, as planned. */
export interface PlannedSet {
  readonly label: string;
  readonly variant: VariantParams;
  readonly probe: ProbeName;
  /** Runtime, by its name in the report. */
  readonly runtime: string;
  /** Python of a python cell, by its name in the report; absent for cells that run in Node. */
  readonly python?: string;
  /** Node's command-line arguments, in order. */
  readonly flags: readonly string[];
  readonly trials: number;
  /** How the processes assign allocations to lines; undefined for processes that run the bundle without markers. */
  readonly instrumentation?: Instrumentation;
  /**
   * Only for a search for the smallest heap: further conditions in which the cell must complete with the heap found.
   */
  readonly conditions?: readonly Condition[];
  /** Heap size as a multiple of the cell's smallest heap. Its flag is added after the search. */
  readonly heapMultiple?: number;
}

/** All combinations of a matrix, the last parameter changing fastest; one empty variant for an empty matrix. */
export function expandMatrix(matrix: CellOptions["matrix"]): VariantParams[] {
  let variants: VariantParams[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    variants = variants.flatMap((variant) => values.map((value) => ({ ...variant, [name]: value })));
  }
  return variants;
}

/** Replaces `matrix: { runtime: installed }` of a cell by the names of all runtimes. */
export function expandRuntimes(cell: Cell, runtimes: readonly string[]): Cell {
  const { options } = cell;
  if (!options.runtimesAreInstalled) return cell;
  return { ...cell, options: { ...options, matrix: { ...options.matrix, runtime: runtimes } } };
}

/** Replaces `{{name}}` in flags by the variant's parameter. */
export function expandFlags(flags: readonly string[], variant: VariantParams): string[] {
  return flags.map((flag) =>
    flag.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (whole, name: string) => String(variant[name] ?? whole)),
  );
}

/** Runtime of a variant, by its name in the report: the matrix parameter `runtime`, else the cell's option. */
export function runtimeOf(options: CellOptions, variant: VariantParams): string {
  return String(variant["runtime"] ?? options.runtime);
}

/** Python of a variant, by its name in the report: the matrix parameter `python`, else the cell's option. */
export function pythonOf(options: CellOptions, variant: VariantParams): string {
  return String(variant["python"] ?? options.python);
}

/**
 * Plans the trial sets of a cell: for each variant one `output` set (one trial, or the cell's own number) and one set
 * for each probe. A probe with exact values runs only as often as needed, unless the cell or the command line sets a
 * number.
 * @param trials number of trials from the command line; overrides the cell and the report
 * @param tracesOutput whether the cell shows its own allocations (`tracemalloc`)
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
        // One trial of `bracket` is enough, because it is a search over several processes.
        if (probe === "peak") return [set(probe, trialsOf(probe)), set("bracket", 1)];
        if (probe === "lines" && showsPeak(options)) return [set(probe, trialsOf(probe)), set("at-peak", 1)];
        if (probe !== "min-heap") return [set(probe, trialsOf(probe))];
        // A cell with heap multiples shares one search, which `planSearches` plans.
        return heapMultiples === undefined ? [set(probe, once)] : [];
      }),
    ];
  });
}

/** Whether the probe `at-peak` is needed: the cell has both a peak and live bytes by line. */
function showsPeak({ probes, lines }: CellOptions): boolean {
  return probes.includes("peak") && lines.instrumentation.engine === "tracker";
}

/** Whether each trial of a probe takes different samples, so that more trials give more information. */
function isSampled({ lines }: CellOptions, probe: ProbeName): boolean {
  return probe === "lines" && lines.instrumentation.engine === "sampler";
}

/** Flags and instrumentation of an `output` trial that shows its own allocations: those of the probe `lines`. */
function traceOutput(cell: Cell, variant: VariantParams): Pick<PlannedSet, "flags" | "instrumentation"> {
  const instrumentation = { engine: "tracker" } as const;
  return { flags: linesFlags(instrumentation, expandFlags(cell.options.flags, variant)), instrumentation };
}

/** Plans the searches for the smallest heap that heap multiples refer to: one search for all multiples of a variant. */
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

/** Whether a search for the smallest heap belongs to a variant: all parameters are equal, except the heap multiple. */
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
    };
  }
  const own = expandFlags(options.flags, variant);
  const set = { label, variant, probe, runtime: runtimeOf(options, variant), trials };
  if (probe === "at-peak") return { ...set, flags: trialFlags(probe, own), instrumentation: { engine: "tracker" } };
  if (probe !== "lines") return { ...set, flags: trialFlags(probe, own) };
  const { instrumentation } = options.lines;
  return { ...set, flags: linesFlags(instrumentation, own), instrumentation };
}
