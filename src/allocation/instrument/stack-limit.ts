import { STACK_LIMIT } from "../../model/program-records.ts";
import { childrenOf, type Node } from "./nodes.ts";

const PROPERTY = "stackTraceLimit";
/** Matches a declaration or import of the module's own variable `Error`. */
const OWN_ERROR = /\b(?:class|function\*?|let|const|var)\s+Error\b|\bimport\b[^;]*\bError\b/;

/**
 * Replaces `Error.stackTraceLimit` by another property of the same length, so that all positions stay. V8 counts frames
 * of markers in its own limit. harness/program/stacks.ts defines the other property, which has the program's limit.
 */
export function withOwnStackLimit(source: string, program: Node): string {
  if (OWN_ERROR.test(source)) return source;
  const starts: number[] = [];
  const pending = [program];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const child of childrenOf(node)) pending.push(child);
    if (node.type !== "MemberExpression" || node.computed) continue;
    const { object, property } = node;
    if (object.type === "Identifier" && object.name === "Error" && property.type === "Identifier") {
      if (property.name === PROPERTY && source.startsWith(PROPERTY, property.start)) starts.push(property.start);
    }
  }
  return starts.reduce((text, at) => text.slice(0, at) + STACK_LIMIT + text.slice(at + PROPERTY.length), source);
}
