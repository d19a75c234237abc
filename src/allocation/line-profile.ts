import type { LineAllocation, LineProfile } from "../harness/protocol.ts";
import { buildCallTree } from "./call-tree.ts";
import { findResponsible, type Place, PlaceFinder, type TracedBundle } from "./places.ts";
import type { TracedModule } from "./program.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** What is known at one moment of a traced process. */
export interface TraceMoment {
  readonly snapshot: TraceSnapshot;
  /** Of each counted allocation, how often it was made since the process began. */
  readonly counts: readonly number[];
}

/** Bytes of one allocation of each counted kind, as measured in the process itself. */
export type CountedSizes = Readonly<Record<string, number>>;

/** Bytes and numbers of objects, allocated and alive. */
export interface Amounts {
  allocatedBytes: number;
  allocations: number;
  liveBytes: number;
  liveObjects: number;
}

/** Amounts of 0. */
export const nothing = (): Amounts => ({ allocatedBytes: 0, allocations: 0, liveBytes: 0, liveObjects: 0 });

export function add(to: Amounts, amounts: Amounts): void {
  to.allocatedBytes += amounts.allocatedBytes;
  to.allocations += amounts.allocations;
  to.liveBytes += amounts.liveBytes;
  to.liveObjects += amounts.liveObjects;
}

/**
 * What V8 made for itself at a place between two moments, as far as it is alive. Some of what was there before may have gone,
 * and some be charged to the place that V8 moved there without its tracker knowing: no more than was allocated can be meant.
 */
function internalsBetween(from: TraceSnapshot, to: TraceSnapshot, node: number): { bytes: number; objects: number } {
  const between = (list: "internalBytes" | "internalObjects", most: "allocatedBytes" | "allocations"): number =>
    Math.max(0, Math.min(to[list].get(node) - from[list].get(node), to[most].get(node) - from[most].get(node)));
  return { bytes: between("internalBytes", "allocatedBytes"), objects: between("internalObjects", "allocations") };
}

/** What was allocated at a place between two moments, besides what V8 made for itself there. */
function amountsBetween(from: TraceSnapshot, to: TraceSnapshot, node: number): Amounts {
  const internals = internalsBetween(from, to, node);
  return {
    allocatedBytes: to.allocatedBytes.get(node) - from.allocatedBytes.get(node) - internals.bytes,
    allocations: to.allocations.get(node) - from.allocations.get(node) - internals.objects,
    liveBytes: to.liveBytes.get(node) - from.liveBytes.get(node),
    liveObjects: to.liveObjects.get(node) - from.liveObjects.get(node),
  };
}

/** Sums by line, and by function for what can be told of no line in it. */
export class LineSums {
  readonly byPlace = new Map<Place, Amounts>();

  at(place: Place): Amounts {
    let amounts = this.byPlace.get(place);
    if (amounts === undefined) {
      amounts = nothing();
      this.byPlace.set(place, amounts);
    }
    return amounts;
  }
}

/**
 * Closures alive are told by the line on which they were written, and those of markers are nobody's: neither are they alive
 * for the author, nor were they allocated by the program.
 */
function placeClosures(
  { snapshot }: TraceMoment,
  sign: 1 | -1,
  sums: LineSums,
  finder: PlaceFinder,
  scriptIds: ReadonlySet<number>,
  responsible: ReadonlyMap<number, Place | "measuring" | undefined>,
): void {
  for (const { traceNode, scriptId, line, column, bytes, objects } of snapshot.closures) {
    const maker = responsible.get(traceNode);
    if (maker === undefined || maker === "measuring") continue;
    const written = scriptIds.has(scriptId) ? finder.closurePlace(line, column) : undefined;
    if (written === "measuring") {
      add(sums.at(maker), { ...nothing(), allocatedBytes: -sign * bytes, allocations: -sign * objects });
      continue;
    }
    add(sums.at(written ?? maker), { ...nothing(), liveBytes: sign * bytes, liveObjects: sign * objects });
  }
}

/** Takes so much from one place, as far as it is there, and gives what was taken. */
function take(from: Amounts, bytes: number, allocations: number): Amounts {
  const taken = {
    ...nothing(),
    allocatedBytes: Math.max(0, Math.min(from.allocatedBytes, bytes)),
    allocations: Math.max(0, Math.min(from.allocations, allocations)),
  };
  from.allocatedBytes -= taken.allocatedBytes;
  from.allocations -= taken.allocations;
  return taken;
}

