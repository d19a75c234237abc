/** How often Heapbook's intervals contain the truth, by simulation with fixed seeds. */
import { combineMedians } from "../../src/analysis/combined-medians.ts";
import { createRandom } from "./programs.ts";

const ROUNDS = 1000;
const TRUE_MEDIAN = 10;

type Draw = (random: () => number) => number;

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Distributions with the median 10, of the shapes that times and counts have. */
export const SHAPES: Readonly<Record<string, Draw>> = {
  normal: (random) => TRUE_MEDIAN + normal(random),
  "log-normal": (random) => TRUE_MEDIAN * Math.exp(0.5 * normal(random)),
  exponential: (random) => (-TRUE_MEDIAN / Math.LN2) * Math.log(1 - random()),
  "a jump up": (random) => (random() < 0.5001 ? TRUE_MEDIAN : 1000),
};

export interface Coverage {
  /** Confidence that the intervals state, and share of them that contain the true ratio, in per cent. */
  readonly stated: number;
  readonly covered: number;
}

/** Intervals of the ratio of two medians with `count` samples each. */
export function coverRatio(draw: Draw, count: number): Coverage {
  let stated = 1;
  let covered = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const random = createRandom(round * 31 + count);
    const drawn = () => ({ samples: Array.from({ length: count }, () => draw(random)), exact: false });
    const { low, high, confidence } = combineMedians(drawn(), drawn(), (a, b) => a / b);
    stated = Math.min(stated, confidence);
    if (low <= 1 && 1 <= high) covered++;
  }
  return { stated: Math.round(1000 * stated) / 10, covered: (100 * covered) / ROUNDS };
}
