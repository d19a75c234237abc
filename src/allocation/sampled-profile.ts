import type { AllocationCallNode, LineAllocation, LineProfile, SampledError } from "../model/line-profile.ts";
import type { AllocationMeasure } from "../model/line-views.ts";
import { NORMAL_95, type SampledNode } from "../model/samples.ts";
import { noAmounts } from "./amounts.ts";
import { findCallPaths } from "./call-paths.ts";
import { CallTree } from "./call-tree.ts";
import { type CountedSizes, placeCounted } from "./counted-sites.ts";
import { foldCalls } from "./folded-calls.ts";
import { sourcesOf, toLines } from "./line-profile.ts";
import { findNotInstrumented } from "./not-instrumented.ts";
import { NumberList } from "./number-list.ts";
import { objectsPerSample, SampleSizes } from "./sample-sizes.ts";
import { type AllocationSite, type CodeMapping, createFinder } from "./sites.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Samples at both ends of a region, and counted allocations between them. */
export interface SampledRegion {
  readonly start: readonly SampledNode[];
  readonly end: readonly SampledNode[];
  readonly counts: readonly number[];
  readonly sizes: CountedSizes;
}

/** Estimated bytes and objects, variance of the bytes, and largest systematic error of the bytes (`offBytes`). */
interface Estimate {
  bytes: number;
  objects: number;
  variance: number;
  offBytes: number;
}

/**
 * Bytes of an allocation memento. V8 allocates one beside an array or object of a literal; it dies at the next
 * collection.
 */
const MEMENTO_BYTES = 16;
/**
 * Smallest size of an object that may have a memento; smaller ones are numbers. Whether a larger one is an array or its
 * elements is not known, because V8 rounds the size of what a sample stands for.
 */
const LEAST_WITH_MEMENTO_BYTES = 24;

/**
 * Corrects the live bytes of samples of an expression with a literal. V8 counts the size with the memento, which arrays
 * and objects with properties have, but not the elements of arrays. V8 does not show which, so half a memento is
 * subtracted for each object; the other half is the error.
 */
function withoutMementos(sum: Estimate, objects: number): Estimate {
  const half = (objects * MEMENTO_BYTES) / 2;
  return { ...sum, bytes: sum.bytes - half, offBytes: Math.abs(half) };
}

const ROOT = -1;

/** Estimates bytes and objects of a node from samples seen at only one end of the region. */
function estimate(
  { groups, selfBytes }: SampledNode,
  sizes: SampleSizes,
  intervalBytes: number,
  hasMementos: boolean,
): Estimate {
  const sum = { bytes: 0, objects: 0, variance: 0, offBytes: 0 };
  let mayHaveMemento = 0;
  const solved = sizes.solve(groups, selfBytes);
  sizes.learn(groups, solved);
  groups.forEach(({ changed }, i) => {
    const size = solved[i] ?? 0;
    const objects = changed === 0 ? 0 : objectsPerSample(size, intervalBytes);
    sum.objects += changed * objects;
    sum.bytes += changed * objects * size;
    // Variance of the Horvitz-Thompson estimator (1952): V8 samples each object with probability 1/objects,
    // independently of the others.
    sum.variance += changed === 0 ? 0 : changed * (1 - 1 / objects) * (objects * size) ** 2;
    if (size >= LEAST_WITH_MEMENTO_BYTES) mayHaveMemento += changed * objects;
  });
  return hasMementos ? withoutMementos(sum, mayHaveMemento) : sum;
}

/** Joins several trees of samples into one tree and one list of functions. The joined tree may have several roots. */
function joinTrees(trees: readonly (readonly SampledNode[])[]): TraceSnapshot {
  const lists = {
    order: new NumberList(),
    parents: new NumberList(),
    functionOf: new NumberList(),
    allocations: new NumberList(),
    allocatedBytes: new NumberList(),
    liveObjects: new NumberList(),
    liveBytes: new NumberList(),
    internalObjects: new NumberList(),
    internalBytes: new NumberList(),
    outsideBytes: new NumberList(),
    outsideWideBytes: new NumberList(),
  };
  const functions: TraceSnapshot["functions"][number][] = [];
  for (const tree of trees) {
    const first = functions.length;
    for (const { functionName: name, script, scriptId, line, column, parent } of tree) {
      const index = functions.push({ name, script, scriptId, line, column }) - 1;
      // Node numbers count from 1, because 0 means no node.
      lists.order.push(index + 1);
      lists.functionOf.set(index + 1, index);
      lists.parents.set(index + 1, parent === ROOT ? 0 : first + parent + 1);
    }
  }
  return { ...lists, lastObjectId: 0, functions, closures: [], types: { names: [], sums: [] } };
}

/** Collects the standard error of each line's bytes. */
class Errors {
  readonly #variances = new Map<string, number>();
  readonly #offBytes = new Map<string, number>();

  add({ file, line }: AllocationSite, { variance, offBytes }: Pick<Estimate, "variance" | "offBytes">): void {
    const key = `${line}:${file}`;
    this.#variances.set(key, (this.#variances.get(key) ?? 0) + variance);
    this.#offBytes.set(key, (this.#offBytes.get(key) ?? 0) + offBytes);
  }

  /** Returns the largest systematic error of a line's bytes. */
  offOf({ file, line }: Pick<LineAllocation, "file" | "line">): number {
    return this.#offBytes.get(`${line}:${file}`) ?? 0;
  }

