import { formatNumber } from "../../analysis/format.ts";
import { say } from "../../words/say.ts";
import type { VegaLiteSpec } from "../types.ts";
import type { SpecDrawing } from "./draw-spec.ts";
import type { DrawnMarks } from "./drawn-marks.ts";
import { countRows, type DataRow, markType, summarizeSpec } from "./spec-data.ts";

/** What a finished drawing shows and leaves out, in sentences. */
export interface DrawingReport {
  readonly summary: string;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** A mistake that is found only in the finished drawing. */
export interface DrawingMistake {
  readonly message: string;
  readonly hint: string;
}

/** Number of marks above which a drawing makes a page slow. */
const MANY_MARKS = 20_000;

/** Largest number of marks of one drawing: such a chart adds 8 MB to the page. */
const MOST_MARKS = 30_000;

/** Types of marks that draw all their rows as a single path. */
const ONE_PATH: ReadonlySet<string> = new Set(["line", "area", "trail"]);

/**
 * Finds a mistake that makes the drawing empty, flat or too large for a page; undefined if the drawing shows its data.
 */
export function findDrawingMistake(spec: VegaLiteSpec, { marks, warnings }: SpecDrawing): DrawingMistake | undefined {
  const zero = warnings.find((warning) => /Log scale domain includes zero/.test(warning));
  if (zero !== undefined) {
    return {
      message: "A logarithmic axis of the chart would have to begin at zero, which has no place on it.",
      hint: "Remove rows with zero (`transform: [{ filter: … }]`), use `mark: point` instead of bars and areas, or `scale: { type: symlog }`.",
    };
  }
  const drawn = marks.reduce((sum, each) => sum + (ONE_PATH.has(each.type) ? 0 : each.rows.length), 0);
  if (drawn > MOST_MARKS) {
    return {
      message: `The chart draws ${formatNumber(drawn)} marks. The most is ${formatNumber(MOST_MARKS)}.`,
      hint: "Aggregate the rows, for example with `bin` and `count`, or draw a sample of them.",
    };
  }
  const rows = countRows(spec);
  if (rows > 0 && marks.length > 0 && marks.every((each) => each.rows.length === 0)) {
    return {
      message: `The chart draws none of its ${formatNumber(rows)} ${rows === 1 ? "row" : "rows"}.`,
      hint: "Look for a `transform` that removes every row, and for channels whose fields have no numbers.",
    };
  }
  return undefined;
}

/** Describes a drawing by the rows that Vega drew, after all transforms. */
export function describeDrawing(spec: VegaLiteSpec, { marks, warnings }: SpecDrawing): DrawingReport {
  const notes: string[] = [];
  const found: string[] = warnings.filter((warning) => !/^Infinite extent for field/.test(warning)).map(vegaWarning);
  const drawn = marks.reduce((sum, each) => sum + each.rows.length, 0);
  const outside = marks.reduce((sum, each) => sum + each.outside, 0);
  if (drawn === 0 && countRows(spec) === 0 && hasRows(spec)) {
    notes.push(say("noRows"));
    found.push("The data of the chart have no rows, so the plot is empty. Check what the cell that makes them shows.");
  }
  if (outside > 0) {
    const share = `${formatNumber(outside)} of ${formatNumber(drawn)} marks ${outside === 1 ? "is" : "are"} outside the axes`;
    notes.push(say("outsideAxes", { n: outside, drawn }));
    found.push(`${share}. Widen \`scale: { domain: … }\`, or cut them off on purpose with \`mark: { clip: true }\`.`);
  }
  if (drawn > MANY_MARKS) {
    found.push(
      `The chart draws ${formatNumber(drawn)} marks, which makes the page large and slow. Aggregate the rows, for example with \`bin\` and \`count\`.`,
    );
  }
  return { summary: summarizeSpec(spec, summarizedRows(spec, marks)), notes, warnings: found };
}

const vegaWarning = (message: string): string => `Vega warns: ${message.replace(/^WARN\s*/, "")}`;

/**
 * Whether the top-level data are inline and empty (`values: []`), unlike generated data. Generated data (`sequence`,
 * `graticule`) have none.
 */
function hasRows(spec: VegaLiteSpec): boolean {
  return JSON.stringify(spec["data"] ?? {}).includes('"values":[]');
}

const VEGA_TYPES: Readonly<Record<string, string>> = {
  area: "area",
  bar: "rect",
  circle: "symbol",
  line: "line",
  point: "symbol",
  rect: "rect",
  rule: "rule",
  square: "symbol",
  text: "text",
  tick: "rect",
  trail: "trail",
};

/**
 * Rows of the mark that the summary describes. Undefined for marks that Vega-Lite composes of several marks, such as
 * box plots.
 */
function summarizedRows(spec: VegaLiteSpec, marks: readonly DrawnMarks[]): readonly DataRow[] | undefined {
  const mark = firstMark(spec);
  const type = mark === undefined ? undefined : VEGA_TYPES[mark];
  return type === undefined ? undefined : marks.find((each) => each.type === type)?.rows;
}

function firstMark(view: VegaLiteSpec): string | undefined {
  const own = markType(view);
  if (own !== undefined) return own;
  const children = [view["layer"], view["hconcat"], view["vconcat"], view["concat"], [view["spec"]]];
  for (const child of children.flatMap((each) => (Array.isArray(each) ? each : []))) {
    const found = typeof child === "object" && child !== null ? firstMark(child as VegaLiteSpec) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
