/**
 * What a marker does. `line`: evaluates an expression of its line. `thunk`: calls an unnamed arrow function that
 * contains an object literal of the author. `iterator` and `counter`: work for the instrumentation; their allocations
 * are not the author's.
 */
export type MarkerKind = "line" | "thunk" | "iterator" | "counter";

/** The data in a marker's name. */
export interface Marker {
  readonly kind: MarkerKind;
  /** Index of the module in the program. */
  readonly module: number;
  /** Line and column in the author's file, counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** First characters of every marker's name. */
export const MARKER_PREFIX = "$hb";

/**
 * Matches names of markers, of their parameters, and of the globals of harness/markers.ts and harness/meter/. Other
 * names with `$hb` are free for the author.
 */
export const RESERVED = /^\$hb(?:[\d_A-Z]|m[A-Z])/;

const LETTERS: Readonly<Record<MarkerKind, string>> = { line: "m", thunk: "k", iterator: "i", counter: "c" };
const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as MarkerKind]));
const NAME = /^\$hb(\d+)([mkic])(\d+)_(\d+)(?:_\d+)?$/;

/**
 * Returns the name of a marker's function, such as `$hb0m12_7`. A `serial` above 0 distinguishes markers of the same
 * kind and position.
 */
export function markerName(place: Marker, serial = 0): string {
  const { kind, module, line, column } = place;
  return `${MARKER_PREFIX}${module}${LETTERS[kind]}${line}_${column}${serial > 0 ? `_${serial}` : ""}`;
}

/** Reads the data from a marker's name. Undefined if the name is not a marker's. */
export function parseMarkerName(name: string): Marker | undefined {
  const [, module, letter = "", line, column] = NAME.exec(name) ?? [];
  const kind = KINDS.get(letter);
  return kind === undefined ? undefined : { kind, module: Number(module), line: Number(line), column: Number(column) };
}
