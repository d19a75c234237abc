import { formatBytes } from "../../analysis/format.ts";
import { profileBy, tabulateLines } from "../../analysis/lines/line-table.ts";
import type { DrawnChart } from "../../chart/types.ts";
import type { Cell } from "../../document/types.ts";
import { currentLanguage } from "../../language.ts";
import type { LineTable } from "../../model/line-views.ts";
import type { CellResult, Claim, Conclusion, Failure, Output, VariantResult } from "../../model/report-results.ts";
import type { MimeBundle } from "../../model/values.ts";
import { drawConclusions, withoutSilenced } from "../../results/draw-conclusions.ts";
import type { ReportClaim } from "../../results/report-claims.ts";
import { lineProfilesOf } from "../../results/result-module.ts";
import { alikeVariants, shownOutputs } from "../../results/variant-result.ts";
import { join } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { matchesParams } from "../expressions/values.ts";
import type { RenderInput } from "../renderer.ts";
import { describeFailure } from "../text/failure.ts";
import { describeBlocked, describeNotRun, type Stopped } from "../text/stopped.ts";
import { plainTerminalText } from "../text/terminal-text.ts";
import { nameVariant } from "../text/variant-name.ts";
import { tabulateMetrics } from "./metrics-table.ts";
import { type Displayed, isChart, readMimeBundle } from "./mime-bundle.ts";
import { type ComparedOutput, compareRecorded } from "./recorded-output.ts";

/** One item of what a cell shows, the same for every format. */
export type ShownItem =
  | {
      readonly kind: "stream";
      readonly name: "stdout" | "stderr";
      readonly text: string;
      readonly cutBytes: number;
      /** The file beside the page with the whole of what was cut. */
      readonly whole?: WholeFile | undefined;
    }
  /** `file`: name of the files of the chart, without extension. */
  | { readonly kind: "chart"; readonly chart: DrawnChart; readonly file: string }
  | { readonly kind: "stopped"; readonly stopped: Stopped }
  | { readonly kind: "claim"; readonly claim: ReportClaim }
  | { readonly kind: "recorded"; readonly compared: ComparedOutput }
  | Displayed;

