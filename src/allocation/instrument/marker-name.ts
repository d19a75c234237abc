/**
 * What a marker does. `line`: runs an expression of its line. `thunk`: calls an arrow function that stands in the user's code
 * (its frame, whose name is empty, is called by the thunk's). `iterator` and `counter`: ours, what they allocate is not the
 * user's.
 */
export type MarkerKind = "line" | "thunk" | "iterator" | "counter";

export interface Marker {
  readonly kind: MarkerKind;
  /** Index of the module in the program. */
  readonly module: number;
  /** Both count from 1, in the file as its author sees it. */
  readonly line: number;
  readonly column: number;
}

/** Names that begin so, a digit after it, are ours. */
export const MARKER_PREFIX = "$hb";

const LETTERS: Readonly<Record<MarkerKind, string>> = { line: "m", thunk: "k", iterator: "i", counter: "c" };
const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as MarkerKind]));
const NAME = /^\$hb(\d+)([mkic])(\d+)_(\d+)(?:_\d+)?$/;

/** The name of a marker's function, such as `$hb0m12_7`; `serial` above 0 tells apart markers of one place and kind. */
export function markerName(place: Marker, serial = 0): string {
  const { kind, module, line, column } = place;
  return `${MARKER_PREFIX}${module}${LETTERS[kind]}${line}_${column}${serial > 0 ? `_${serial}` : ""}`;
}

/** What `markerName` was given, or undefined for the name of a user's function. */
export function parseMarkerName(name: string): Marker | undefined {
  const [, module, letter = "", line, column] = NAME.exec(name) ?? [];
  const kind = KINDS.get(letter);
  return kind === undefined ? undefined : { kind, module: Number(module), line: Number(line), column: Number(column) };
}