/** Moves counted allocations from the function in whose frame they were made to their own lines. */
export function placeCounted(
  sums: LineSums,
  finder: PlaceFinder,
  modules: readonly TracedModule[],
  counts: (counter: number) => number,
  sizes: CountedSizes,
): void {
  modules.forEach((module, index) => {
    for (const site of module.sites) {
      const count = counts(site.counter);
      // A thunk is an arrow of ours.
      const size = sizes[site.kind === "thunk" ? "arrow" : site.kind];
      if (count === 0 || size === undefined) continue;
      const taken = take(sums.at(finder.frameOf(index, site)), size * count, count);
      if (site.kind !== "thunk") add(sums.at(finder.moduleLine(index, site.line, "line")), taken);
    }
  });
}

export function toLines(sums: LineSums): LineAllocation[] {
  const lines = new Map<string, LineAllocation>();
  for (const [{ file, line, level }, amounts] of sums.byPlace) {
    const key = `${file}:${line}`;
    const known = lines.get(key) ?? { file, line, ...nothing(), functionLevelBytes: 0 };
    const sum = { ...known };
    add(sum, amounts);
    lines.set(key, {
      ...sum,
      functionLevelBytes: known.functionLevelBytes + (level === "function" ? amounts.allocatedBytes : 0),
    });
  }
  return [...lines.values()]
    .filter(({ allocatedBytes, liveBytes, allocations, liveObjects }) =>
      [allocatedBytes, liveBytes, allocations, liveObjects].some((amount) => amount !== 0),
    )
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

/** The texts of the files in which something was allocated. */
export function sourcesOf(
  modules: readonly TracedModule[],
  lines: readonly Pick<LineAllocation, "file">[],
): Record<string, readonly string[]> {
  const files = new Set(lines.map(({ file }) => file));
  return Object.fromEntries(modules.filter(({ file }) => files.has(file)).map(({ file, lines }) => [file, lines]));
}

/**
 * What was allocated between two moments, by line of the author's modules: the difference of two snapshots.
 * A line is found from the function that allocated towards the root of the stack: the first that is the author's, or a
 * marker of a line of the author's, is responsible (research/line-allocation.md, 5).
 *
 * @param sizes of closures, yields and the like, whose number is counted
 */
export function profileLines(
  region: string,
  from: TraceMoment,
  to: TraceMoment,
  sizes: CountedSizes,
  bundle: TracedBundle,
): LineProfile {
  const finder = new PlaceFinder(bundle);
  const { snapshot } = to;
  const responsible = findResponsible(snapshot, finder);
  const scriptIds = new Set(
    snapshot.functions.filter(({ script }) => script === bundle.script).map(({ scriptId }) => scriptId),
  );
  const sums = new LineSums();
  const elsewhere = nothing();
  for (let i = 0; i < snapshot.order.length; i++) {
    const node = snapshot.order.get(i);
    const who = responsible.get(node);
    if (who === "measuring") continue;
    add(who === undefined ? elsewhere : sums.at(who), amountsBetween(from.snapshot, snapshot, node));
    elsewhere.allocatedBytes += internalsBetween(from.snapshot, snapshot, node).bytes;
  }
  placeClosures(to, 1, sums, finder, scriptIds, responsible);
  placeClosures(from, -1, sums, finder, scriptIds, responsible);
  const { modules } = bundle.program;
  placeCounted(sums, finder, modules, (counter) => (to.counts[counter] ?? 0) - (from.counts[counter] ?? 0), sizes);
  const lines = toLines(sums);
  return {
    region,
    mode: "exact",
    lines,
    elsewhere: { liveBytes: elsewhere.liveBytes, allocatedBytes: elsewhere.allocatedBytes },
    calls: buildCallTree(snapshot, finder, (node) => amountsBetween(from.snapshot, snapshot, node)),
    sources: sourcesOf(modules, lines),
  };
}

/** Sums over all lines of a profile: what the metrics of the probe are. */
export function sumLines(lines: readonly LineAllocation[]): Amounts {
  const sum = nothing();
  for (const line of lines) add(sum, line);
  return sum;
}
