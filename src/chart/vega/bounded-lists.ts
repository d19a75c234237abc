import { formatNumber } from "../../analysis/format.ts";
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

/** Parameters of Vega's transform that makes a scale. */
interface ScaleParameters {
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
  const transforms = vega.transforms as unknown as { bin: BinTransform; scale: ScaleTransform };
  transforms.bin = class extends transforms.bin {
    override _bins(parameters: unknown): Bins {
      const bins = super._bins(parameters);
      check("`bin` makes", (bins.stop - bins.start) / bins.step, "bins");
      return bins;
    }
  };
  transforms.scale = class extends transforms.scale {
    override transform(parameters: ScaleParameters, pulse: unknown): unknown {
      const { bins, domain = [] } = parameters;
      if (bins?.step !== undefined) {
        const { start = Number(domain[0]), stop = Number(domain.at(-1)), step } = bins;
        check("`bins` makes", (stop - start) / step, "bins");
      }
      return super.transform(parameters, pulse);
    }
  };
}

function check(what: string, count: number, unit: string): void {
  if (count > MOST_ROWS)
    throw new Error(`${what} ${formatNumber(Math.ceil(count))} ${unit}. The most is ${formatNumber(MOST_ROWS)}`);
}
