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
import { probeOfFailure } from "../text/failure-summary.ts";
import { describeBlocked, describeNotRun, type Stopped } from "../text/stopped.ts";
import { plainTerminalText } from "../text/terminal-text.ts";
import { nameVariant } from "../text/variant-name.ts";
import { tabulateMetrics } from "./metrics-table.ts";
import { type Displayed, isChart, readMimeBundle } from "./mime-bundle.ts";
import { type ComparedOutput, compareRecorded } from "./recorded-output.ts";

/** One item in the output of a cell, as data that every format renders. */
export type ShownItem =
  | {
      readonly kind: "stream";
      readonly name: "stdout" | "stderr";
      readonly text: string;
      readonly cutBytes: number;
      /** File beside the page with the complete text, if the shown text is cut. */
      readonly whole?: WholeFile | undefined;
    }
  /** `file`: name of the chart's files, without extension. */
  | { readonly kind: "chart"; readonly chart: DrawnChart; readonly file: string }
  | { readonly kind: "stopped"; readonly stopped: Stopped }
  | { readonly kind: "claim"; readonly claim: ReportClaim }
  | { readonly kind: "recorded"; readonly compared: ComparedOutput }
  | Displayed;

/** A text file beside the page. */
export interface WholeFile {
  /** Path relative to the report's folder in the site. */
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Output of one variant, or of several variants with equal output. */
export interface ShownGroup {
  /** Names of the variants; undefined if all variants have the same output. */
  readonly heading: string | undefined;
  readonly items: readonly ShownItem[];
}

/** Everything that the report shows for one cell. */
export interface ShownCell {
  /** Whether the report shows the cell's code. */
  readonly code: boolean;
  readonly groups: readonly ShownGroup[];
  /** Warnings and notes about the results, shown at the end of the output. */
  readonly conclusions: readonly Conclusion[];
}

/**
 * Selects the code and output that the report shows for a cell, by the cell's options and result. A cell with hidden
 * output still shows a failure, unless `error: true` expects the failure.
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

/** The conclusions of a cell in the language of the page; the results contain them in English only. */
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
      // A display without a drawing: the chart of a failed trial, which could not be drawn, as the trial's failure
      // says.
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

/** Note below a failure with a cut message: number of cut bytes, and the file with the complete message. */
function restOf(failure: Failure, wholeOf: (hash: string) => WholeFile | undefined): ShownItem[] {
  if (failure.kind !== "exception" || failure.cut === undefined) return [];
  const { bytes, whole } = failure.cut;
  return [{ kind: "stream", name: "stdout", text: "", cutBytes: bytes, whole: wholeOf(whole) }];
}

/**
 * Most text of one cell on a page, in UTF-16 code units. More could exceed the longest string that V8 allows. The page
 * states how much is cut; `results.json` has all of it.
 */
const MOST_SHOWN_UNITS = 16 * 1024 * 1024;

/**
 * Length of a display's texts in UTF-16 code units, including images in base64. Charts count as 0, because they are
 * drawn.
 */
function textUnits(data: MimeBundle): number {
  if (isChart(data)) return 0;
  return Object.values(data).reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 0), 0);
}

/** Whether an item is printed text. A measured cell that shows nothing else also gets its table of metrics. */
function isPrinted({ kind }: ShownItem): boolean {
  return kind === "stream" || kind === "recorded";
}

/** Assigns the drawn charts of a cell to its variants, in order. Throws an Error if a chart was not drawn. */
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
 * Replaces stdout by its comparison with the recorded outputs of these variants; in a Python cell also values shown as
 * text. Notes about cut output are kept.
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

/**
 * Returns a test of items that is true for text to compare with a recorded output: stdout, and in Python also the text
 * of a value.
 */
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

/** The table of metrics and the heaviest lines, which a measured cell shows if it displays nothing itself. */
function metricsOf(cell: Cell, result: CellResult): readonly ShownGroup[] {
  const { probes, metricsTable, linesTable } = cell.options;
  const table = probes.length === 0 || !metricsTable ? undefined : tabulateMetrics(result.variants);
  const tables = linesTable ? tabulateHeaviestLines(result) : [];
  const items: ShownItem[] = [
    ...(table === undefined ? [] : [{ kind: "table", table } as const]),
    ...(tables.length === 0 ? [] : [{ kind: "lines", tables } as const]),
  ];
  return items.length === 0 ? [] : [{ heading: undefined, items }];
}

/**
 * Tables for each variant and region with a line profile: the ten lines with the most allocated bytes, and the ten with
 * the most bytes alive at the peak, if known.
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
    probe: probeOfFailure(members),
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

/** A group with only the reason why the cell has no output. */
function stoppedOnly(stopped: Stopped): readonly ShownGroup[] {
  return [{ heading: undefined, items: [{ kind: "stopped", stopped }] }];
}

/** Text of the link to the file of a cut output: `Output as a file (2.1 MiB)`. */
export function nameWhole({ contents }: WholeFile): string {
  return say("outputFile", { bytes: formatBytes(contents.length) });
}

/** Note below output that is cut: how many bytes are missing. */
export function describeCut(cutBytes: number): string {
  return say("truncated", { bytes: formatBytes(cutBytes) });
}

/**
 * Note in place of a value that no format can show.
 * @param types MIME types of the value
 */
export function describeUnknown(types: readonly string[]): string {
  return say("unknownOutput", { types: join(types, "list") });
}

/** Text alternative of a cell's image, if the cell has no `fig-alt`. */
export function nameImage({ label }: Cell): string {
  return say("imageOf", { label });
}
