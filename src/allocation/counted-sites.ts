import { type Amounts, noAmounts } from "./amounts.ts";
import type { CallNode, CallTree } from "./call-tree.ts";
import { NO_PHANTOMS, type PhantomBytes } from "./phantom-bytes.ts";
import type { InstrumentedModule } from "./program.ts";
import type { SiteFinder } from "./sites.ts";

/** Bytes of one allocation of each counted kind, measured in the traced process. */
export type CountedSizes = Readonly<Record<string, number>>;

/** Kinds of counted sites that are `await` expressions. */
const AWAIT_EXPRESSIONS: ReadonlySet<string> = new Set(["await", "await-promise"]);

/** Kinds of counted sites at which V8 awaits. */
const AWAITING: ReadonlySet<string> = new Set(["await", "await-promise", "async-yield", "for-await"]);

/**
 * Splits an amount in proportion to weights. The parts add up to the amount; they are whole numbers if the amount is
 * one.
 */
function share(amount: number, weights: readonly number[]): number[] {
  let rest = amount;
  let left = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => {
    const part = left === 0 ? 0 : weight === left ? rest : Math.round((rest * weight) / left);
    rest -= part;
    left -= weight;
    return part;
  });
}

/**
 * Subtracts up to `bytes` and `allocations` from the calls of one function. Returns the subtracted amounts for each
 * call. The counter covers all paths of calls to the function, so each call loses a share in proportion to its
 * function-level amounts.
 */
function take(tree: CallTree, calls: readonly CallNode[], bytes: number, allocations: number): Amounts[] {
  const own = calls.map((call) => tree.amounts(call));
  const takeOf = (key: "allocatedBytes" | "allocations", wanted: number): number[] => {
    const there = own.reduce((sum, amounts) => sum + amounts[key], 0);
    return share(
      Math.max(0, Math.min(there, wanted)),
      own.map((amounts) => Math.max(0, amounts[key])),
    );
  };
  const [taken, count] = [takeOf("allocatedBytes", bytes), takeOf("allocations", allocations)];
  return calls.map((call, i) => {
    const part = { ...noAmounts(), allocatedBytes: taken[i] ?? 0, allocations: count[i] ?? 0 };
    tree.add(call, { allocatedBytes: -part.allocatedBytes, allocations: -part.allocations });
    return part;
  });
}

/**
 * Moves counted allocations from the function whose frame V8 recorded to the lines of their sites.
 *
 * @param counts returns the number of allocations of a counter
 * @param sizes bytes of one allocation of each counted kind
 * @param phantoms bytes that V8's tracker reports for each await although nothing is allocated; removed
 */
export function placeCounted(
  tree: CallTree,
  finder: SiteFinder,
  modules: readonly InstrumentedModule[],
  counts: (counter: number) => number,
  sizes: CountedSizes,
  phantoms: PhantomBytes = NO_PHANTOMS,
): void {
  modules.forEach((module, index) => {
    for (const site of module.sites) {
      const count = counts(site.counter);
      // A thunk is an arrow function of the instrumentation. Its bytes are subtracted and belong to no line. From V8 14
      // on, the first await of a call allocates more than later ones. The surplus stays with the function, because one
      // counter serves all its calls.
      const later = AWAIT_EXPRESSIONS.has(site.kind) ? sizes["later-await"] : undefined;
      const size = later ?? sizes[site.kind === "thunk" ? "arrow" : site.kind];
      const phantom = site.kind === "delegate" ? phantoms.delegate : AWAITING.has(site.kind) ? phantoms.await : 0;
      if (count === 0 || (size === undefined && phantom === 0)) continue;
      const calls = tree.at(finder.frameOf(index, site));
      if (phantom > 0) take(tree, calls, phantom * count, count);
      if (size === undefined) continue;
      const taken = take(tree, calls, size * count, count);
      if (site.kind === "thunk") continue;
      const line = finder.moduleLine(index, site.line, "line");
      calls.forEach((call, i) => {
        const amounts = taken[i];
        if (amounts !== undefined && amounts.allocations + amounts.allocatedBytes > 0) {
          tree.add(tree.onLine(call, line), amounts);
        }
      });
    }
  });
}
