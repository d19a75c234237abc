import { formatNumber } from "../../analysis/format.ts";
import { isRecord } from "../../analysis/own-value.ts";
import { MOST_SERIES, SERIES_HINT } from "../category-limits.ts";
import { MOST_ROWS } from "./spec-size.ts";

type Vega = typeof import("vega");

/** Bins as Vega computes them: from `start` to `stop` in steps of `step`. */
interface Bins {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

type BinTransform = new (
  params: unknown,
) => {
  _bins(parameters: unknown): Bins;
};

/** Approximate length in ms of each time interval, by Vega's names. */
const INTERVAL_MS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  day: 86_400_000,
  date: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  quarter: 91 * 86_400_000,
  year: 365 * 86_400_000,
};

/** Largest number of ticks of one axis; the same as the limit on `tickCount` in `spec-size.ts`. */
const MOST_TICKS = 1000;

/**
 * Largest number of values of a discrete axis. The largest drawing has no more pixels, and drawing time grows with the
 * square of the number.
 */
export const MOST_CATEGORIES = 10_000;

/** Types of discrete scales, which give each value a place of its own. */
const DISCRETE: ReadonlySet<unknown> = new Set(["band", "point"]);

/** Parameters of the Vega transform that computes the ticks of an axis. */
interface TickParameters {
  readonly count?: unknown;
  readonly scale?: { domain(): readonly unknown[] };
}

type TickTransform = new (
  params: unknown,
) => {
  transform(parameters: TickParameters, pulse: unknown): unknown;
};

/** Parameters of the Vega transform that computes a scale. */
interface ScaleParameters {
  readonly type?: string;
  readonly bins?: { readonly start?: number; readonly stop?: number; readonly step?: number };
  readonly domain?: readonly unknown[];
}

type ScaleTransform = new (
  params: unknown,
) => {
  transform(parameters: ScaleParameters, pulse: unknown): unknown;
};

let bounded = false;

/**
 * Makes Vega refuse lists that are too long, if their length is known only while drawing: results of `sequence()` and
 * `timeSequence()`, ticks, bins, and values of discrete axes. The error names the list at once. Otherwise such a
 * drawing reaches the memory limit after about 20 s of CPU time, or ends the drawing process.
 */
export function boundLists(vega: Vega): void {
  if (bounded) return;
  bounded = true;
  const makeSequence = vega.expressionFunction("sequence") as (...bounds: readonly unknown[]) => unknown;
  vega.expressionFunction("sequence", (...bounds: readonly unknown[]) => {
    const [first = 0, second, step = 1] = bounds.map(Number);
    const [start, stop] = second === undefined ? [0, first] : [first, second];
    check("`sequence()` makes", (stop - start) / step, "elements");
    return makeSequence(...bounds);
  });
  for (const name of ["timeSequence", "utcSequence"]) {
    const makeTimes = vega.expressionFunction(name) as (...bounds: readonly unknown[]) => unknown;
    vega.expressionFunction(name, (...bounds: readonly unknown[]) => {
      const [unit, start, stop, step] = bounds;
      check(`\`${name}()\` makes`, countIntervals(unit, step, Number(start), Number(stop)), "elements");
      return makeTimes(...bounds);
    });
  }
  const transforms = vega.transforms as unknown as {
    axisticks: TickTransform;
    bin: BinTransform;
    scale: ScaleTransform;
  };
  transforms.axisticks = class extends transforms.axisticks {
    override transform(parameters: TickParameters, pulse: unknown): unknown {
      const { count, scale } = parameters;
      const { interval = count, step } = isRecord(count) ? count : {};
      const domain = (typeof interval === "string" ? scale?.domain() : undefined) ?? [];
      const ticks = countIntervals(interval, step, Number(domain[0]), Number(domain.at(-1)));
      const each = `\`tickCount: ${String(interval)}\` over ${formatNumber(Math.round(Math.abs(Number(domain.at(-1)) - Number(domain[0])) / 86_400_000))} days makes`;
      check(each, ticks, "ticks", MOST_TICKS, " Use a longer interval, or a number of ticks.");
      return super.transform(parameters, pulse);
    }
  };
  transforms.bin = class extends transforms.bin {
    override _bins(parameters: unknown): Bins {
      const bins = super._bins(parameters);
      check("`bin` makes", (bins.stop - bins.start) / bins.step, "bins");
      return bins;
    }
  };
  transforms.scale = class extends transforms.scale {
    override transform(parameters: ScaleParameters, pulse: unknown): unknown {
      const { type, bins, domain = [] } = parameters;
      if (DISCRETE.has(type))
        check("a discrete axis has", domain.length, "different values", MOST_CATEGORIES, ` ${CATEGORIES_HINT}`);
      if (type === "ordinal")
        check(
          "a scale of colours, shapes or sizes has",
          domain.length,
          "different values",
          MOST_SERIES,
          ` ${SERIES_HINT}`,
        );
      if (bins?.step !== undefined) {
        const { start = Number(domain[0]), stop = Number(domain.at(-1)), step } = bins;
        check("`bins` makes", (stop - start) / step, "bins");
      }
      return super.transform(parameters, pulse);
    }
  };
}

/** Hint of the error about a discrete axis with too many values. */
export const CATEGORIES_HINT =
  "Use `type: quantitative` for numbers and `type: temporal` for dates, or aggregate the rows in the cell.";

/** Approximate number of time intervals from start to stop; 0 if the unit is not a time interval. */
function countIntervals(unit: unknown, step: unknown, start: number, stop: number): number {
  const length = INTERVAL_MS[String(unit)];
  if (length === undefined) return 0;
  return Math.abs(stop - start) / (length * Math.max(1, Number(step ?? 1)));
}

function check(what: string, count: number, unit: string, most: number = MOST_ROWS, hint = ""): void {
  if (count > most)
    throw new Error(
      `${what} ${formatNumber(Math.ceil(count))} ${unit}. The most is ${formatNumber(most)}${hint === "" ? "" : `.${hint}`}`,
    );
}
