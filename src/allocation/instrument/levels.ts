import { childrenOf, isFunction, type Node } from "./nodes.ts";

/**
 * Most levels of an expression that gets markers. Calls of markers nest as deep as the expression. V8 can read a chain
 * of 4,000 calls, but fewer nested ones. Half of the levels that it can read are left for the code that loads the
 * module.
 */
export const MOST_LEVELS = 500;

/**
 * Most nested brackets in a text for the parser. The parser is native code and ends the process when its stack is full.
 * V8 itself reads fewer.
 */
const MOST_BRACKETS = 2000;

/**
 * Whether a text has more nested brackets than V8 and the parser can read. Brackets in strings and comments count, too,
 * but rarely matter.
 */
export function isNestedTooDeep(source: string): boolean {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 0x28 || code === 0x5b || code === 0x7b) {
      if (++depth > MOST_BRACKETS) return true;
    } else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  return false;
}

export const NONE_DEEP: ReadonlySet<Node> = new Set();

/**
 * Finds the nodes with more than `MOST_LEVELS` levels below them. A function counts as one level of the code around it:
 * no marker of that code contains the function's body.
 */
export function findDeep(program: Node): ReadonlySet<Node> {
  const deep = new Set<Node>();
  const open = [{ node: program, children: childrenOf(program), next: 0, height: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const child = top.children[top.next++];
    if (child !== undefined) {
      open.push({ node: child, children: childrenOf(child), next: 0, height: 0 });
      continue;
    }
    open.pop();
    if (top.height > MOST_LEVELS) deep.add(top.node);
    const around = open.at(-1);
    if (around !== undefined) around.height = Math.max(around.height, isFunction(top.node) ? 1 : top.height + 1);
  }
  return deep;
}