/** A text file beside the page. */
export interface WholeFile {
  /** Relative to the report's folder in the site. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** What one or several variants with equal output show. */
export interface ShownGroup {
  /** Names of the variants; undefined when all variants of the cell show the same. */
  readonly heading: string | undefined;
  readonly items: readonly ShownItem[];
}

/** What a cell shows. */
export interface ShownCell {
  /** Whether the report shows the code. */
  readonly code: boolean;
  readonly groups: readonly ShownGroup[];
  /** Warnings and notes about the results, for the end of the output. */
  readonly conclusions: readonly Conclusion[];
}

/**
 * Decides what a cell shows, by its options and its result. A cell with hidden output still shows a failure, unless `error: true`
 * expects the failure.
 */
export function showCell(cell: Cell, result: CellResult | undefined, input: RenderInput): ShownCell {
  const { options } = cell;
  const code = options.include && options.echo;
  const all = groupsOf(cell, result, input);
  const isSilent = !options.include || options.output === false;
  if (!isSilent) return { code, groups: all, conclusions: conclusionsOf(cell, result) };
  const failures = options.error
    ? []
    : all.map(({ heading, items }) => ({ heading, items: items.filter((item) => item.kind === "stopped") }));
  return { code, groups: failures.filter(({ items }) => items.length > 0), conclusions: [] };
}

/** The conclusions of a cell in the language of the page; those of the results are in English. */
function conclusionsOf({ options }: Cell, result: CellResult | undefined): readonly Conclusion[] {
  if (result === undefined || result.conclusions.length === 0 || currentLanguage() === "en")
    return result?.conclusions ?? [];
  return withoutSilenced(drawConclusions(result), options.silence);
}

function groupsOf(cell: Cell, result: CellResult | undefined, input: RenderInput): readonly ShownGroup[] {
  if (!cell.options.eval) return [];
  const charts = input.charts.get(cell.label) ?? [];
  if (result?.state === "blocked") return stoppedOnly(describeBlocked(result.blockedBy, input.results));
  if (cell.language === "vega-lite") {
    const failure = result?.variants[0]?.failure ?? null;
    if (failure !== null && result !== undefined)
      return [{ heading: undefined, items: [stoppedItem(failure, result.variants, result, input)] }];
    if (charts.length === 0) return stoppedOnly(describeNotRun());
    return [{ heading: undefined, items: charts.map((chart, index) => chartItem(cell, chart, index)) }];
  }
  if (result === undefined || result.state === "not-run") return stoppedOnly(describeNotRun());

  const alike = alikeVariants(result.variants);
  const drawnOf = takeCharts(cell, result.variants, charts);
  let files = 0;
  let wholes = 0;
  let leftUnits = MOST_SHOWN_UNITS;
  const fits = (units: number): boolean => {
    if (units > leftUnits) return false;
    leftUnits -= units;
    return true;
  };
  const wholeOf = (name: string, hash: string | undefined): WholeFile | undefined => {
    const contents = hash === undefined ? undefined : input.readWhole?.(hash);
    if (contents === undefined) return undefined;
    wholes += 1;
    return { path: `outputs/${cell.label}-${name}${wholes === 1 ? "" : `-${wholes}`}.txt`, contents };
  };
  const groups = alike.map((members): ShownGroup => {
    const [first] = members;
    if (first === undefined) throw new Error("Empty group of variants");
    const drawn = [...(drawnOf.get(first) ?? [])];
    const items = shownOutputs(first).flatMap((output): ShownItem[] => {
      if (output.type === "stream") {
        const { text, cutBytes } = output;
        const shown = fits(text.length)
          ? output
          : { ...output, text: "", cutBytes: cutBytes + Buffer.byteLength(text) };
        return streamItems(shown, cell, wholeOf(output.name, output.whole));
      }
      if (output.type === "claim") return [claimItem(output.claim, input)];
      const { data } = output;
      const isShown = fits(textUnits(data));
      const cutBytes = (output.cutBytes ?? 0) + (isShown ? 0 : textUnits(data));
      const whole = wholeOf("display", output.whole);
      const cut: ShownItem[] = cutBytes === 0 ? [] : [{ kind: "stream", name: "stdout", text: "", cutBytes, whole }];
      if ((Object.keys(data).length === 0 && cutBytes > 0) || !isShown) return cut;
      const chart = isChart(data) ? drawn.shift() : undefined;
      // Of a failed trial that stands in for outputs that are gone: its chart could not be drawn, as the failure says.
      if (isChart(data) && chart === undefined) return cut;
      return [chart === undefined ? readMimeBundle(data) : chartItem(cell, chart, files++), ...cut];
    });
    const { failure } = first;
    const stopped: ShownItem[] =
      failure === null
        ? []
        : [stoppedItem(failure, members, result, input), ...restOf(failure, (hash) => wholeOf("error", hash))];
    return {
      heading:
        alike.length > 1
          ? join(
              members.map(({ params }) => nameVariant(params)),
              "semicolon",
            )
          : undefined,
      items: [...withRecorded(items, cell, members, input), ...stopped],
    };
  });
  const filled = groups.filter(({ items }) => items.length > 0);
  return filled.every(({ items }) => items.every(isPrinted)) ? [...filled, ...metricsOf(cell, result)] : filled;
}

/** What follows a failure whose message was cut: how much, and the whole as a file. */
function restOf(failure: Failure, wholeOf: (hash: string) => WholeFile | undefined): ShownItem[] {
  if (failure.kind !== "exception" || failure.cut === undefined) return [];
  const { bytes, whole } = failure.cut;
  return [{ kind: "stream", name: "stdout", text: "", cutBytes: bytes, whole: wholeOf(whole) }];
}

/**
 * Most text of one cell on a page, in UTF-16 units: many variants with large outputs would make a page longer than the longest string.
 * What is beyond is counted; `results.json` has all of it.
 */
const MOST_SHOWN_UNITS = 16 * 1024 * 1024;

/** Length of the texts in a display, an image in base64 among them. Charts are drawn, and count as nothing. */
function textUnits(data: MimeBundle): number {
  if (isChart(data)) return 0;
  return Object.values(data).reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 0), 0);
}

/** Whether an item is text that a program prints, beside which a measured cell shows its metrics. */
function isPrinted({ kind }: ShownItem): boolean {
  return kind === "stream" || kind === "recorded";
}

/** Assigns the charts of the cell to its variants, in order. */
function takeCharts(
  cell: Cell,
  variants: readonly VariantResult[],
  charts: readonly DrawnChart[],
): ReadonlyMap<VariantResult, readonly DrawnChart[]> {
  let used = 0;
  return new Map(
    variants.map((variant) => {
      const wanted = variant.outputs.filter((output) => output.type === "display" && isChart(output.data)).length;
      const own = charts.slice(used, used + wanted);
      used += wanted;
      if (own.length < wanted) throw new Error(`Chart ${used} of cell ${cell.label} was not drawn.`);
      return [variant, own];
    }),
  );
}

/**
 * Replaces stdout, and of a Python cell the values that it shows as text, by their comparison with the recorded outputs of these
 * variants; a note of truncated output stays.
 */
function withRecorded(
  items: readonly ShownItem[],
  cell: Cell,
  members: readonly VariantResult[],
  input: RenderInput,
): readonly ShownItem[] {
  const isText = isPrintedBy(cell);
  const compared = cell.options.recordedOutputs.flatMap((recorded): ShownItem[] => {
    const own = members.filter(({ params }) => matchesParams(params, recorded.variant));
    if (own.length === 0) return [];
    const variants =
      own.length < members.length
        ? join(
            own.map(({ params }) => nameVariant(params)),
            "semicolon",
          )
        : "";
    return [
      {
        kind: "recorded",
        compared: compareRecorded(recorded, textOfItems(items.filter(isText)), input.report.folder, variants),
      },
    ];
  });
  if (compared.length === 0) return items;
  const first = items.findIndex(isText);
  const rest = items.flatMap((item, index): readonly ShownItem[] => {
    const cut = item.kind === "stream" && item.cutBytes > 0 ? [{ ...item, text: "" }] : [];
    if (index === first) return [...compared, ...cut];
    return isText(item) ? cut : [item];
  });
  return first < 0 ? [...compared, ...items] : rest;
}

