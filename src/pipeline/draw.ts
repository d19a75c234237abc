import { basename } from "node:path";
import { drawChart } from "../chart/draw.ts";
import { DrawingLimitError } from "../chart/drawing-limit.ts";
import { drawingProcess } from "../chart/drawing-process.ts";
import { isReadyChart } from "../chart/ready.ts";
import type { DrawnChart, VegaLiteSpec } from "../chart/types.ts";
import { lineOfMistake } from "../chart/vega/place-of-mistake.ts";
import { findUnknownProperties } from "../chart/vega/unknown-properties.ts";
import { resolveResultData } from "../chart/vega/vega-lite-cell.ts";
import type { Cell, Report } from "../document/types.ts";
import { type Position, UserError } from "../errors.ts";
import { inLanguage } from "../language.ts";
import type { CellResult, Failure, Output, ReportResults, VariantResult } from "../model/report-results.ts";
import type { ResultModule } from "../model/result-module.ts";
import type { TextCache } from "../model/text-cache.ts";
import { chartOf } from "../render/components/mime-bundle.ts";
import { toResultModule } from "../results/result-module.ts";

/** Drawings by cell label; the drawings of a cell are in the order of its outputs. */
export type DrawnCharts = ReadonlyMap<string, readonly DrawnChart[]>;

/**
 * Draws the charts of one report, or loads drawings from the cache. Holds all drawings until the report is rendered.
 */
export class ChartDrawer {
  readonly #report: Report;
  readonly #cache: TextCache;
  readonly #signal: AbortSignal;
  readonly #drawn = new Map<string, readonly DrawnChart[]>();
  readonly #warnings: UserError[] = [];

  /** @param signal ends the drawing that runs */
  constructor(report: Report, cache: TextCache, signal: AbortSignal) {
    this.#report = report;
    this.#cache = cache;
    this.#signal = signal;
  }

  /** Warnings about the drawings so far, `misleading-chart` and `unknown-property`, in the order of drawing. */
  get warnings(): readonly UserError[] {
    return this.#warnings;
  }

