import { parseMarkerName } from "./instrument/marker-name.ts";
import type { CountedSite, MeteredSite, NotInstrumentedSyntax, OutsideSyntax } from "./instrument/types.ts";

/** Before the label of a cell, where it stands in place of a file. */
export const CELL_SCHEME = "cell:";

/** A module of the author's that has gone through `instrument()`. Its place in the program is the number in its markers. */
export interface InstrumentedModule {
  /** Relative to the report's folder; `cell:label` for a cell, whose lines are then its own, wherever it stands. */
  readonly file: string;
  /** Of a cell: where the source map of the bundle has it. */
  readonly placed: { readonly file: string; readonly firstLine: number } | null;
  /** The text as its author wrote it, line by line. */
  readonly lines: readonly string[];
  /** Whether the bundle holds it as a function of its own: a CommonJS module. */
  readonly isWrapped: boolean;
  /** Allocations that are counted, because no marker can hold them; lines are those of the text. */
  readonly sites: readonly CountedSite[];
  /** What is metered, in the order of its numbers. */
  readonly metered: readonly MeteredSite[];
  /** Syntax that no marker holds, and code that none reaches. */
  readonly notInstrumented: readonly NotInstrumentedSyntax[];
  readonly outside: readonly OutsideSyntax[];
}

/** A bundle whose allocations can be told by line. */
export interface InstrumentedProgram {
  readonly modules: readonly InstrumentedModule[];
  /** Counters, or sites of the meter, that the modules have together. */
  readonly counters: number;
}

/** The cells of a program, and where they stand. */
export function placedCells({
  modules,
}: InstrumentedProgram): { readonly label: string; readonly sourceLine: number }[] {
  return modules.flatMap(({ file, placed }) =>
    placed === null ? [] : [{ label: file.slice(CELL_SCHEME.length), sourceLine: placed.firstLine }],
  );
}

/** Places of the bundle as V8 names them, in terms of the author's files. Lines and columns count from 1. */
export interface PositionMapper {
  map(line: number, column: number): { readonly file: string; readonly line: number } | undefined;
}

/** What the text of a bundle tells of functions that no source map does. */
export interface BundleLayout {
  /** Lines on which a marker begins. */
  readonly markerLines: ReadonlySet<number>;
  /** Lines on which esbuild's wrapper of a CommonJS module begins, and the module's path. */
  readonly wrapperLines: ReadonlyMap<number, string>;
}

const FUNCTION = /^\s*(?:async )?function\*? ?([\w$]+)\(/;
/** `"lib/list.js"(exports, module) {`, as esbuild puts a CommonJS module into a bundle. */
const WRAPPER = /^\s*"((?:[^"\\]|\\.)+)"\(exports\w*(?:, module\w*)?\) \{/;

/** Finds markers and wrappers of modules in a bundle. */
export function readBundleLayout(code: string): BundleLayout {
  const markerLines = new Set<number>();
  const wrapperLines = new Map<number, string>();
  let line = 0;
  for (const text of code.split("\n")) {
    line++;
    const name = FUNCTION.exec(text)?.[1];
    if (name !== undefined && parseMarkerName(name) !== undefined) markerLines.add(line);
    const path = WRAPPER.exec(text)?.[1];
    if (path !== undefined) wrapperLines.set(line, JSON.parse(`"${path}"`) as string);
  }
  return { markerLines, wrapperLines };
}
