import type { ErrorBound, InexactKind, InexactPlace } from "../model/inexact-places.ts";
import type { LineAllocation } from "../model/line-profile.ts";
import type { InstrumentedModule } from "./program.ts";

/** Bytes that V8's tracker reports too much for an await that no code shows. */
const PHANTOM_BYTES = 48;

/**
 * Fewest allocations that V8's tracker has at the line for one call of a function, one element of `Promise.all()`, one
 * `return()` (Node 20 to 26). So the number of calls is at most that of the line's allocations, divided by this.
 */
const LEAST_ALLOCATIONS: Readonly<Record<Exclude<InexactKind, "for-await">, number>> = {
  "async-function": 3,
  generator: 2,
  "async-generator": 2,
  "promise-all": 5,
  "async-return": 2,
};

/** Objects that V8 keeps for a suspended function: the function's own object, and its registers. */
const LEAST_OBJECTS = 2;

/** By how much the calls of a function may differ; for live bytes at most what its line has. */
function ofCalls(count: number, errorBoundBytes: number, line: LineAllocation | undefined) {
  const suspended = Math.floor(Math.abs(line?.liveObjects ?? 0) / LEAST_OBJECTS);
  const liveBytes = Math.min(Math.abs(line?.liveBytes ?? 0), errorBoundBytes * suspended);
  return { allocatedBytes: errorBoundBytes * count, allocations: 0, liveBytes };
}

/**
 * Lists the code of which the engines `tracker` and `meter` may count too much or too little, with upper bounds of the bytes; the most
 * bytes first. Several functions on one line are one place for each kind.
 *
 * @param countOf returns the number of counts of a counter or of a site of the meter
 */
export function findInexact(
  modules: readonly InstrumentedModule[],
  lines: readonly LineAllocation[],
  countOf: (counter: number) => number,
): { readonly inexact: readonly InexactPlace[]; readonly errorBound: ErrorBound } {
  const lineAt = new Map(lines.map((line) => [`${line.line}:${line.file}`, line]));
  const places = new Map<string, InexactPlace>();
  for (const { file, inexact } of modules) {
    for (const { line, kind, errorBoundBytes, counter } of inexact) {
      const own = lineAt.get(`${line}:${file}`);
      const count =
        counter === undefined
          ? kind === "for-await"
            ? 0
            : Math.floor((own?.allocations ?? 0) / LEAST_ALLOCATIONS[kind])
          : countOf(counter);
      const amounts =
        errorBoundBytes > 0
          ? ofCalls(count, errorBoundBytes, own)
          : { allocatedBytes: PHANTOM_BYTES * count, allocations: count, liveBytes: 0 };
      if (amounts.allocatedBytes <= 0 && amounts.liveBytes <= 0) continue;
      const key = `${kind} ${line}:${file}`;
      const known = places.get(key);
      // Without a counter, the functions of a line share its allocations: the largest bound holds for all.
      const isShared = known !== undefined && counter === undefined;
      if (isShared && known.allocatedBytes >= amounts.allocatedBytes) continue;
      const sum =
        known === undefined || isShared
          ? amounts
          : {
              allocatedBytes: known.allocatedBytes + amounts.allocatedBytes,
              allocations: known.allocations + amounts.allocations,
              liveBytes: known.liveBytes,
            };
      places.set(key, { file, line, kind, ...sum });
    }
  }
  const inexact = [...places.values()].sort((a, b) => b.allocatedBytes - a.allocatedBytes);
  const errorBoundBytes = inexact.reduce((sum, each) => sum + Math.max(each.allocatedBytes, each.liveBytes), 0);
  return { inexact, errorBound: errorBoundBytes === 0 ? {} : { errorBoundBytes } };
}
