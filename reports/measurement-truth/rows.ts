/** Rows of the tables that hold a reading against its truth, for each runtime. */

interface Metric {
  readonly value: number;
  readonly samples: readonly number[];
}

interface Variant {
  readonly params: Readonly<Record<string, unknown>>;
}

/** `node@24`, or `node (20.20.2)` for the Node that runs Heapbook, which is the one of this cell. */
export function runtimeOf({ params }: Variant): string {
  return params["runtime"] === "node" ? `node (${process.versions.node})` : String(params["runtime"]);
}

/** A variant of another result in the same runtime. */
export function inSameRuntime<V extends Variant>(result: { readonly variants: readonly V[] }, { params }: Variant): V {
  const found = result.variants.find((each) => each.params["runtime"] === params["runtime"]);
  if (found === undefined) throw new Error(`no variant in ${String(params["runtime"])}`);
  return found;
}

export function errorOf(truth: number, measured: number): string {
  return truth === 0 ? "" : `${((measured / truth - 1) * 100).toFixed(3)} %`;
}

/** The largest sample less the smallest. */
export function spreadOf({ samples }: Metric): number {
  return Math.max(...samples) - Math.min(...samples);
}

export function truthRow(thing: string, variant: Variant, truth: number, metric: Metric): Record<string, unknown> {
  return {
    thing,
    runtime: runtimeOf(variant),
    truth,
    measured: metric.value,
    error: errorOf(truth, metric.value),
    spread: spreadOf(metric),
  };
}