  /**
   * Returns the standard error of a line's bytes. The 95 % interval computed from it includes the whole systematic
   * error, which is not random.
   */
  of({ file, line }: Pick<LineAllocation, "file" | "line">): number {
    const off = this.offOf({ file, line }) / NORMAL_95;
    return Math.round(Math.sqrt(this.#variances.get(`${line}:${file}`) ?? 0) + off);
  }
}

function roundLine(line: LineAllocation, standardError: SampledError): LineAllocation {
  return {
    file: line.file,
    line: line.line,
    liveBytes: Math.round(line.liveBytes),
    liveObjects: Math.round(line.liveObjects),
    allocatedBytes: Math.round(line.allocatedBytes),
    allocations: Math.round(line.allocations),
    functionLevelBytes: Math.round(line.functionLevelBytes),
    standardError,
  };
}

function roundCalls(node: AllocationCallNode): AllocationCallNode {
  return {
    ...node,
    allocatedBytes: Math.round(node.allocatedBytes),
    liveBytes: Math.round(node.liveBytes),
    allocations: Math.round(node.allocations),
    children: node.children.map(roundCalls),
  };
}

/**
 * Line profile of the engine `sampler`, for one of the two measures. As in a Poisson process, V8 samples an object of s
 * bytes with probability 1-exp(-s/interval), so a sample represents the reciprocal number of objects. Counted
 * allocations are moved to their lines as for the engine `tracker`.
 *
 * @param measure `allocated` if V8 kept the samples of collected objects, otherwise `live`
 */
export function profileSampled(
  region: string,
  { start, end, counts, sizes }: SampledRegion,
  measure: Exclude<AllocationMeasure, "peak">,
  intervalBytes: number,
  code: CodeMapping,
): LineProfile {
  const finder = createFinder(code);
  const snapshot = joinTrees([end, start]);
  const sampleSizes = new SampleSizes(intervalBytes);
  // The first pass learns which sizes occur; the second resolves ambiguous samples with them.
  for (const node of [...end, ...start]) estimate(node, sampleSizes, intervalBytes, false);
  const estimateOf = (node: SampledNode): Estimate =>
    estimate(node, sampleSizes, intervalBytes, measure === "live" && finder.mayHoldLiteral(node.functionName));
  const estimates = [
    ...end.map((node) => ({ ...estimateOf(node), sign: 1 })),
    ...start.map((node) => ({ ...estimateOf(node), sign: -1 })),
  ];
  const amountsOf = (node: number): ReturnType<typeof noAmounts> => {
    const { bytes = 0, objects = 0, sign = 0 } = estimates[node - 1] ?? {};
    return measure === "allocated"
      ? { ...noAmounts(), allocatedBytes: sign * bytes, allocations: sign * objects }
      : { ...noAmounts(), liveBytes: sign * bytes, liveObjects: sign * objects };
  };
  const tree = new CallTree();
  const errors = new Errors();
  const paths = findCallPaths(snapshot, finder, tree);
  for (let i = 0; i < snapshot.order.length; i++) {
    const node = snapshot.order.get(i);
    if (paths.isMeasuring(node)) continue;
    const call = paths.call(node);
    tree.add(call, amountsOf(node));
    const { site } = tree.frameOf(call);
    const found = estimates[node - 1];
    if (site !== undefined && found !== undefined) errors.add(site, found);
  }
  const { modules } = code.program;
  if (measure === "allocated") placeCounted(tree, finder, modules, (counter) => counts[counter] ?? 0, sizes);
  const lines = toLines(tree).map((line) => {
    const none = { allocatedBytes: 0, liveBytes: 0 };
    const off = Math.ceil(errors.offOf(line));
    const systematic = off === 0 ? {} : { systematicLiveBytes: off };
    return roundLine(line, { ...none, [`${measure}Bytes`]: errors.of(line), ...systematic });
  });
  const elsewhere = tree.amounts(tree.root);
  return {
    region,
    instrumentation: { engine: "sampler", intervalBytes },
    lines,
    elsewhere: { liveBytes: Math.round(elsewhere.liveBytes), allocatedBytes: Math.round(elsewhere.allocatedBytes) },
    calls: roundCalls(foldCalls(tree)),
    types: [],
    ...findNotInstrumented(modules, lines),
    inexact: [],
    sources: sourcesOf(modules, lines),
  };
}

/** Joins the profiles of one region from two processes: allocated amounts from one, live amounts from the other. */
export function joinSampled(allocated: LineProfile, live: LineProfile): LineProfile {
  const lines = new Map(allocated.lines.map((line) => [`${line.file}:${line.line}`, line]));
  for (const line of live.lines) {
    const { liveBytes, liveObjects, standardError } = line;
    const own = lines.get(`${line.file}:${line.line}`);
    if (own === undefined) lines.set(`${line.file}:${line.line}`, line);
    else {
      const errors = {
        ...standardError,
        allocatedBytes: own.standardError?.allocatedBytes ?? 0,
        liveBytes: standardError?.liveBytes ?? 0,
      };
      lines.set(`${line.file}:${line.line}`, { ...own, liveBytes, liveObjects, standardError: errors });
    }
  }
  return {
    ...allocated,
    lines: [...lines.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)),
    elsewhere: { ...allocated.elsewhere, liveBytes: live.elsewhere.liveBytes },
    calls: joinCalls(allocated.calls, live.calls),
    types: [],
    sources: { ...live.sources, ...allocated.sources },
  };
}

function joinCalls(allocated: AllocationCallNode, live: AllocationCallNode): AllocationCallNode {
  const keyOf = ({ functionName, functionLine, file, line }: AllocationCallNode): string =>
    `${functionName} ${functionLine} ${line} ${file}`;
  const children = new Map(allocated.children.map((child) => [keyOf(child), child]));
  for (const child of live.children) {
    const own = children.get(keyOf(child));
    children.set(keyOf(child), own === undefined ? child : joinCalls(own, child));
  }
  return { ...allocated, liveBytes: live.liveBytes, children: [...children.values()] };
}
