import { parseMarkerName } from "./marker-name.ts";
import { type Closure, childrenOf, isFunction, type Node } from "./nodes.ts";

const REGISTER_BYTES = 8;

/** The `return` of a marker's expression; undefined where it has none. */
function returnedBy(statements: readonly Node[]): Node | undefined {
  for (const statement of statements) {
    if (statement.type === "ReturnStatement") return statement.argument ?? undefined;
    if (statement.type !== "TryStatement") continue;
    const inner = returnedBy(statement.block.body);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Whether a marker only calls or constructs: its operands would be in registers without the marker, too. */
function isPlainCall(returned: Node | undefined): boolean {
  if (returned?.type !== "CallExpression" && returned?.type !== "NewExpression") return false;
  return returned.callee.type === "Identifier" && returned.arguments.every((each) => each.type === "Identifier");
}

/** Names of the markers that only call or construct. */
function plainCallsOf(program: Extract<Node, { type: "Program" }>): ReadonlySet<string> {
  return new Set(
    program.body.flatMap((node) =>
      node.type === "FunctionDeclaration" && node.id !== null && isPlainCall(returnedBy(node.body?.body ?? []))
        ? [node.id.name]
        : [],
    ),
  );
}

/** Most registers that calls of markers may add to a function: those of the markers in each other, at the deepest place. */
function registersOf(fn: Closure, plainCalls: ReadonlySet<string>): number {
  let most = 0;
  const open = [...fn.params, fn.body].flatMap((node) => (node === null ? [] : [{ node: node as Node, registers: 0 }]));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next;
    let { registers } = next;
    if (isFunction(node)) continue;
    if (node.type === "CallExpression" && node.callee.type === "Identifier") {
      const { name } = node.callee;
      // The marker itself, and its operands where the author's expression needs no registers for them.
      if (parseMarkerName(name) !== undefined) registers += plainCalls.has(name) ? 1 : 1 + node.arguments.length;
      most = Math.max(most, registers);
    }
    for (const child of childrenOf(node)) open.push({ node: child, registers });
  }
  return most;
}

/**
 * Upper bounds of the bytes that markers add to each call of the async and generator functions of a module, in the
 * order of the source. V8 keeps the registers of such a function beside its object, 8 B each, and does not say how many
 * the function would have without markers.
 *
 * @param program an instrumented module
 */
export function registerSurplus(program: Extract<Node, { type: "Program" }>): number[] {
  const plainCalls = plainCallsOf(program);
  const found: { readonly start: number; readonly bytes: number }[] = [];
  const open: Node[] = [program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isFunction(node)) {
      const fn = node as Closure;
      if (fn.body !== null && (fn.async || fn.generator)) {
        found.push({ start: fn.start, bytes: REGISTER_BYTES * registersOf(fn, plainCalls) });
      }
    }
    open.push(...childrenOf(node));
  }
  return found.sort((a, b) => a.start - b.start).map(({ bytes }) => bytes);
}
