import { printExpression } from "./call-printer.ts";
import { transformSource } from "./instrument.ts";
import { valuePosition } from "./iteration.ts";
import type { LineColumn } from "./line-column.ts";
import { parseMarkerName } from "./marker-name.ts";
import { type MarkedPlace, Marks } from "./marks.ts";
import { childrenOf, isClass, isFunction, type Node, unwrap } from "./nodes.ts";
import type { InstrumentOptions } from "./types.ts";

/** Maps positions in instrumented code to the author's source. Lines and columns count from 1. */
export interface InstrumentedPositions {
  /** Returns the author's position; undefined if the code is Heapbook's. */
  map(line: number, column: number): LineColumn | undefined;
  /**
   * Returns the expressions that the marker's parameters represent, as V8 writes them in messages, by parameter name.
   */
  namesAt(line: number, column: number): Readonly<Record<string, string>>;
  /** Returns the expression of a line marker, as V8 writes it in messages. */
  expressionOf(marker: string): string | undefined;
  /**
   * Returns V8's message for a call whose callee is not a function, if a statement iterates over the value of the call.
   * Undefined if there is no such call at this position of the source.
   */
  iteratedCallAt(place: LineColumn): string | undefined;
  /** Returns the name of the innermost function at a position of the source; empty if it has none. */
  functionAt(place: LineColumn): string;
  /**
   * Returns the author's text for a piece of instrumented code, such as a function. Undefined if the code does not
   * contain the piece.
   */
  textOf(piece: string): string | undefined;
}

const MARKER_NAME = /^function (\$hb\w+)\(/;

/** One position in both texts: column in a line of the instrumented code, and offset in the source. */
interface Pair {
  readonly column: number;
  readonly offset: number;
}

/** Returns the last of the sorted places that is not after a position. */
function lastBefore<T>(places: readonly T[], position: number, at: (place: T) => number): T | undefined {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(places[middle] as T) <= position) low = middle + 1;
    else high = middle;
  }
  return places[low - 1];
}

