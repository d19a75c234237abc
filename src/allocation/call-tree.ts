import { type Amounts, addAmounts, noAmounts } from "./amounts.ts";
import { NumberList } from "./number-list.ts";
import { PairTable } from "./pair-table.ts";
import type { AllocationSite } from "./sites.ts";

/** An author's function at one of its lines. */
export interface CallFrame {
  readonly functionName: string;
  /** Line on which the function begins, from 1; 0 for the root. */
  readonly functionLine: number;
  /** Undefined for the root, whose amounts belong to no line. */
  readonly site: AllocationSite | undefined;
}

/**
 * Number of a node of a call tree: one line of an author's function, reached by one path of calls. A node's number is
 * greater than its parent's.
 */
export type CallNode = number;

/**
 * Greatest depth of the tree. Deeper calls become children of the last level, because recursive readers such as
 * `JSON.parse` could overflow their stack. V8's tracker keeps 64 frames of a stack (`kMaxAllocationTraceLength`).
 */
export const MOST_DEPTH = 256;

/** The first and the last node of one site. `#nextAt` links them in the order in which they were added. */
interface SiteNodes {
  readonly first: CallNode;
  last: CallNode;
}

const ROOT = 0;

/**
 * Call tree of the author's functions. Has one node for each line at which a function called or allocated. Nodes are
 * numbers and their fields are in lists, because a recursive program has millions of nodes.
 */
export class CallTree {
  readonly root: CallNode = ROOT;
  /** Each frame that a node has, once. */
  readonly #frames: CallFrame[] = [{ functionName: "(root)", functionLine: 0, site: undefined }];
  readonly #frameNumbers = new Map<AllocationSite, Map<string, number>>();
  readonly #parents = new NumberList();
  readonly #depths = new NumberList();
  readonly #frameOf = new NumberList();
  /** The next node of the same site; 0 where there is none. */
  readonly #nextAt = new NumberList();
  readonly #at = new Map<AllocationSite, SiteNodes>();
  readonly #children = new PairTable();
  readonly #allocatedBytes = new NumberList();
  readonly #allocations = new NumberList();
  readonly #liveBytes = new NumberList();
  readonly #liveObjects = new NumberList();
  #length = 1;

  /** Number of nodes, the root included. */
  get length(): number {
    return this.#length;
  }

  /** Returns the number of a frame, for `childAt`. Adds the frame if it is missing. */
  frame(functionName: string, functionLine: number, site: AllocationSite): number {
    let numbers = this.#frameNumbers.get(site);
    if (numbers === undefined) {
      numbers = new Map();
      this.#frameNumbers.set(site, numbers);
    }
    const key = `${functionLine} ${functionName}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#frames.push({ functionName, functionLine, site }) - 1;
    numbers.set(key, number);
    return number;
  }

  /** Returns the node of a function at one of its lines, called by `caller`. Adds the node if it is missing. */
  child(caller: CallNode, functionName: string, functionLine: number, site: AllocationSite): CallNode {
    return this.childAt(caller, this.frame(functionName, functionLine, site));
  }

  /** Does what `child` does, for a frame given by its number. */
  childAt(caller: CallNode, frame: number): CallNode {
    const parent = this.#depths.get(caller) < MOST_DEPTH ? caller : this.#parents.get(caller);
    const known = this.#children.get(parent, frame);
    if (known !== undefined) return known;
    const node = this.#length++;
    this.#children.set(parent, frame, node);
    this.#parents.set(node, parent);
    this.#depths.set(node, this.#depths.get(parent) + 1);
    this.#frameOf.set(node, frame);
    const site = this.#frames[frame]?.site;
    if (site === undefined) return node;
    const there = this.#at.get(site);
    if (there === undefined) this.#at.set(site, { first: node, last: node });
    else {
      this.#nextAt.set(there.last, node);
      there.last = node;
    }
    return node;
  }

  /**
   * Returns the node of the same call at another line. For the root, whose function is unknown, this is an anonymous
   * function at that line.
   */
  onLine(node: CallNode, site: AllocationSite): CallNode {
    return this.childAt(this.parent(node), this.frameOnLine(this.#frameOf.get(node), site));
  }

  /** Returns the number of the frame that `onLine` gives to a node of `frame`. */
  frameOnLine(frame: number, site: AllocationSite): number {
    const { functionName, functionLine } = this.#frame(frame);
    return frame === 0 ? this.frame("(anonymous)", site.line, site) : this.frame(functionName, functionLine, site);
  }

  /** Returns the caller of a node; the root for the root. */
  parent(node: CallNode): CallNode {
    return this.#parents.get(node);
  }

  depth(node: CallNode): number {
    return this.#depths.get(node);
  }

  frameNumber(node: CallNode): number {
    return this.#frameOf.get(node);
  }

  frameOf(node: CallNode): CallFrame {
    return this.#frame(this.#frameOf.get(node));
  }

  #frame(number: number): CallFrame {
    const frame = this.#frames[number];
    if (frame === undefined) throw new RangeError(`the call tree has no frame ${number}`);
    return frame;
  }

  /** Self amounts of a node, without those of its children. */
  amounts(node: CallNode): Amounts {
    return {
      allocatedBytes: this.#allocatedBytes.get(node),
      allocations: this.#allocations.get(node),
      liveBytes: this.#liveBytes.get(node),
      liveObjects: this.#liveObjects.get(node),
    };
  }

  /** Adds to the self amounts of a node. */
  add(
    node: CallNode,
    { allocatedBytes = 0, allocations = 0, liveBytes = 0, liveObjects = 0 }: Readonly<Partial<Amounts>>,
  ): void {
    if (allocatedBytes !== 0) this.#allocatedBytes.add(node, allocatedBytes);
    if (allocations !== 0) this.#allocations.add(node, allocations);
    if (liveBytes !== 0) this.#liveBytes.add(node, liveBytes);
    if (liveObjects !== 0) this.#liveObjects.add(node, liveObjects);
  }

  /** Returns all nodes of a site, on all paths of calls. */
  at(site: AllocationSite): CallNode[] {
    const nodes: CallNode[] = [];
    for (let node = this.#at.get(site)?.first ?? 0; node !== 0; node = this.#nextAt.get(node)) nodes.push(node);
    return nodes;
  }

  /** Yields each site with the sum of its nodes' amounts. */
  *sites(): Generator<readonly [AllocationSite, Amounts]> {
    for (const [site, { first }] of this.#at) {
      const sum = noAmounts();
      for (let node = first; node !== 0; node = this.#nextAt.get(node)) addAmounts(sum, this.amounts(node));
      yield [site, sum];
    }
  }
}
