import type { SampleGroup } from "../model/samples.ts";

/** Bytes of a word. V8 allocates objects in whole words. */
const WORD_BYTES = 8;
/** Bytes of the smallest object: a map and one field. */
const LEAST_BYTES = 2 * WORD_BYTES;
/** Most sums that the search keeps at a time. Bounds the time for nodes with very many sizes. */
const MOST_SUMS = 2048;

/** Samples of one node of the call tree for which V8 reports the same product. */
type Samples = Pick<SampleGroup, "product" | "samples">;

/**
 * Number of objects that one sample represents: the reciprocal of the probability that V8 samples an object of this
 * size.
 */
export function objectsPerSample(sizeBytes: number, intervalBytes: number): number {
  return -1 / Math.expm1(-sizeBytes / intervalBytes);
}

/**
 * Number of objects that V8 reports for some samples. Rounded as by `SamplingHeapProfiler::ScaleSample` in V8's
 * src/profiler/sampling-heap-profiler.cc.
 */
function roundedObjects(sizeBytes: number, samples: number, intervalBytes: number): number {
  return Math.floor(samples * objectsPerSample(sizeBytes, intervalBytes) + 0.5);
}

/**
 * Finds the sizes of sampled objects, which V8 does not report. V8 reports two numbers. For a sample: the size times a
 * rounded number of objects, a product that several sizes may share. For a node: the sum over its sizes, each rounded
 * after multiplying by the number of samples. The sum decides between the sizes that share a product.
 */
export class SampleSizes {
  readonly #intervalBytes: number;
  readonly #candidates = new Map<number, readonly number[]>();
  /** Number of samples found for each size, over all nodes so far. */
  readonly #popularity = new Map<number, number>();

  constructor(intervalBytes: number) {
    this.#intervalBytes = intervalBytes;
  }

  /** Returns every size, in bytes, for which V8 would report this product. */
  candidates(product: number): readonly number[] {
    const known = this.#candidates.get(product);
    if (known !== undefined) return known;
    const found: number[] = [];
    const most = roundedObjects(LEAST_BYTES, 1, this.#intervalBytes);
    for (let objects = 1; objects <= most && product / objects >= LEAST_BYTES; objects++) {
      const size = product / objects;
      if (size % WORD_BYTES === 0 && roundedObjects(size, 1, this.#intervalBytes) === objects) found.push(size);
    }
    // If no size in whole words has this product, the product itself is taken.
    const sizes = found.length > 0 ? found : [product];
    this.#candidates.set(product, sizes);
    return sizes;
  }

  /** Returns the size of each group. Chosen so that the sum over all groups is as near as possible to `selfBytes`. */
  solve(groups: readonly Samples[], selfBytes: number): readonly number[] {
    let sums = new Map<number, { readonly size: number; readonly before: Chain | undefined } | undefined>([
      [0, undefined],
    ]);
    for (const { product, samples } of groups) {
      const sizes = [...this.candidates(product)].sort((a, b) => this.#popularityOf(b) - this.#popularityOf(a));
      const next: typeof sums = new Map();
      for (const [sum, before] of sums) {
        for (const size of sizes) {
          const reached = sum + size * roundedObjects(size, samples, this.#intervalBytes);
          if (reached <= selfBytes + product && !next.has(reached) && next.size < MOST_SUMS) {
            next.set(reached, { size, before });
          }
        }
      }
      sums = next;
    }
    let [best] = sums;
    for (const entry of sums) {
      if (best === undefined || Math.abs(entry[0] - selfBytes) < Math.abs(best[0] - selfBytes)) best = entry;
    }
    const solved: number[] = [];
    for (let chain = best?.[1]; chain !== undefined; chain = chain.before) solved.unshift(chain.size);
    return solved.length === groups.length
      ? solved
      : groups.map(({ product }) => this.candidates(product)[0] ?? product);
  }

  /** Records solved sizes. Single samples of other nodes that are ambiguous then get the most frequent size. */
  learn(groups: readonly Samples[], sizes: readonly number[]): void {
    groups.forEach(({ samples }, i) => {
      const size = sizes[i];
      if (size !== undefined && samples > 1) this.#popularity.set(size, this.#popularityOf(size) + samples);
    });
  }

  #popularityOf(size: number): number {
    return this.#popularity.get(size) ?? 0;
  }
}

interface Chain {
  readonly size: number;
  readonly before: Chain | undefined;
}