/** Returns the offsets at which the lines of a text begin. */
function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * Instruments a module once more, to find from where each piece of its code comes. Done again because programs rarely
 * ask for positions (when an error's stack is read), and keeping them for all modules would take more memory than the
 * modules.
 *
 * @param source the text given to `instrument()`, with the same options
 */
export function instrumentedPositions(source: string, options: InstrumentOptions): InstrumentedPositions {
  const marks = new Marks();
  const { program, transform, edits, definitions } = transformSource(source, options, marks);
  const sourceStarts = startsOf(source);
  const lines = edits.generateDecodedMap({ hires: "boundary" }).mappings.map((segments) =>
    segments.flatMap((segment): Pair[] => {
      const [column, , line, sourceColumn] = segment as [number, number?, number?, number?];
      if (line === undefined || sourceColumn === undefined) return [];
      return [{ column, offset: (sourceStarts[line] ?? 0) + sourceColumn }];
    }),
  );
  const body = edits.toString();
  const { code, places } = marks.takeOut(definitions);
  const whole = `${body}\n${code}\n`;
  const starts = startsOf(whole);
  const definitionsStart = body.length + 1;
  const offsetOf = (line: number, column: number): number => (starts[line - 1] ?? whole.length) + column - 1;

  /** Offset at which the marker function around an offset of the definitions begins. */
  const markerStart = (at: number): number => code.lastIndexOf("\nfunction $hb", at) + 1;
  const placeAt = (at: number): MarkedPlace | undefined => {
    const place = lastBefore(places, at, (each) => each.at);
    return place === undefined || place.at < markerStart(at) ? undefined : place;
  };
  /**
   * Returns the source position of the expression whose marker is called at a position of the code. Undefined if there
   * is no marker call. Needed for expressions such as `class extends a.b`.
   */
  const calledAt = (line: number, column: number): LineColumn | undefined => {
    const at = offsetOf(line, column);
    const name = at < body.length ? /^\$hb\w+/.exec(body.slice(at, at + 40))?.[0] : undefined;
    const marker = name === undefined ? undefined : parseMarkerName(name);
    return marker?.kind === "line" ? { line: marker.line, column: marker.column } : undefined;
  };
  const sourceOffset = (line: number, column: number): number | undefined => {
    const at = offsetOf(line, column) - definitionsStart;
    if (at < 0) {
      const pairs = lines[line - 1] ?? [];
      const pair = lastBefore(pairs, column - 1, (each) => each.column);
      // A position before the first piece of the author's code in this line: the call of a marker.
      if (pair === undefined) return pairs[0]?.offset ?? sourceStarts[line - 1];
      return pair.offset + (column - 1 - pair.column);
    }
    const place = placeAt(at);
    if (place === undefined) return undefined;
    return place.source + (place.node === undefined ? at - place.at : 0);
  };

  return {
    map(line, column) {
      const called = calledAt(line, column);
      if (called !== undefined) return called;
      const offset = sourceOffset(line, column);
      if (offset !== undefined) return transform.locate(Math.min(offset, source.length));
      const name = MARKER_NAME.exec(code.slice(markerStart(offsetOf(line, column) - definitionsStart)))?.[1];
      const marker = name === undefined ? undefined : parseMarkerName(name);
      return marker === undefined ? undefined : { line: marker.line, column: marker.column };
    },
    namesAt(line, column) {
      const at = offsetOf(line, column) - definitionsStart;
      if (at < 0) return {};
      const from = markerStart(at);
      const next = code.indexOf("\nfunction $hb", at);
      const to = next < 0 ? code.length : next;
      const names: Record<string, string> = {};
      for (const { at: place, node } of places) {
        if (node === undefined || place < from || place >= to) continue;
        const name = /^(?:[\w$]+:)?(\$[\w$]*)/.exec(code.slice(place, to))?.[1];
        if (name !== undefined) names[name] ??= printExpression(node, source);
      }
      return names;
    },
    expressionOf(marker) {
      const node = marks.markers.get(marker);
      return node === undefined ? undefined : printExpression(node, source);
    },
    iteratedCallAt({ line, column }) {
      return messageOfIterated(program, (sourceStarts[line - 1] ?? 0) + column - 1, source);
    },
    functionAt({ line, column }) {
      return nameOfFunction(program, (sourceStarts[line - 1] ?? 0) + column - 1, source);
    },
    textOf(piece) {
      const from = body.indexOf(piece);
      if (from < 0) return undefined;
      const line = (lastBefore(starts, from, (start) => start) ?? 0) as number;
      const first = sourceOffset(starts.indexOf(line) + 1, from - line + 1);
      const end = first === undefined ? undefined : endOfFunction(program, first);
      return end === undefined ? undefined : source.slice(first, end);
    },
  };
}

/** Returns the value over which a node iterates, if V8 mentions the iteration in its message; null for other nodes. */
function iteratedBy(node: Node): Node | null {
  if (node.type === "ForOfStatement") return node.right;
  if (node.type === "YieldExpression" && node.delegate) return node.argument;
  if (node.type === "VariableDeclarator" && node.id.type === "ArrayPattern") return node.init;
  return node.type === "AssignmentExpression" && node.left.type === "ArrayPattern" ? node.right : null;
}

function messageOfIterated(program: Node, offset: number, source: string): string | undefined {
  for (let node: Node | undefined = program; node !== undefined; ) {
    const iterated = iteratedBy(node);
    const call = iterated === null ? undefined : unwrap(iterated);
    if (call?.type === "CallExpression" && valuePosition(call) === offset) {
      if (node.type === "YieldExpression") return "yield* (intermediate value) is not iterable";
      const isAsync = node.type === "ForOfStatement" && node.await;
      const name = printExpression(isAsync ? call : call.callee, source);
      return `${name} is not a function or its return value is not ${isAsync ? "async " : ""}iterable`;
    }
    node = childrenOf(node).find((child) => child.start <= offset && offset < child.end);
  }
  return undefined;
}

/**
 * Returns the name of the innermost function at an offset, as V8 names functions: by their own name, or by the
 * variable, field or property to which they are assigned.
 */
function nameOfFunction(program: Node, offset: number, source: string): string {
  let name = "";
  let given = "";
  let node: Node | undefined = program;
  while (node !== undefined) {
    if (isFunction(node))
      name = ("id" in node && node.id !== null && node.id.type === "Identifier" ? node.id.name : "") || given;
    given = givenName(node, source);
    node = childrenOf(node).find((child) => child.start <= offset && offset < child.end);
  }
  return name;
}

/** Returns the name that a node gives to its value, if the value is a function without a name of its own. */
function givenName(node: Node, source: string): string {
  const named = {
    VariableDeclarator: "id",
    Property: "key",
    MethodDefinition: "key",
    PropertyDefinition: "key",
    AssignmentExpression: "left",
  } as const;
  const key = named[node.type as keyof typeof named] as keyof typeof node | undefined;
  if (key === undefined) return "";
  const target = node[key] as unknown as Node;
  return target.type === "Identifier" || target.type === "PrivateIdentifier"
    ? source.slice(target.start, target.end)
    : "";
}

/**
 * Returns the end of the function, method or class whose text begins at an offset. The text of a method begins after
 * `static`.
 */
function endOfFunction(program: Node, first: number): number | undefined {
  const pending = [program];
  let method: Node | undefined;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.start > first || node.end <= first) continue;
    if (node.start === first && (isFunction(node) || isClass(node))) return node.end;
    const value = node.type === "MethodDefinition" || node.type === "Property" ? (node.value as Node) : undefined;
    if (value !== undefined && isFunction(value) && first < value.start) method = value;
    for (const child of childrenOf(node)) pending.push(child);
  }
  return method?.end;
}
