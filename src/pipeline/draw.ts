import { drawChart } from "../chart/draw.ts";
import { isReadyChart } from "../chart/ready.ts";
import type { DrawnChart, VegaLiteSpec } from "../chart/types.ts";
import { parseSpec, resolveResultData, resultLabels } from "../chart/vega/vega-lite-cell.ts";
import type { Cell, Report } from "../document/types.ts";
import { didYouMean, UserError, UserErrors } from "../errors.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import type { CellResult, Failure, Output, ReportResults, VariantResult } from "../model/report-results.ts";
import type { ResultModule } from "../model/result-module.ts";
import type { TextCache } from "../model/text-cache.ts";
import { chartOf } from "../render/components/mime-bundle.ts";
import { toResultModule } from "../results/result-module.ts";

export interface DrawnReport {
  /** Drawings by cell label, in the order of the cell's outputs. */
  readonly charts: ReadonlyMap<string, readonly DrawnChart[]>;
  /** The results, with cells whose charts could not be drawn marked as failed, and charts of failed results as blocked. */
  readonly results: ReportResults;
}

/** Specifications of the `vega-lite` cells, by label; checked before anything runs. */
export type CellSpecs = ReadonlyMap<string, VegaLiteSpec>;

/**
 * Reads the specifications of the `vega-lite` cells.
 * @throws UserErrors for YAML or JSON that cannot be read, and for results of cells that do not exist.
 */
export function readSpecs(report: Report): CellSpecs {
  const errors: UserError[] = [];
  const specs = new Map<string, VegaLiteSpec>();
  const runnable = report.cells
    .filter((cell) => cell.language !== "vega-lite" && cell.options.eval)
    .map((cell) => cell.label);
  for (const cell of report.cells) {
    if (cell.language !== "vega-lite" || !cell.options.eval) continue;
    const position = { file: report.file, line: cell.sourceLine };
    try {
      const spec = parseSpec(cell.source, position);
      specs.set(cell.label, spec);
      for (const label of resultLabels(spec)) {
        if (runnable.includes(label)) continue;
        errors.push(
          new UserError(
            `cell \`${cell.label}\` draws the result of \`${label}\`, but no cell that runs has that label`,
            { code: "unknown-label", position, hint: didYouMean(label, runnable, "results"), exitCode: 1 },
          ),
        );
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return specs;
}

/** Draws what cells show as soon as each has its result, while other cells still run in their own processes. */
export class EarlyDrawings {
  readonly #report: Report;
  readonly #cache: TextCache;
  readonly #drawn = new Map<string, Promise<DrawnCell>>();

  constructor(report: Report, cache: TextCache) {
    this.#report = report;
    this.#cache = cache;
  }

  /** The drawn cell; drawn now if it was not before. */
  draw(result: CellResult): Promise<DrawnCell> {
    const known = this.#drawn.get(result.label);
    if (known !== undefined) return known;
    const cell = this.#report.cells.find((each) => each.label === result.label);
    if (cell === undefined) throw new Error(`there is no cell ${result.label}`);
    const drawn = drawOutputs(this.#report, cell, result, this.#cache);
    this.#drawn.set(result.label, drawn);
    return drawn;
  }
}

/** Draws every chart of a report, or takes the drawings that are kept. */
export async function drawReport(
  report: Report,
  results: ReportResults,
  specs: CellSpecs,
  early: EarlyDrawings,
  cache: TextCache,
): Promise<DrawnReport> {
  const charts = new Map<string, readonly DrawnChart[]>();
  const cells: CellResult[] = [];
  const byLabel = new Map(results.cells.map((cell) => [cell.label, cell]));
  const errors: UserError[] = [];
  for (const result of results.cells) {
    const cell = report.cells.find((each) => each.label === result.label);
    const spec = specs.get(result.label);
    if (cell === undefined) continue;
    if (spec === undefined) {
      const drawn = await early.draw(result);
      charts.set(cell.label, drawn.charts);
      cells.push(drawn.result);
      continue;
    }
    const missing = resultLabels(spec).filter((label) => byLabel.get(label)?.state !== "completed");
    if (missing.length > 0) {
      const isFailure = missing.some((label) => byLabel.get(label)?.state !== "not-run");
      cells.push({ ...result, state: isFailure ? "blocked" : "not-run", blockedBy: missing });
      continue;
    }
    try {
      charts.set(cell.label, [await drawSpec(report, cell, spec, byLabel, cache)]);
      cells.push(result);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return { charts, results: { ...results, cells } };
}

function drawSpec(
  report: Report,
  cell: Cell,
  spec: VegaLiteSpec,
  byLabel: ReadonlyMap<string, CellResult>,
  cache: TextCache,
): Promise<DrawnChart> {
  const position = { file: report.file, line: cell.sourceLine };
  const lookUp = (label: string): ResultModule | undefined => {
    const found = byLabel.get(label);
    return found === undefined ? undefined : toResultModule(found);
  };
  return drawChart(resolveResultData(spec, lookUp, position), {
    name: cell.label,
    cache,
    folder: report.folder,
    position,
  });
}

interface DrawnCell {
  readonly charts: readonly DrawnChart[];
  readonly result: CellResult;
}

/** Draws what a cell gave to `chart()`. A chart that cannot be drawn is a failure of its cell, shown in its place. */
async function drawOutputs(report: Report, cell: Cell, result: CellResult, cache: TextCache): Promise<DrawnCell> {
  const charts: DrawnChart[] = [];
  const variants: VariantResult[] = [];
  for (const variant of result.variants) {
    const outputs: Output[] = [];
    let failure: Failure | null = null;
    for (const output of variant.outputs) {
      const chart = output.type === "display" ? chartOf(output.data) : undefined;
      try {
        if (chart !== undefined) charts.push(await drawOne(report, cell, chart, charts.length, cache));
        outputs.push(output);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failure = {
          kind: "exception",
          name: "Chart",
          message: [error.message.replace(/\.$/, ""), error.hint].filter((part) => part !== undefined).join(". "),
          uncaught: false,
          frames: [],
          hiddenFrames: 0,
        };
      }
    }
    variants.push(failure === null ? variant : { ...variant, outputs, failure: variant.failure ?? failure });
  }
  const failed = variants.some((variant) => variant.failure !== null);
  return { charts, result: { ...result, variants, state: failed ? "failed" : result.state } };
}

function drawOne(report: Report, cell: Cell, chart: object, index: number, cache: TextCache): Promise<DrawnChart> {
  const name = index === 0 ? cell.label : `${cell.label}-${index + 1}`;
  const drawable = isReadyChart(chart) ? (chart satisfies ReadyChart) : (chart as VegaLiteSpec);
  return drawChart(drawable, { name, cache, folder: report.folder, position: cell.position });
}
