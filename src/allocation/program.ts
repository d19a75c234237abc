import { isKeeping } from "../model/kept-modules.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import type { CountedSite, MeteredSite, NotInstrumentedSyntax, OutsideSyntax } from "./instrument/types.ts";

/** Prefix of a cell's label where the label takes the place of a file name. */
export const CELL_SCHEME = "cell:";

/** A module of the author's after `instrument()`. Its index in the program is the module number in its markers' names. */
export interface InstrumentedModule {
  /** Relative to the report's folder; `cell:label` for a cell, whose lines are counted from the start of the cell. */
  readonly file: string;
  /** For a cell: its position in the bundle's source map. */
  readonly placed: { readonly file: string; readonly firstLine: number } | null;
  /** The author's source, line by line. */
  readonly lines: readonly string[];
  /** Whether the bundle wraps the module in a function: true for CommonJS. */
  readonly isWrapped: boolean;
  /** Allocations that no marker can hold and that are counted instead. Their lines are those of the source. */
  readonly sites: readonly CountedSite[];
  /** Sites of the meter, in the order of their numbers. */
  readonly metered: readonly MeteredSite[];
  /** Syntax outside of markers: its bytes are known only for its function. */
  readonly notInstrumented: readonly NotInstrumentedSyntax[];
  /** Code that runs outside of all markers: `eval`, `with`, workers. */
  readonly outside: readonly OutsideSyntax[];
}

/** The modules of an instrumented bundle. */
export interface InstrumentedProgram {
  readonly modules: readonly InstrumentedModule[];
  /** Number of counters of all modules, or of sites with the engine `meter`. */
  readonly counters: number;
}

/** The cells of a program with their lines in report.md. */
export function placedCells({
  modules,
}: InstrumentedProgram): { readonly label: string; readonly sourceLine: number }[] {
  return modules.flatMap(({ file, placed }) =>
    placed === null ? [] : [{ label: file.slice(CELL_SCHEME.length), sourceLine: placed.firstLine }],
  );
}

/** Maps a position in the bundle to a line of the author's files. Lines and columns count from 1. */
export interface PositionMapper {
  map(line: number, column: number): { readonly file: string; readonly line: number } | undefined;
}

/** Positions of functions in a bundle that its source map does not contain. */
export interface BundleLayout {
  /** Lines on which a marker begins. */
  readonly markerLines: ReadonlySet<number>;
  /** Paths of CommonJS modules by the line on which esbuild's wrapper of the module begins. */
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
    // Its closure is none of the program's.
    if (isKeeping(text)) markerLines.add(line);
    const path = WRAPPER.exec(text)?.[1];
    if (path !== undefined) wrapperLines.set(line, JSON.parse(`"${path}"`) as string);
  }
  return { markerLines, wrapperLines };
}
