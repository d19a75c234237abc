import { tabulateLines } from "../../analysis/lines/line-table.ts";
import type { DrawnChart } from "../../chart/types.ts";
import type { Cell } from "../../document/types.ts";
import type { LineTable } from "../../model/line-views.ts";
import type { CellResult, Claim, Conclusion, Failure, Output, VariantResult } from "../../model/report-results.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { lineProfilesOf } from "../../results/result-module.ts";
import { alikeVariants, shownOutputs } from "../../results/variant-result.ts";
import { matches } from "../expressions/values.ts";
import type { RenderInput } from "../renderer.ts";
import { plainTerminalText } from "../text/escape.ts";
import { describeBlocked, describeFailure, describeNotRun, type Stopped } from "../text/failure.ts";
import { nameVariant } from "../text/variant.ts";
import { tabulateMetrics } from "./metrics.ts";
import { type Displayed, isChart, readMime } from "./mime.ts";
import { type ComparedOutput, compareRecorded } from "./recorded-output.ts";

/** Something that a cell shows, the same for every format. */
export type ShownItem =
  | { readonly kind: "stream"; readonly name: "stdout" | "stderr"; readonly text: string; readonly cutBytes: number }
  /** `file`: the name of its files, without ending. */
  | { readonly kind: "chart"; readonly chart: DrawnChart; readonly file: string }
  | { readonly kind: "stopped"; readonly stopped: Stopped }
  | { readonly kind: "claim"; readonly claim: ReportClaim }
  | { readonly kind: "recorded"; readonly compared: ComparedOutput }
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
  const charts = input.charts.get(cell.label) ?? [];
  if (result?.state === "blocked") return stoppedOnly(describeBlocked(result.blockedBy, input.results));
  if (cell.language === "vega-lite") {
    if (charts.length === 0) return stoppedOnly(describeNotRun());
    return [{ heading: undefined, items: charts.map((chart, index) => chartItem(cell, chart, index)) }];
  }
  if (result === undefined || result.state === "not-run") return stoppedOnly(describeNotRun());

  const alike = alikeVariants(result.variants);
  const drawnOf = takeCharts(cell, result.variants, charts);
  let files = 0;
  const groups = alike.map((members): ShownGroup => {
    const [first] = members;
    if (first === undefined) throw new Error("A group of variants is empty.");
    const drawn = [...(drawnOf.get(first) ?? [])];
    const items = shownOutputs(first).flatMap((output): ShownItem[] => {
      if (output.type === "stream") return streamItems(output, cell);
      if (output.type === "claim") return [claimItem(output.claim, input)];
      const chart = isChart(output.data) ? drawn.shift() : undefined;
      return [chart === undefined ? readMime(output.data) : chartItem(cell, chart, files++)];
    });
    const stopped = first.failure === null ? [] : [stoppedItem(first.failure, members, result, input)];
    return {
      heading: alike.length > 1 ? members.map(({ params }) => nameVariant(params)).join("; ") : undefined,
      items: [...withRecorded(items, cell, members, input), ...stopped],
    };
  });
  const filled = groups.filter(({ items }) => items.length > 0);
  return filled.length === 0 ? metricsOf(cell, result) : filled;
}

/** The drawings of each variant, out of those of the whole cell. */
function takeCharts(
  cell: Cell,
  variants: readonly VariantResult[],
  charts: readonly DrawnChart[],
): ReadonlyMap<VariantResult, readonly DrawnChart[]> {
  let used = 0;
  return new Map(
    variants.map((variant) => {
      const wanted = shownOutputs(variant).filter((output) => output.type === "display" && isChart(output.data)).length;
      const own = charts.slice(used, used + wanted);
      used += wanted;
      if (own.length < wanted) throw new Error(`Chart ${used} of cell ${cell.label} was not drawn.`);
      return [variant, own];
    }),
  );
}

/** Recorded outputs take the place of what was printed to stdout, which they show beside theirs. */
function withRecorded(
  items: readonly ShownItem[],
  cell: Cell,
  members: readonly VariantResult[],
  input: RenderInput,
): readonly ShownItem[] {
  const compared = cell.options.recordedOutputs.flatMap((recorded): ShownItem[] => {
    const own = members.filter(({ params }) => matches(params, recorded.variant));
    if (own.length === 0) return [];
    const variants = own.length < members.length ? own.map(({ params }) => nameVariant(params)).join("; ") : "";
    return [{ kind: "recorded", compared: compareRecorded(recorded, stdoutOf(items), input.report.folder, variants) }];
  });
  if (compared.length === 0) return items;
  const first = items.findIndex(isStdout);
  const rest = items.flatMap((item, index): readonly ShownItem[] => {
    const cut = isStdout(item) && item.cutBytes > 0 ? [{ ...item, text: "" }] : [];
    if (index === first) return [...compared, ...cut];
    return isStdout(item) ? cut : [item];
  });
  return first < 0 ? [...compared, ...items] : rest;
}

type StreamItem = Extract<ShownItem, { kind: "stream" }>;

function isStdout(item: ShownItem): item is StreamItem {
  return item.kind === "stream" && item.name === "stdout";
}

function stdoutOf(items: readonly ShownItem[]): string {
  return items
    .filter(isStdout)
    .map(({ text }) => text)
    .join("\n");
}

function claimItem(claim: Claim, input: RenderInput): ShownItem {
  const listed = input.claims.find((each) => each.original === claim);
  if (listed === undefined) throw new Error(`The claim ${JSON.stringify(claim.sentence)} is not among the report's.`);
  return { kind: "claim", claim: listed };
}

/** Whether what the cell shows is on the page. */
export function isShown({ options }: Cell): boolean {
  return options.include && options.output !== false && options.eval;
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
    isOfTracing: isOfTracing(members, result, input),
  };
  return { kind: "stopped", stopped: describeFailure(failure, counts, input.report, result.language) };
}

/** Whether all that failed was traced with every allocation. */
function isOfTracing(members: readonly VariantResult[], { label }: CellResult, { report }: RenderInput): boolean {
  const failed = members.flatMap(({ trialSets }) =>
    trialSets.filter(({ trials }) => trials.some(({ failure }) => failure !== null)),
  );
  const lines = report.cells.find((cell) => cell.label === label)?.options.lines;
  const isExact = lines?.live === true && lines.samplingIntervalBytes === undefined;
  return isExact && failed.length > 0 && failed.every(({ probe }) => probe === "lines");
}

function stoppedOnly(stopped: Stopped): readonly ShownGroup[] {
  return [{ heading: undefined, items: [{ kind: "stopped", stopped }] }];
}
