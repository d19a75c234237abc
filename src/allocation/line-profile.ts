import type { LineAllocation, LineProfile } from "../model/line-profile.ts";
import { type Amounts, addAmounts, noAmounts, sumAmounts } from "./amounts.ts";
import { type CallPaths, findCallPaths } from "./call-paths.ts";
import { CallTree } from "./call-tree.ts";
import { type CountedSizes, placeCounted } from "./counted-sites.ts";
import { foldCalls } from "./folded-calls.ts";
import { findInexact } from "./inexact-places.ts";
import { findNotInstrumented } from "./not-instrumented.ts";
import { typesBetween } from "./object-types.ts";
import { NO_PHANTOMS, type PhantomBytes } from "./phantom-bytes.ts";
import type { InstrumentedModule } from "./program.ts";
import { type CodeMapping, createFinder, type SiteFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Readings of a traced process at one moment. */
export interface TraceMoment {
  readonly snapshot: TraceSnapshot;
  /** Number of counted allocations since the process began, for each counter. */
  readonly counts: readonly number[];
  /** Live bytes of the region after a full collection, read by its probe. Known only at a peak. */
  readonly liveBytes?: number;
  /** Bytes outside of V8's heap that V8 and Node report. */
  readonly externalBytes?: number | undefined;
  /** Bytes in `externalBytes` for each byte of a string with 2 bytes a character. */
  readonly wideShare?: number | undefined;
  /** Whether `externalBytes` may be wrong because of resizable ArrayBuffers. */
  readonly hasMiscounted?: boolean;
}

/** Returns by how much a number of a node has grown between two moments. */
function growth(
  from: TraceSnapshot,
  to: TraceSnapshot,
  list: "allocatedBytes" | "allocations" | "liveBytes" | "liveObjects" | "internalBytes" | "internalObjects",
  node: number,
): number {
  return to[list].get(node) - from[list].get(node);
}

/**
 * Adds allocations and live objects of the nodes of the trace tree between two moments to their calls, without objects
 * that V8 made for itself (code, feedback, shapes). Returns the live ones of those. Their growth is kept between 0 and the
 * node's allocations. The plain difference can be negative, if V8 collected older objects, or too large, if V8 moved an
 * object without informing its tracker.
 */
function addGrowth(
  from: TraceSnapshot,
  to: TraceSnapshot,
  tree: CallTree,
  paths: CallPaths,
): { liveBytes: number; liveObjects: number } {
  const internals = { liveBytes: 0, liveObjects: 0 };
  for (let i = 0; i < to.order.length; i++) {
    const node = to.order.get(i);
    if (paths.isMeasuring(node)) continue;
    const allocatedBytes = growth(from, to, "allocatedBytes", node);
    const allocations = growth(from, to, "allocations", node);
    const bytes = Math.max(0, Math.min(growth(from, to, "internalBytes", node), allocatedBytes));
    const objects = Math.max(0, Math.min(growth(from, to, "internalObjects", node), allocations));
    internals.liveBytes += bytes;
    internals.liveObjects += objects;
    tree.add(paths.call(node), {
      allocatedBytes: allocatedBytes - bytes,
      allocations: allocations - objects,
      liveBytes: growth(from, to, "liveBytes", node),
      liveObjects: growth(from, to, "liveObjects", node),
    });
  }
  return internals;
}

/**
 * Adds live closures to the lines on which the author wrote them. Closures of markers are subtracted from the
 * allocations instead: the author's program does not make them.
 *
 * @param sign 1 to add the closures of a moment, -1 to subtract them
 */
function placeClosures(
  { snapshot }: TraceMoment,
  sign: 1 | -1,
  tree: CallTree,
  finder: SiteFinder,
  scripts: ReadonlyMap<number, string>,
  paths: CallPaths,
): void {
  for (const { traceNode, scriptId, line, column, bytes, objects } of snapshot.closures) {
    if (paths.isMeasuring(traceNode)) continue;
    const call = paths.call(traceNode);
    const script = scripts.get(scriptId);
    const written = script === undefined ? undefined : finder.closureSite(script, line, column);
    if (written === "measuring") {
      tree.add(call, { allocatedBytes: -sign * bytes, allocations: -sign * objects });
      continue;
    }
    const own = written === undefined ? call : tree.onLine(call, written);
    tree.add(own, { liveBytes: sign * bytes, liveObjects: sign * objects });
  }
}

/**
 * Bytes outside of V8's heap between two moments, without those of objects in lines and of Heapbook's objects.
 * Undefined if the process has not read them. At least 0, because Node frees a little memory of its own
 * (docs/measurement.md#tracker).
 */
function externalBetween(from: TraceMoment, to: TraceMoment): { liveBytes: number; liveObjects: number } | undefined {
  if (from.externalBytes === undefined || to.externalBytes === undefined) return undefined;
  const uncounted = 1 - (to.wideShare ?? 1);
  let bytes = to.externalBytes - from.externalBytes;
  for (const [{ snapshot }, sign] of [[to, -1] as const, [from, 1] as const]) {
    const { outsideBytes, outsideWideBytes } = snapshot;
    for (let node = 0; node < outsideBytes.length; node++) {
      bytes += sign * (outsideBytes.get(node) - uncounted * outsideWideBytes.get(node));
    }
  }
  return { liveBytes: Math.max(0, Math.round(bytes)), liveObjects: 0 };
}

/**
 * Bytes outside of V8's heap owned by objects that belong to no line, such as a SharedArrayBuffer from a worker's
 * message. The snapshots contain them, so `elsewhere` has them already.
 *
 * @param nodes trace nodes that belong to no line
 */
function unownedBetween(from: TraceSnapshot, to: TraceSnapshot, tree: CallTree, paths: CallPaths): number {
  let bytes = 0;
  for (let i = 0; i < to.order.length; i++) {
    const node = to.order.get(i);
    if (paths.call(node) !== tree.root || paths.isMeasuring(node)) continue;
    bytes += to.outsideBytes.get(node) - from.outsideBytes.get(node);
  }
  return Math.max(0, bytes);
}

/** Sum of all nodes of a tree, the root included. */
function sumTree(tree: CallTree): Amounts {
  const sum = tree.amounts(tree.root);
  for (const [, amounts] of tree.sites()) addAmounts(sum, amounts);
  return sum;
}

/** Sums of the call tree's nodes by line, sorted by file and line. Lines whose sums are all 0 are left out. */
export function toLines(tree: CallTree): LineAllocation[] {
  const lines = new Map<string, LineAllocation>();
  for (const [{ file, line, level }, amounts] of tree.sites()) {
    const key = `${file}:${line}`;
    const known: LineAllocation = lines.get(key) ?? { file, line, ...noAmounts(), functionLevelBytes: 0 };
    const sum = { ...known };
    addAmounts(sum, amounts);
    lines.set(key, {
      ...sum,
      functionLevelBytes: known.functionLevelBytes + (level === "line" ? 0 : amounts.allocatedBytes),
      ...(level === "module" ? { startUp: amounts } : {}),
    });
  }
  return [...lines.values()]
    .filter(({ allocatedBytes, liveBytes, allocations, liveObjects }) =>
      [allocatedBytes, liveBytes, allocations, liveObjects].some((amount) => amount !== 0),
    )
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

/** Returns the source text of each file that has lines, line by line. */
export function sourcesOf(
  modules: readonly InstrumentedModule[],
  lines: readonly Pick<LineAllocation, "file">[],
): Record<string, readonly string[]> {
  const files = new Set(lines.map(({ file }) => file));
  return Object.fromEntries(modules.filter(({ file }) => files.has(file)).map(({ file, lines }) => [file, lines]));
}

/**
 * Line profile of the engine `tracker`: the difference of two snapshots, by line of the author's modules. Lines are
 * sums over the call tree, so both have the same bytes.
 *
 * @param sizes bytes of one allocation of each counted kind
 * @param phantoms bytes that V8's tracker reports for each await although nothing is allocated
 */
export function profileLines(
  region: string,
  from: TraceMoment,
  to: TraceMoment,
  sizes: CountedSizes,
  code: CodeMapping,
  phantoms: PhantomBytes = NO_PHANTOMS,
): LineProfile {
  const finder = createFinder(code);
  const { snapshot } = to;
  const scripts = new Map(snapshot.functions.map(({ scriptId, script }) => [scriptId, script]));
  const tree = new CallTree();
  const paths = findCallPaths(snapshot, finder, tree);
  const internals = addGrowth(from.snapshot, snapshot, tree, paths);
  tree.add(tree.root, { allocatedBytes: internals.liveBytes, liveBytes: internals.liveBytes });
  placeClosures(to, 1, tree, finder, scripts, paths);
  placeClosures(from, -1, tree, finder, scripts, paths);
  if (to.liveBytes !== undefined) {
    // Bytes that no snapshot lists: memory outside of V8's heap other than that of ArrayBuffers and, from Node 24 on,
    // of strings.
    tree.add(tree.root, { liveBytes: to.liveBytes - sumTree(tree).liveBytes });
  }
  const isMiscounted = from.hasMiscounted === true || to.hasMiscounted === true;
  const external = isMiscounted ? undefined : externalBetween(from, to);
  tree.add(tree.root, { liveBytes: external?.liveBytes ?? 0 });
  const unowned = unownedBetween(from.snapshot, snapshot, tree, paths);
  const { modules } = code.program;
  const countOf = (counter: number): number => (to.counts[counter] ?? 0) - (from.counts[counter] ?? 0);
  placeCounted(tree, finder, modules, countOf, sizes, phantoms);
  const lines = toLines(tree);
  const elsewhere = tree.amounts(tree.root);
  const { inexact, errorBound } = findInexact(modules, lines, countOf);
  return {
    region,
    instrumentation: { engine: "tracker", ...errorBound },
    lines,
    elsewhere: {
      liveBytes: elsewhere.liveBytes,
      allocatedBytes: elsewhere.allocatedBytes,
      ...(isMiscounted ? { unknownExternal: "resizable-buffers" } : {}),
      ...(external === undefined ? {} : { externalBytes: external.liveBytes + unowned }),
    },
    calls: foldCalls(tree),
    types: typesBetween(from.snapshot, snapshot, internals, (node) => !paths.isMeasuring(node), external),
    ...findNotInstrumented(modules, lines),
    inexact,
    sources: sourcesOf(modules, lines),
  };
}

/** Sums over all lines of a profile, from which the metrics of the probe `lines` are made. */
export function sumLines(lines: readonly LineAllocation[]): Amounts {
  return sumAmounts(lines);
}
