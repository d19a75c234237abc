/** Sizes of objects are whole words of so many bytes. */
const WORD_BYTES = 8;
/** A map and one field: there is no smaller object. */
const LEAST_BYTES = 2 * WORD_BYTES;
/** Sums that are pursued at a time, so that places with very many sizes take no long search. */
const MOST_SUMS = 2048;

/** Samples of one place, as V8 tells them. */
export interface SampleGroup {
  /** Size times the rounded number of objects that a sample of it stands for. */
  readonly product: number;
  readonly samples: number;
}

/** Objects of a size that one sample stands for: the reciprocal of the chance that V8 takes one. */
export function objectsPerSample(sizeBytes: number, intervalBytes: number): number {
  return -1 / Math.expm1(-sizeBytes / intervalBytes);
}

/** As `SamplingHeapProfiler::ScaleSample` in V8's src/profiler/sampling-heap-profiler.cc rounds it. */
function roundedObjects(sizeBytes: number, samples: number, intervalBytes: number): number {
  return Math.floor(samples * objectsPerSample(sizeBytes, intervalBytes) + 0.5);
}

/**
 * The sizes of sampled objects. V8 tells of a sample the product of size and rounded number of objects, which several sizes
 * may share, and of a place the sum over its sizes, where the number is rounded after it was multiplied by that of the
 * samples. The sum decides between the sizes.
 */
export class SampleSizes {
  readonly #intervalBytes: number;
  readonly #candidates = new Map<number, readonly number[]>();
  /** Samples that were found to be of a size, in all places so far. */
  readonly #popularity = new Map<number, number>();

  constructor(intervalBytes: number) {
    this.#intervalBytes = intervalBytes;
  }

  /** Every size of which V8 tells this product. */
  candidates(product: number): readonly number[] {
    const known = this.#candidates.get(product);
    if (known !== undefined) return known;
    const found: number[] = [];
    const most = roundedObjects(LEAST_BYTES, 1, this.#intervalBytes);
    for (let objects = 1; objects <= most && product / objects >= LEAST_BYTES; objects++) {
      const size = product / objects;
      if (size % WORD_BYTES === 0 && roundedObjects(size, 1, this.#intervalBytes) === objects) found.push(size);
    }
    // Of no whole words: the nearest there is.
    const sizes = found.length > 0 ? found : [product];
    this.#candidates.set(product, sizes);
    return sizes;
  }

  /** The size of each group, such that together they make what V8 tells of the place, or come nearest to it. */
  solve(groups: readonly SampleGroup[], selfBytes: number): readonly number[] {
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

  /** Notes what was solved: single samples elsewhere, of which nothing else can be told, are taken for the like. */
  learn(groups: readonly SampleGroup[], sizes: readonly number[]): void {
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
