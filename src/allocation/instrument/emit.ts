import { propertyKey } from "./literals.ts";
import { type Node, unwrap } from "./nodes.ts";
import { makesSmallObjects } from "./object-size.ts";
import { isPlan, type Operand, operandsOf, type Plan } from "./plan.ts";
import type { Transform } from "./transform.ts";

type Pieces = readonly (Operand | Plan)[];

/** Name of each operand in a marker, and the operands that the call passes. Equal reads are passed once. */
export interface Naming {
  readonly nameOf: ReadonlyMap<Operand, string>;
  readonly passed: readonly Operand[];
}

const WORD = /[\w$\u0080-\uffff]/;

/**
 * Chooses the names of a marker's parameters. A variable keeps its name, so that V8's messages ("f is not a function")
 * stay the same.
 */
export function nameOperands(operands: readonly Operand[]): Naming {
  const nameOf = new Map<Operand, string>();
  const passed: Operand[] = [];
  const taken = new Set<string>();
  const fresh = new Map<string, string>();
  for (const { node } of operands) if (node.type === "Identifier") taken.add(node.name);
  let serial = 0;
  const invent = (): string => {
    do serial++;
    while (taken.has(`$${serial}`));
    return `$${serial}`;
  };
  const used = new Set<string>();
  for (const operand of operands) {
    const known = operand.read === undefined ? undefined : fresh.get(operand.read);
    if (known !== undefined) {
      nameOf.set(operand, known);
      continue;
    }
    const own = operand.node.type === "Identifier" && operand.read !== undefined ? operand.node.name : undefined;
    const name = own === undefined || used.has(own) || own === "arguments" || own === "eval" ? invent() : own;
    used.add(name);
    nameOf.set(operand, name);
    passed.push(operand);
    if (operand.read !== undefined) fresh.set(operand.read, name);
    // This operand may assign the variable, so a later read of the variable must be passed again.
    else if (!operand.steady) fresh.clear();
  }
  return { nameOf, passed };
}

/** Whether the arguments of a call follow an offset, after spaces, comments and `?.`. */
function startArguments(source: string, offset: number): boolean {
  let at = offset;
  for (;;) {
    while (/\s/.test(source[at] ?? "")) at++;
    const end = source.startsWith("//", at) ? "\n" : source.startsWith("/*", at) ? "*/" : undefined;
    if (end === undefined) break;
    const found = source.indexOf(end, at + 2);
    if (found < 0) return false;
    at = found + end.length;
  }
  return source.startsWith("(", at) || source.startsWith("?.(", at);
}

/**
 * Whether an operand is a callee whose call has V8's position at the `(` after it. V8 uses that position for every
 * callee that does not end in a name.
 */
function isCalledApart({ node, shorthand }: Operand, source: string): boolean {
  return node.type !== "Identifier" && shorthand === undefined && startArguments(source, node.end);
}

/**
 * Returns the code of a source range for a marker of `line`. Operands become parameters; operations of other lines get
 * markers of their own.
 */
export function markerText(
  transform: Transform,
  start: number,
  end: number,
  pieces: Pieces,
  line: number,
  { nameOf }: Naming,
): string {
  const { source } = transform;
  let text = "";
  let at = start;
  const copy = (from: number, to: number): string =>
    from === to ? "" : `${transform.mark(from)}${source.slice(from, to)}`;
  for (const piece of pieces) {
    text += copy(at, piece.node.start);
    at = piece.node.end;
    if (isPlan(piece)) {
      text += movedText(transform, piece, line, { nameOf, passed: [] });
      continue;
    }
    const name = nameOf.get(piece) ?? "";
    const mark = transform.mark(piece.node.start, piece.node);
    const isShorthand = piece.shorthand !== undefined && piece.shorthand !== name;
    const named = isShorthand ? `${propertyKey(piece.shorthand)}:${name}` : name;
    // Without the parentheses, V8 would take the position of the name for the call.
    const written = isCalledApart(piece, source) ? `(${mark}${named})` : mark + named;
    text += `${WORD.test(text.at(-1) ?? "") ? " " : ""}${written}${WORD.test(source[at] ?? "") ? " " : ""}`;
  }
  return text + copy(at, end);
}

function movedText(transform: Transform, plan: Plan, line: number, naming: Naming): string {
  const { node, pieces, shape } = plan;
  const ownLine = transform.locate(shape.position).line;
  if (!shape.allocates || ownLine === line) return markerText(transform, node.start, node.end, pieces, line, naming);
  const name = transform.nameMarker("line", shape.position);
  const names = [...new Set(operandsOf(pieces).map((operand) => naming.nameOf.get(operand) ?? ""))];
  const text = markerText(transform, node.start, node.end, pieces, ownLine, naming);
  transform.define(name, names, transform.naming(`return (${text});`), { isEntered: false });
  return `(${name}(${names.join(",")}))`;
}

/** Defines the marker of a planned expression. Returns the marker's name. */
export function defineMarker(transform: Transform, plan: Plan, naming: Naming): string {
  const { node, shape, pieces } = plan;
  const name = transform.nameMarker("line", shape.position);
  const text = markerText(transform, node.start, node.end, pieces, transform.locate(shape.position).line, naming);
  transform.marks?.markers.set(name, node);
  transform.define(name, parametersOf(naming), transform.naming(`return (${text});`, unwrap(node)), {
    makesSmallObjects: makesSmallObjects(plan),
  });
  return name;
}

export function parametersOf({ nameOf, passed }: Naming): string[] {
  return passed.map((operand) => nameOf.get(operand) ?? "");
}

/** Instruments the operands of a marker, which are evaluated in place. */
export function visitOperands(transform: Transform, operands: readonly Operand[]): void {
  for (const operand of operands) if (operand.read === undefined) transform.visit(operand.node);
}

/** Replaces a source range by a call: `opening`, the operands at their places, commas between them, and `)`. */
export function writeCall(
  transform: Transform,
  start: number,
  end: number,
  opening: string,
  operands: readonly { readonly node: Node }[],
): void {
  const { edits } = transform;
  let at = start;
  let text = (WORD.test(opening[0] ?? "") ? transform.apart(start) : "") + opening;
  for (const { node } of operands) {
    // `a[b, c]` and `${b, c}` contain sequences without parentheses, which would be two arguments in a call.
    const isSequence = node.type === "SequenceExpression";
    if (isSequence) text += "(";
    if (node.start === at) edits.prependRight(at, text);
    else transform.replace(at, node.start, text);
    if (isSequence) edits.appendLeft(node.end, ")");
    text = ",";
    at = node.end;
  }
  const closing = operands.length === 0 ? `${text})` : ")";
  if (at === end) edits.appendLeft(end, closing);
  else transform.replace(at, end, closing);
}
