import { type Amounts, noAmounts } from "./amounts.ts";
import type { AllocationSite } from "./sites.ts";

/** One line of an author's function, reached by one path of calls. */
export interface CallNode {
  readonly functionName: string;
  /** Line on which the function begins; 0 for the root. */
  readonly functionLine: number;
  /** Undefined for the root, whose amounts belong to no line. */
  readonly site: AllocationSite | undefined;
  readonly parent: CallNode | undefined;
  readonly depth: number;
  /** Self amounts: those of the children are not included. */
  readonly amounts: Amounts;
  readonly children: Map<string, CallNode>;
}

/**
 * Greatest depth of the tree: deeper calls become children of the last level. A deeper tree could overflow the stack of
 * recursive readers such as `JSON.parse`. V8's tracker keeps 64 frames of a stack (`kMaxAllocationTraceLength`).
 */
export const MOST_DEPTH = 256;

/** Call tree of the author's functions, with one node for each line at which a function called or allocated. */
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

  /** The node of a function at one of its lines, called by `caller`; made where it does not exist yet. */
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

  /** The same call at another line. For the root: an anonymous function at that line, since the caller is unknown. */
  onLine(node: CallNode, site: AllocationSite): CallNode {
    if (node.parent === undefined) return this.child(node, "(anonymous)", site.line, site);
    return this.child(node.parent, node.functionName, node.functionLine, site);
  }

  /** All nodes of a site, on all paths of calls. */
  at(site: AllocationSite): readonly CallNode[] {
    return this.#at.get(site) ?? [];
  }

  sites(): Iterable<readonly [AllocationSite, readonly CallNode[]]> {
    return this.#at;
  }
}
