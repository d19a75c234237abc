import { formatNumber } from "../../analysis/format.ts";
import { isRecord } from "../../analysis/own-value.ts";
import { type Position, UserError } from "../../errors.ts";

/** Largest depth of nested objects and lists in a chart. */
const MOST_LEVELS = 200;
/** Largest number of rows in one list of a chart. */
export const MOST_ROWS = 200_000;
/** Properties whose value `{ start, stop, step }` makes Vega compute a list. */
const SEQUENCES = new Set(["sequence", "keyvals", "bins"]);

/** Largest value of each numeric property that can make a drawing large. */
const MOST: Readonly<Record<string, number>> = {
  width: 10_000,
  height: 10_000,
  step: 10_000,
  padding: 10_000,
  tickCount: 1000,
  maxbins: 1000,
  steps: 10_000,
  minsteps: 10_000,
  maxsteps: 10_000,
  columns: 1000,
};

/** Properties that hold data: numbers inside them are not checked. */
const DATA = new Set(["values", "datasets"]);

/**
 * Refuses a chart that is too large to draw, before it is drawn: nesting, lists of rows, and numbers of the
 * specification.
 * @throws {UserError} `invalid-chart`
 */
export function checkSize(chart: object, position: Position | undefined): void {
  const tooLarge = (what: string, most: number): UserError =>
    new UserError(`The chart is too large to draw: ${what}. The most is ${formatNumber(most)}.`, {
      code: "invalid-chart",
      position,
      hint: "Aggregate the data in the cell, or draw a smaller chart.",
    });
  const isSpec = !("chart" in chart);
  const pending: { readonly value: unknown; readonly level: number; readonly isData: boolean }[] = [
    { value: chart, level: 1, isData: false },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, level, isData } = next;
    if (typeof value !== "object" || value === null) continue;
    if (level > MOST_LEVELS) throw tooLarge("its objects and lists are nested too deeply", MOST_LEVELS);
    if (Array.isArray(value)) {
      if (value.length > MOST_ROWS) throw tooLarge(`a list has ${formatNumber(value.length)} rows`, MOST_ROWS);
      for (const each of value) pending.push({ value: each, level: level + 1, isData });
      continue;
    }
    for (const [key, inner] of Object.entries(value)) {
      const most = Object.hasOwn(MOST, key) && isSpec && !isData ? MOST[key] : undefined;
      if (most !== undefined && typeof inner === "number" && !(Math.abs(inner) <= most))
        throw tooLarge(`\`${key}\` is ${formatNumber(inner)}`, most);
      const count = isSpec && !isData ? listLength(key, inner, value) : 0;
      if (count > MOST_ROWS) throw tooLarge(`\`${key}\` makes ${formatNumber(count)} rows`, MOST_ROWS);
      pending.push({ value: inner, level: level + 1, isData: isData || DATA.has(key) });
    }
  }
}

/**
 * Number of rows that Vega would make from a property, whatever the data.
 * @param of the object that has the property
 */
function listLength(key: string, inner: unknown, of: object): number {
  if (SEQUENCES.has(key)) return sequenceLength(inner);
  // Quantiles are probabilities from 0 to 1.
  if (key === "quantile") return sequenceLength({ stop: 1, ...of });
  if (key === "graticule" && isRecord(inner)) return Math.max(...GRID_STEPS.map((name) => gridLength(inner[name])));
  return 0;
}

/** Number of rows that Vega makes from `sequence: { start, stop, step }`. */
function sequenceLength(sequence: unknown): number {
  if (!isRecord(sequence)) return 0;
  const { start = 0, stop, step = 1 } = sequence;
  if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number") return 0;
  return Math.ceil(Math.max(0, (stop - start) / step));
}

const GRID_STEPS = ["step", "stepMajor", "stepMinor"];

/** Number of points in a grid over the globe; `step` is `[longitude, latitude]` in degrees. */
function gridLength(step: unknown): number {
  if (!Array.isArray(step)) return 0;
  const [longitude, latitude] = step;
  return typeof longitude === "number" && typeof latitude === "number" ? (360 / longitude) * (180 / latitude) : 0;
}
