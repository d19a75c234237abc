import { type Amounts, noAmounts } from "./amounts.ts";
import type { AllocationSite } from "./sites.ts";

/** One line of an author's function, reached by one path of calls. */
export interface CallNode {
  readonly functionName: string;
  /** Line on which the function begins, from 1; 0 for the root. */
  readonly functionLine: number;
  /** Undefined for the root, whose amounts belong to no line. */
  readonly site: AllocationSite | undefined;
  readonly parent: CallNode | undefined;
  readonly depth: number;
  /** Self amounts, without those of the children. */
  readonly amounts: Amounts;
  readonly children: Map<string, CallNode>;
}

/**
 * Greatest depth of the tree. Deeper calls become children of the last level, because recursive readers such as
 * `JSON.parse` could overflow their stack. V8's tracker keeps 64 frames of a stack (`kMaxAllocationTraceLength`).
 */
export const MOST_DEPTH = 256;

/** Call tree of the author's functions. Has one node for each line at which a function called or allocated. */
export class CallTree {
  readonly root: CallNode = {
    functionName: "(root)",
    functionLine: 0,
    site: undefined,
    parent: undefined,
    depth: 0,
    amounts: noAmounts(),
    children: new Map(),
  };
  readonly #at = new Map<AllocationSite, CallNode[]>();

  /** Returns the node of a function at one of its lines, called by `caller`. Adds the node if it is missing. */
  child(caller: CallNode, functionName: string, functionLine: number, site: AllocationSite): CallNode {
    const parent = caller.depth < MOST_DEPTH ? caller : (caller.parent ?? caller);
    const key = `${functionName} ${functionLine} ${site.level} ${site.line} ${site.file}`;
    const known = parent.children.get(key);
    if (known !== undefined) return known;
    const depth = parent.depth + 1;
    const node = { functionName, functionLine, site, parent, depth, amounts: noAmounts(), children: new Map() };
    parent.children.set(key, node);
    const there = this.#at.get(site);
    if (there === undefined) this.#at.set(site, [node]);
    else there.push(node);
    return node;
  }

  /**
   * Returns the node of the same call at another line. For the root, whose function is unknown, this is an anonymous
   * function at that line.
   */
  onLine(node: CallNode, site: AllocationSite): CallNode {
    if (node.parent === undefined) return this.child(node, "(anonymous)", site.line, site);
    return this.child(node.parent, node.functionName, node.functionLine, site);
  }

  /** Returns all nodes of a site, on all paths of calls. */
  at(site: AllocationSite): readonly CallNode[] {
    return this.#at.get(site) ?? [];
  }

  sites(): Iterable<readonly [AllocationSite, readonly CallNode[]]> {
    return this.#at;
  }
}
