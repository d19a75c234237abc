import type { DrawnChart } from "../chart/types.ts";
import type { Cell } from "../document/types.ts";
import type { LineTable } from "../harness/line-views.ts";
import { tabulateLines } from "../results/line-table.ts";
import { lineProfilesOf } from "../results/result-module.ts";
import type { CellResult, Conclusion, Failure, Output, VariantResult } from "../results/schema.ts";
import { plainTerminalText } from "./escape.ts";
import { describeBlocked, describeFailure, describeNotRun, type Stopped } from "./failure.ts";
import { tabulateMetrics } from "./metrics.ts";
import { type Displayed, isChart, readMime } from "./mime.ts";
import type { RenderInput } from "./renderer.ts";
import { nameVariant } from "./variant.ts";

/** Something that a cell shows, the same for every format. */
export type ShownItem =
  | { readonly kind: "stream"; readonly name: "stdout" | "stderr"; readonly text: string; readonly cutBytes: number }
  /** `file`: the name of its files, without ending. */
  | { readonly kind: "chart"; readonly chart: DrawnChart; readonly file: string }
  | { readonly kind: "stopped"; readonly stopped: Stopped }
  | Displayed;

/** What one or several variants show; `heading` tells which, where not all show the same. */
export interface ShownGroup {
  readonly heading: string | undefined;
  readonly items: readonly ShownItem[];
}

export interface ShownCell {
  /** Whether its code is shown. */
  readonly code: boolean;
  readonly groups: readonly ShownGroup[];
  /** What its results say about themselves, below all else. */
  readonly conclusions: readonly Conclusion[];
}

/**
 * What a cell shows under its options. A failure is shown whatever they say, unless `error: true` expects it: a page
 * that hid it would mislead.
 */
export function showCell(cell: Cell, result: CellResult | undefined, input: RenderInput): ShownCell {
  const { options } = cell;
  const code = options.include && options.echo;
  const all = groupsOf(cell, result, input);
  const isSilent = !options.include || options.output === false;
  if (!isSilent) return { code, groups: all, conclusions: result?.conclusions ?? [] };
  const failures = options.error
    ? []
    : all.map(({ heading, items }) => ({ heading, items: items.filter((item) => item.kind === "stopped") }));
  return { code, groups: failures.filter(({ items }) => items.length > 0), conclusions: [] };
}

function groupsOf(cell: Cell, result: CellResult | undefined, input: RenderInput): readonly ShownGroup[] {
  if (!cell.options.eval) return [];
  const charts = [...(input.charts.get(cell.label) ?? [])];
  if (result?.state === "blocked") return stoppedOnly(describeBlocked(result.blockedBy, input.results));
  if (cell.language === "vega-lite") {
    if (charts.length === 0) return stoppedOnly(describeNotRun());
    return [{ heading: undefined, items: charts.map((chart, index) => chartItem(cell, chart, index)) }];
  }
  if (result === undefined || result.state === "not-run") return stoppedOnly(describeNotRun());

  const variants = result.variants.map((variant) => ({ variant, outputs: outputsOf(variant) }));
  let used = 0;
  const shown = variants.map(({ variant, outputs }) => ({
    variant,
    outputs,
    charts: outputs
      .filter((output) => output.type === "display" && isChart(output.data))
      .map(() => {
        const chart = charts[used];
        if (chart === undefined) throw new Error(`Chart ${used + 1} of cell ${cell.label} was not drawn.`);
        used += 1;
        return chart;
      }),
  }));

  const alike = groupBy(shown, ({ variant, outputs }) => JSON.stringify([outputs, variant.failure]));
  let files = 0;
  const groups = alike.map((members): ShownGroup => {
    const [first] = members;
    if (first === undefined) throw new Error("A group of variants is empty.");
    const drawn = [...first.charts];
    const items = first.outputs.flatMap((output): ShownItem[] => {
      if (output.type === "stream") return streamItems(output, cell);
      const chart = isChart(output.data) ? drawn.shift() : undefined;
      return [chart === undefined ? readMime(output.data) : chartItem(cell, chart, files++)];
    });
    const stopped = first.variant.failure;
    return {
      heading: alike.length > 1 ? members.map(({ variant }) => nameVariant(variant.params)).join("; ") : undefined,
      items:
        stopped === null
          ? items
          : [
              ...items,
              stoppedItem(
                stopped,
                members.map(({ variant }) => variant),
                result,
                input,
              ),
            ],
    };
  });
  const filled = groups.filter(({ items }) => items.length > 0);
  return filled.length === 0 ? metricsOf(cell, result) : filled;
}

/** A cell that only measures shows what it measured; one that shows something itself has chosen what to tell. */
function metricsOf(cell: Cell, result: CellResult): readonly ShownGroup[] {
  const table = cell.options.probes.length === 0 ? undefined : tabulateMetrics(result.variants);
  const tables = tabulateHeaviestLines(result);
  const items: ShownItem[] = [
    ...(table === undefined ? [] : [{ kind: "table", table } as const]),
    ...(tables.length === 0 ? [] : [{ kind: "lines", tables } as const]),
  ];
  return items.length === 0 ? [] : [{ heading: undefined, items }];
}

/** The ten lines of each variant and region that allocate most, where lines were traced. */
function tabulateHeaviestLines({ variants }: CellResult): readonly LineTable[] {
  return variants.flatMap((variant) =>
    lineProfilesOf(variant).map((profile) => {
      const name = [nameVariant(variant.params), profile.region].filter((part) => part !== "").join(", ");
      return tabulateLines({ name, profile }, { by: "allocated", top: 10 });
    }),
  );
}

/** A trial that failed under another probe than `output` may be the only one that got as far as printing something. */
function outputsOf(variant: VariantResult): readonly Output[] {
  if (variant.outputs.length > 0 || variant.failure === null) return variant.outputs;
  const failed = variant.trialSets.flatMap(({ trials }) => trials).find(({ failure }) => failure !== null);
  return failed?.outputs ?? [];
}

function streamItems(output: Extract<Output, { type: "stream" }>, cell: Cell): ShownItem[] {
  const text = plainTerminalText(output.text).replace(/\n+$/, "");
  if (text.trim() === "" && output.cutBytes === 0) return [];
  if (cell.options.output === "asis" && output.name === "stdout") return [{ kind: "markdown", source: text }];
  return [{ kind: "stream", name: output.name, text, cutBytes: output.cutBytes }];
}

function chartItem(cell: Cell, chart: DrawnChart, index: number): ShownItem {
  return { kind: "chart", chart, file: index === 0 ? cell.label : `${cell.label}-${index + 1}` };
}

function stoppedItem(
  failure: Failure,
  members: readonly VariantResult[],
  result: CellResult,
  input: RenderInput,
): ShownItem {
  const trials = members.flatMap(({ trialSets }) => trialSets.flatMap((set) => set.trials));
  const counts = {
    trials: trials.length,
    failedTrials: trials.filter((trial) => trial.failure !== null).length,
    variants: result.variants.length,
    failedVariants: result.variants.filter((variant) => variant.failure !== null).length,
  };
  return { kind: "stopped", stopped: describeFailure(failure, counts, input.report) };
}

function stoppedOnly(stopped: Stopped): readonly ShownGroup[] {
  return [{ heading: undefined, items: [{ kind: "stopped", stopped }] }];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