type PrintedItem = Extract<ShownItem, { kind: "stream" | "text" }>;

/** Whether an item of a cell is text of its recorded output: stdout, and in Python, as in a notebook, the text of a value. */
function isPrintedBy({ language }: Cell): (item: ShownItem) => item is PrintedItem {
  return (item): item is PrintedItem =>
    (item.kind === "stream" && item.name === "stdout") || (item.kind === "text" && language === "python");
}

function textOfItems(items: readonly PrintedItem[]): string {
  return items.map(({ text }) => text).join("\n");
}

function claimItem(claim: Claim, input: RenderInput): ShownItem {
  const listed = input.claims.find((each) => each.original === claim);
  if (listed === undefined)
    throw new Error(`Claim missing from the list of the report: ${JSON.stringify(claim.sentence)}`);
  return { kind: "claim", claim: listed };
}

/** Whether the report shows the output of the cell. */
export function isShown({ options }: Cell): boolean {
  return options.include && options.output !== false && options.eval;
}

/** The table of metrics and the heaviest lines: what a measured cell shows that displays nothing itself. */
function metricsOf(cell: Cell, result: CellResult): readonly ShownGroup[] {
  const table = cell.options.probes.length === 0 ? undefined : tabulateMetrics(result.variants);
  const tables = tabulateHeaviestLines(result);
  const items: ShownItem[] = [
    ...(table === undefined ? [] : [{ kind: "table", table } as const]),
    ...(tables.length === 0 ? [] : [{ kind: "lines", tables } as const]),
  ];
  return items.length === 0 ? [] : [{ heading: undefined, items }];
}

/**
 * The ten lines with the most allocated bytes, and those with the most bytes alive at the peak where that is known, for each variant
 * and region with a line profile.
 */
function tabulateHeaviestLines({ variants }: CellResult): readonly LineTable[] {
  return variants.flatMap((variant) =>
    lineProfilesOf(variant).flatMap((profile) => {
      const name = join(
        [nameVariant(variant.params), profile.region].filter((part) => part !== ""),
        "comma",
      );
      return (["allocated", "peak"] as const).flatMap((by) => {
        const shown = profileBy(by, profile);
        return shown === undefined ? [] : [tabulateLines({ name, profile: shown }, { by, top: 10 })];
      });
    }),
  );
}

function streamItems(
  output: Extract<Output, { type: "stream" }>,
  cell: Cell,
  whole: WholeFile | undefined,
): ShownItem[] {
  const text = plainTerminalText(output.text).replace(/(?<!\n)\n+$/, "");
  if (text.trim() === "" && output.cutBytes === 0) return [];
  if (cell.options.output === "asis" && output.name === "stdout") return [{ kind: "markdown", source: text }];
  return [{ kind: "stream", name: output.name, text, cutBytes: output.cutBytes, whole }];
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
    onlyExactTracing: failedByExactTracing(members, result, input),
  };
  return { kind: "stopped", stopped: describeFailure(failure, counts, input.report, result.language) };
}

/** Whether only trials of the probe `lines` failed, and the probe traced every allocation instead of samples. */
function failedByExactTracing(
  members: readonly VariantResult[],
  { label }: CellResult,
  { report }: RenderInput,
): boolean {
  const failed = members.flatMap(({ trialSets }) =>
    trialSets.filter(({ trials }) => trials.some(({ failure }) => failure !== null)),
  );
  const lines = report.cells.find((cell) => cell.label === label)?.options.lines;
  const isTracked = lines?.instrumentation.engine === "tracker";
  return isTracked && failed.length > 0 && failed.every(({ probe }) => probe === "lines");
}

/** One group with nothing but the reason why the cell has no output. */
function stoppedOnly(stopped: Stopped): readonly ShownGroup[] {
  return [{ heading: undefined, items: [{ kind: "stopped", stopped }] }];
}

/** Name of the link to the file of an output that was cut: `Output as a file (2.1 MiB)`. */
export function nameWhole({ contents }: WholeFile): string {
  return say("outputFile", { bytes: formatBytes(contents.length) });
}

/** Note below output that exceeded the limit. */
export function describeCut(cutBytes: number): string {
  return say("truncated", { bytes: formatBytes(cutBytes) });
}

/** Note in place of a value that no format can show. @param types MIME types of the value */
export function describeUnknown(types: readonly string[]): string {
  return say("unknownOutput", { types: join(types, "list") });
}

/** Text alternative of an image without `fig-alt`. */
export function nameImage({ label }: Cell): string {
  return say("imageOf", { label });
}
