import { formatNumber } from "../../analysis/format.ts";
import { isRecord } from "../../analysis/own-value.ts";
import { MOST_SERIES, SERIES_HINT } from "../category-limits.ts";
import { MOST_ROWS } from "./spec-size.ts";

type Vega = typeof import("vega");

/** Function of a dataflow that assigns values to bins. */
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

/** Approximate length of the intervals of time, ms, by Vega's names. */
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

/** Most ticks of one axis, as `tickCount` of a specification. */
const MOST_TICKS = 1000;

/** Most values of a discrete axis: there are no more pixels in the largest drawing, and the time of a drawing is quadratic in them. */
export const MOST_CATEGORIES = 10_000;

/** Scales that give each value a place of its own. */
const DISCRETE: ReadonlySet<unknown> = new Set(["band", "point"]);

/** Parameters of Vega's transform that makes the ticks of an axis. */
interface TickParameters {
  readonly count?: unknown;
  readonly scale?: { domain(): readonly unknown[] };
}

type TickTransform = new (
  params: unknown,
) => {
  transform(parameters: TickParameters, pulse: unknown): unknown;
};

/** Parameters of Vega's transform that makes a scale. */
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
 * Makes Vega refuse what `spec-size.ts` refuses of a specification where only the drawing knows the length of a list: the function
 * `sequence()` of expressions, and bins of transforms and of scales, whose
 * number depends on the data. The author then reads which list is too long, at once. Without this limit, a list of tens of millions reaches
 * the limit of memory after some 20 s of CPU time, or ends the process that draws.
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

/** What to do about a discrete axis with too many values. */
export const CATEGORIES_HINT =
  "Use `type: quantitative` for numbers and `type: temporal` for dates, or aggregate the rows in the cell.";

/** Number of intervals of time from start to stop, roughly; 0 for what is no interval. */
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