  /**
   * Draws what a cell passed to `chart()`, as soon as the cell has run and before its state is decided.
   * @returns the variants; an output that cannot be drawn is replaced by a failure of its variant
   */
  async drawOutputs(cell: Cell, variants: readonly VariantResult[]): Promise<readonly VariantResult[]> {
    const charts: DrawnChart[] = [];
    const drawn: VariantResult[] = [];
    for (const variant of variants) {
      const outputs: Output[] = [];
      let failure: Failure | null = null;
      for (const output of variant.outputs) {
        const chart = output.type === "display" ? chartOf(output.data) : undefined;
        try {
          if (chart !== undefined) charts.push(await this.#drawOutput(cell, chart, charts.length));
          outputs.push(output);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          failure = chartFailure(error, cell, this.#report);
        }
      }
      drawn.push(failure === null ? variant : { ...variant, outputs, failure: variant.failure ?? failure });
    }
    this.#drawn.set(cell.label, charts);
    return drawn;
  }

  #drawOutput(cell: Cell, chart: object, index: number): Promise<DrawnChart> {
    const name = index === 0 ? cell.label : `${cell.label}-${index + 1}`;
    const drawable = isReadyChart(chart) ? chart : (chart as VegaLiteSpec);
    if (!isReadyChart(drawable)) this.#warnOfProperties(cell, drawable);
    return this.#draw(drawable, name, cell.position);
  }

  /** Warns of properties that Vega-Lite ignores. Warns only once if several variants draw the same chart. */
  #warnOfProperties({ label, position }: Cell, spec: VegaLiteSpec): void {
    for (const { message, hint } of findUnknownProperties(spec)) {
      const warning = new UserError(`Cell \`${label}\`: ${message}`, { code: "unknown-property", position, hint });
      if (!this.#warnings.some((each) => each.message === warning.message)) this.#warnings.push(warning);
    }
  }

  async #draw(chart: Parameters<typeof drawChart>[0], name: string, position: Position): Promise<DrawnChart> {
    const { folder, frontMatter } = this.#report;
    const options = { name, cache: this.#cache, folder, lang: frontMatter.lang, position };
    const drawn = await drawChart(chart, options, (subject, apart) => drawingProcess.draw(subject, apart, this.#signal))
      // If the render was interrupted, the signal's reason is thrown instead of an error about the chart.
      .finally(() => this.#signal.throwIfAborted());
    for (const warning of drawn.warnings)
      this.#warnings.push(new UserError(warning, { code: "misleading-chart", position }));
    return drawn;
  }

  /**
   * Draws the `vega-lite` cells whose results are complete.
   * @returns all drawings of the report, including those of `drawOutputs()`, in the order of the cells; and failures by
   *   cell label, one for each specification that cannot be drawn
   */
  async drawSpecs(specs: ReadonlyMap<string, VegaLiteSpec>, results: ReportResults) {
    const failures = new Map<string, Failure>();
    for (const cell of this.#report.cells) {
      const spec = specs.get(cell.label);
      const isComplete = results.cells.some(({ label, state }) => label === cell.label && state === "completed");
      if (spec === undefined || !isComplete) continue;
      try {
        this.#drawn.set(cell.label, [await this.#drawSpec(cell, spec, results)]);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failures.set(cell.label, chartFailure(error, cell, this.#report));
      }
    }
    const charts: DrawnCharts = new Map(this.#report.cells.flatMap(({ label }) => this.#entry(label)));
    return { charts, failures };
  }

  #drawSpec(cell: Cell, spec: VegaLiteSpec, results: ReportResults): Promise<DrawnChart> {
    const position = { file: this.#report.file, line: cell.sourceLine };
    const lookUp = (label: string): ResultModule | undefined => {
      const found = results.cells.find((each) => each.label === label);
      return found === undefined ? undefined : toResultModule(found);
    };
    // Runs in the report's language, because the titles of axes are taken from the metric table.
    const resolved = inLanguage(this.#report.frontMatter.lang, () => resolveResultData(spec, lookUp, position));
    return this.#draw(resolved, cell.label, position);
  }

  #entry(label: string): [string, readonly DrawnChart[]][] {
    const charts = this.#drawn.get(label);
    return charts === undefined ? [] : [[label, charts]];
  }
}

/** A copy of the results in which the cells of charts that cannot be drawn have failed. */
export function withFailures(results: ReportResults, failures: ReadonlyMap<string, Failure>): ReportResults {
  if (failures.size === 0) return results;
  const cells = results.cells.map((cell): CellResult => {
    const failure = failures.get(cell.label);
    if (failure === undefined) return cell;
    return { ...cell, state: "failed", variants: [{ params: {}, trialSets: [], metrics: [], outputs: [], failure }] };
  });
  return { ...results, cells };
}

/** The failure that the page shows in place of a chart. */
function chartFailure(error: UserError, cell: Cell, { path }: Report): Failure {
  if (error instanceof DrawingLimitError) return { kind: "drawing-limit", ...error.reached };
  const { message, hint } = error;
  return {
    kind: "exception",
    name: "Chart",
    message: [message.replace(/\.$/, ""), hint].filter((part) => part !== undefined).join(". "),
    uncaught: false,
    frames: [{ functionName: "", file: basename(path), ...placeInCell(cell, message) }],
    hiddenFrames: 0,
  };
}

/** Line of the report and column, from 1, that an error about a chart quotes; else the first line of the specification. */
function placeInCell({ language, source, sourceLine, indent }: Cell, message: string) {
  const lines = source.split("\n");
  const quoted = /`([^`]+)`/.exec(message)?.[1];
  const written = quoted === undefined ? [] : ['"', "'", "`"].map((mark) => mark + quoted + mark);
  const call = lines.findIndex((text) => written.some((each) => text.includes(each)));
  const index =
    language === "vega-lite"
      ? lineOfMistake(source, message)
      : Math.max(0, call >= 0 ? call : lines.findIndex((text) => /\bchart\(/.test(text)));
  const column = Math.max(0, (lines[index] ?? "").search(/\S/)) + 1 + indent;
  return { line: sourceLine + index, column };
}
