import { type Amounts, noAmounts } from "./amounts.ts";
import type { AllocationSite } from "./sites.ts";

/** A function of the author's at work on one line, on one path of calls. */
export interface CallNode {
  readonly functionName: string;
  /** Line on which the function begins; 0 for the root. */
  readonly functionLine: number;
  /** Undefined for the root, which has what is of no line. */
  readonly site: AllocationSite | undefined;
  readonly parent: CallNode | undefined;
  readonly depth: number;
  /** Its own, without those of its children. */
  readonly amounts: Amounts;
  readonly children: Map<string, CallNode>;
}

/**
 * Calls below one another further than this stand together in the last row. V8's tracker keeps 64 frames of a stack
 * (`kMaxAllocationTraceLength`); no tree may be so deep that JSON or a drawing of it overflows the stack.
 */
export const MOST_DEPTH = 256;

/** The tree of calls of the author's functions, with a node for each line that a function was at work on. */
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

  /** The call of a function at work on a line, by another. */
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

  /** The same function, called by the same, at work on another line; of the root, whatever runs without a caller. */
  onLine(node: CallNode, site: AllocationSite): CallNode {
    if (node.parent === undefined) return this.child(node, "(anonymous)", site.line, site);
    return this.child(node.parent, node.functionName, node.functionLine, site);
  }

  /** All nodes of a site, whoever called. */
  at(site: AllocationSite): readonly CallNode[] {
    return this.#at.get(site) ?? [];
  }

  sites(): Iterable<readonly [AllocationSite, readonly CallNode[]]> {
    return this.#at;
  }
}
