import { parseMarkerName } from "./marker-name.ts";
import { type Closure, childrenOf, isFunction, type Node } from "./nodes.ts";

const REGISTER_BYTES = 8;

/** Fewest and most registers that V8 needs for something. */
interface Registers {
  readonly least: number;
  readonly most: number;
}

/** Registers for what the sums leave out, such as a register that the value of a marker takes. */
const SLACK = 2;

const NONE: Registers = { least: 0, most: 0 };

/** Registers of an iterator, its method, and its state, which a spread or a pattern needs. */
const ITERATION = 8;

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

const spreadOf = (nodes: readonly (Node | null)[]): number =>
  nodes.some((each) => each?.type === "SpreadElement") ? ITERATION : 0;

/** Most registers that a property of an object literal needs besides the object. */
function heldByProperty(property: Node): number {
  if (property.type !== "Property") return 3;
  if (property.kind !== "init") return 4;
  return property.computed ? 2 : 1;
}

/**
 * Registers that an expression holds while its operands are evaluated, as V8's bytecode generator allocates them (Node 20
 * to 26, read from `node --print-bytecode`).
 */
function heldBy(node: Node): Registers {
  switch (node.type) {
    case "CallExpression": {
      const count = node.arguments.length;
      const isMethod = node.callee.type === "MemberExpression";
      return { least: count + (isMethod ? 2 : 1), most: count + 2 + spreadOf(node.arguments) };
    }
    case "NewExpression":
      return { least: node.arguments.length + 1, most: node.arguments.length + 1 + spreadOf(node.arguments) };
    case "TaggedTemplateExpression":
      return { least: node.quasi.expressions.length + 2, most: node.quasi.expressions.length + 3 };
    case "ArrayExpression":
      return { least: Math.min(1, node.elements.length), most: 2 + spreadOf(node.elements) };
    case "ObjectExpression":
      return {
        least: Math.min(1, node.properties.length),
        most: 1 + Math.max(0, ...node.properties.map(heldByProperty)),
      };
    case "TemplateLiteral":
      return { least: Math.min(1, node.expressions.length), most: 2 };
    case "BinaryExpression":
      return { least: 1, most: 1 };
    case "AssignmentExpression":
      return { least: 0, most: node.left.type.endsWith("Pattern") ? ITERATION : 3 };
    case "UpdateExpression":
      return { least: 0, most: 3 };
    case "UnaryExpression":
    case "MemberExpression":
      return { least: 0, most: 1 };
    case "Identifier":
    case "Literal":
    case "ThisExpression":
    case "ParenthesizedExpression":
    case "ChainExpression":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "SequenceExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "Property":
    case "SpreadElement":
    case "TemplateElement":
    case "MetaProperty":
      return NONE;
    default:
      return { least: 0, most: ITERATION };
  }
}

/** Registers that an expression needs at its deepest place. */
function neededBy(root: Node): Registers {
  let [least, most] = [0, 0];
  const open = [{ node: root, held: NONE }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const own = heldBy(next.node);
    const held = { least: next.held.least + own.least, most: next.held.most + own.most };
    least = Math.max(least, held.least);
    most = Math.max(most, held.most);
    if (!isFunction(next.node)) for (const child of childrenOf(next.node)) open.push({ node: child, held });
  }
  return { least, most };
}

/** Registers of the expression of each marker, by its name. */
function expressionsOf(program: Extract<Node, { type: "Program" }>): ReadonlyMap<string, Registers> {
  const found = new Map<string, Registers>();
  for (const node of program.body) {
    if (node.type !== "FunctionDeclaration" || node.id === null) continue;
    if (parseMarkerName(node.id.name) === undefined) continue;
    const returned = returnedBy(node.body?.body ?? []);
    found.set(node.id.name, returned === undefined ? NONE : neededBy(returned));
  }
  return found;
}

/** By how many registers a function may differ, at most: those of the markers in each other, at the deepest place. */
function differenceOf(fn: Closure, expressions: ReadonlyMap<string, Registers>): number {
  let most = 0;
  const open = [...fn.params, fn.body].flatMap((node) =>
    node === null ? [] : [{ node: node as Node, more: 0, fewer: 0 }],
  );
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next;
    let { more, fewer } = next;
    if (isFunction(node)) continue;
    if (node.type === "CallExpression" && node.callee.type === "Identifier") {
      const expression = expressions.get(node.callee.name);
      if (expression !== undefined) {
        // The marker itself, and its operands.
        const own = 1 + node.arguments.length;
        more += Math.max(0, own - expression.least);
        fewer += Math.max(0, expression.most - own);
      }
      most = Math.max(most, more, fewer);
    }
    for (const child of childrenOf(node)) open.push({ node: child, more, fewer });
  }
  return most === 0 ? 0 : most + SLACK;
}

/**
 * Upper bounds of the bytes by which each call of an async or generator function of a module differs because of markers,
 * in the order of the source. V8 keeps the registers of such a function beside its object, 8 B each. With markers there
 * are more (the marker and its operands), or fewer (the operands of an expression that moved into a marker). V8 does not
 * say how many the function would have without markers.
 *
 * @param program an instrumented module
 */
export function registerBounds(program: Extract<Node, { type: "Program" }>): number[] {
  const expressions = expressionsOf(program);
  const found: { readonly start: number; readonly bytes: number }[] = [];
  const open: Node[] = [program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isFunction(node)) {
      const fn = node as Closure;
      if (fn.body !== null && (fn.async || fn.generator)) {
        found.push({ start: fn.start, bytes: REGISTER_BYTES * differenceOf(fn, expressions) });
      }
    }
    for (const child of childrenOf(node)) open.push(child);
  }
  return found.sort((a, b) => a.start - b.start).map(({ bytes }) => bytes);
}
