/** A row with a time and a space; less is better in both. */
interface TimeAndSpace {
  readonly time: { readonly value: number };
  readonly space: { readonly value: number };
}

/**
 * For each row, whether it is on the Pareto front: no other row is at least as good in time and in space, and better in
 * one of them. Equal rows are on the front together.
 */
export function findParetoFront(rows: readonly TimeAndSpace[]): readonly boolean[] {
  return rows.map(
    (row) =>
      !rows.some(
        (other) =>
          other.time.value <= row.time.value &&
          other.space.value <= row.space.value &&
          (other.time.value < row.time.value || other.space.value < row.space.value),
      ),
  );
}
