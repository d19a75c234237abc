import type { TypeAllocation } from "../model/line-profile.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Types below this share of all live bytes are summed up as `(other)`. */
const LEAST_SHARE = 0.001;
const OTHER = "(other)";
/** Name for bytes outside of V8's heap that no object of a line owns. */
const EXTERNAL = "(external)";
/** Name for objects that V8 makes for itself: code, feedback, shapes of objects. */
const INTERNALS = "(V8's own)";

/** Sums of live objects by trace node and type, with the names of the types. */
export interface TypedObjects {
  /** Name of each type, by its number. */
  readonly names: readonly string[];
  readonly sums: readonly TypedSum[];
}

export interface TypedSum {
  readonly traceNode: number;
  /** Index into `names`. */
  readonly type: number;
  readonly bytes: number;
  readonly objects: number;
}

type Sums = Map<string, { liveBytes: number; liveObjects: number }>;

function addTypes(to: Sums, { types }: TraceSnapshot, sign: 1 | -1, isCounted: (traceNode: number) => boolean): void {
  for (const { traceNode, type, bytes, objects } of types.sums) {
    if (!isCounted(traceNode)) continue;
    const name = types.names[type] ?? "";
    const sum = to.get(name) ?? { liveBytes: 0, liveObjects: 0 };
    sum.liveBytes += sign * bytes;
    sum.liveObjects += sign * objects;
    to.set(name, sum);
  }
}

/**
 * Live objects by type, at a moment `to` less those at an earlier moment `from`. Sorted by bytes, most first; small
 * types are summed in `(other)`, which is last.
 *
 * @param internals live objects that V8 made for itself between the two moments
 * @param isCounted whether the allocations of a trace node belong to the program
 * @param external bytes outside of V8's heap that no object owns
 */
export function typesBetween(
  from: TraceSnapshot,
  to: TraceSnapshot,
  internals: Omit<TypeAllocation, "type">,
  isCounted: (traceNode: number) => boolean,
  external?: Omit<TypeAllocation, "type">,
): TypeAllocation[] {
  const sums: Sums = new Map();
  addTypes(sums, to, 1, isCounted);
  addTypes(sums, from, -1, isCounted);
  if (internals.liveObjects > 0) sums.set(INTERNALS, { ...internals });
  if (external !== undefined && external.liveBytes > 0) sums.set(EXTERNAL, { ...external });
  const all = [...sums].map(([type, sum]) => ({ type, ...sum }));
  const least = LEAST_SHARE * all.reduce((bytes, { liveBytes }) => bytes + Math.abs(liveBytes), 0);
  const shown = all.filter(({ liveBytes }) => Math.abs(liveBytes) > least);
  const rest = all.filter(({ liveBytes }) => Math.abs(liveBytes) <= least);
  const other = rest.reduce(
    (sum, { liveBytes, liveObjects }) => ({
      type: OTHER,
      liveBytes: sum.liveBytes + liveBytes,
      liveObjects: sum.liveObjects + liveObjects,
    }),
    { type: OTHER, liveBytes: 0, liveObjects: 0 },
  );
  const byBytes = (a: TypeAllocation, b: TypeAllocation): number =>
    b.liveBytes - a.liveBytes || (a.type < b.type ? -1 : 1);
  return [...shown.sort(byBytes), ...(other.liveBytes === 0 && other.liveObjects === 0 ? [] : [other])];
}
