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
    const block = statement.type === "TryStatement" ? statement.block : statement;
    if (block.type !== "BlockStatement") continue;
    const inner = returnedBy(block.body);
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

/**
 * Registers that an expression holds while one of its operands is evaluated: of a call those of the callee and of the
 * arguments before.
 */
function heldAt(node: Node, operand: Node): Registers {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return heldBy(node);
  const own = heldBy(node);
  if (node.callee === operand) return { least: 0, most: 2 };
  const later = node.arguments.length - node.arguments.indexOf(operand as (typeof node.arguments)[number]);
  return { least: own.least - later, most: own.most - later };
}

/** Registers of the expression of a marker. */
interface Expression {
  /** At the deepest place. */
  readonly whole: Registers;
  /** Held by the expression where it reads a parameter of the marker. */
  readonly parameters: ReadonlyMap<string, Registers>;
}

function measureExpression(root: Node, names: ReadonlySet<string>): Expression {
  let whole = NONE;
  const parameters = new Map<string, Registers>();
  const open = [{ node: root, held: NONE }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, held } = next;
    const own = heldBy(node);
    whole = {
      least: Math.max(whole.least, held.least + own.least),
      most: Math.max(whole.most, held.most + own.most),
    };
    if (node.type === "Identifier" && names.has(node.name)) {
      const known = parameters.get(node.name) ?? held;
      const [least, most] = [Math.min(known.least, held.least), Math.max(known.most, held.most)];
      parameters.set(node.name, { least, most });
    }
    if (isFunction(node)) continue;
    for (const child of childrenOf(node)) {
      const at = heldAt(node, child);
      open.push({ node: child, held: { least: held.least + at.least, most: held.most + at.most } });
    }
  }
  return { whole, parameters };
}

/** A marker's expression, and the names of its parameters in order. */
interface Marker extends Expression {
  readonly names: readonly string[];
}

function markersOf(program: Extract<Node, { type: "Program" }>): ReadonlyMap<string, Marker> {
  const found = new Map<string, Marker>();
  for (const node of program.body) {
    if (node.type !== "FunctionDeclaration" || node.id === null) continue;
    if (parseMarkerName(node.id.name) === undefined) continue;
    const names = node.params.map((each) => (each.type === "Identifier" ? each.name : ""));
    const returned = returnedBy(node.body?.body ?? []);
    const none: Expression = { whole: NONE, parameters: new Map() };
    found.set(node.id.name, {
      names,
      ...(returned === undefined ? none : measureExpression(returned, new Set(names))),
    });
  }
  return found;
}

/** By how many registers a function may differ, at most: those of the markers in each other, at the deepest place. */
function differenceOf(fn: Closure, markers: ReadonlyMap<string, Marker>): number {
  let most = 0;
  const open = [...fn.params, fn.body].flatMap((node) =>
    node === null ? [] : [{ node: node as Node, more: 0, fewer: 0 }],
  );
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, more, fewer } = next;
    if (isFunction(node)) continue;
    const called = node.type === "CallExpression" && node.callee.type === "Identifier" ? node.callee.name : "";
    const marker = markers.get(called);
    if (marker === undefined || node.type !== "CallExpression") {
      for (const child of childrenOf(node)) open.push({ node: child, more, fewer });
      continue;
    }
    const against = (own: number, { least, most }: Registers) => ({
      more: more + Math.max(0, own - least),
      fewer: fewer + Math.max(0, most - own),
    });
    const deepest = against(1 + node.arguments.length, marker.whole);
    most = Math.max(most, deepest.more, deepest.fewer);
    node.arguments.forEach((argument, index) => {
      // While V8 evaluates an argument, it holds the marker and the arguments before.
      const own = marker.parameters.get(marker.names[index] ?? "") ?? { least: 0, most: marker.whole.most };
      open.push({ node: argument, ...against(1 + index, own) });
    });
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
  const markers = markersOf(program);
  const found: { readonly start: number; readonly bytes: number }[] = [];
  const open: Node[] = [program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isFunction(node)) {
      const fn = node as Closure;
      if (fn.body !== null && (fn.async || fn.generator)) {
        found.push({ start: fn.start, bytes: REGISTER_BYTES * differenceOf(fn, markers) });
      }
    }
    for (const child of childrenOf(node)) open.push(child);
  }
  return found.sort((a, b) => a.start - b.start).map(({ bytes }) => bytes);
}
