import { isKeeping } from "../model/kept-modules.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import type {
  CountedSite,
  InexactSyntax,
  MeteredSite,
  NotInstrumentedSyntax,
  OutsideSyntax,
} from "./instrument/types.ts";

/** Prefix of a cell's label where the label replaces a file name. */
export const CELL_SCHEME = "cell:";

/**
 * One of the author's modules after `instrument()`. Its index in the program is the module number in the names of its
 * markers.
 */
export interface InstrumentedModule {
  /** Path relative to the report's folder; `cell:label` for a cell, whose lines count from the start of the cell. */
  readonly file: string;
  /** For a cell: file and first line in the bundle's source map. Null for other modules. */
  readonly placed: { readonly file: string; readonly firstLine: number } | null;
  /** The author's source, line by line. */
  readonly lines: readonly string[];
  /** Whether the bundle wraps the module in a function: true for CommonJS. */
  readonly isWrapped: boolean;
  /** Allocations that no marker can hold; they are counted instead. Lines are those of the author's source. */
  readonly sites: readonly CountedSite[];
  /** Sites of the meter, sorted by their number. */
  readonly metered: readonly MeteredSite[];
  /** Syntax outside of markers, whose bytes are known only for the function around it. */
  readonly notInstrumented: readonly NotInstrumentedSyntax[];
  /** Code that runs outside of all markers: `eval`, `with`, workers. */
  readonly outside: readonly OutsideSyntax[];
  /** Code of which the engine may count more or less than the program allocates. */
  readonly inexact: readonly InexactSyntax[];
}

/** The modules of an instrumented bundle. */
export interface InstrumentedProgram {
  readonly modules: readonly InstrumentedModule[];
  /** Number of counters of all modules; with the engine `meter`, number of sites. */
  readonly counters: number;
}

/** Lists the cells of a program with the lines of report.md on which they begin. */
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

/** Positions of functions in a bundle that are missing from its source map. */
export interface BundleLayout {
  /** Lines of the bundle on which a marker begins. */
  readonly markerLines: ReadonlySet<number>;
  /** Path of each CommonJS module, by the line on which esbuild's wrapper of the module begins. */
  readonly wrapperLines: ReadonlyMap<number, string>;
}

const FUNCTION = /^\s*(?:async )?function\*? ?([\w$]+)\(/;
/** Matches the start of a CommonJS module in a bundle of esbuild: `"lib/list.js"(exports, module) {`. */
const WRAPPER = /^\s*"((?:[^"\\]|\\.)+)"\(exports\w*(?:, module\w*)?\) \{/;

/** Finds the lines of markers and of wrappers of modules in a bundle. */
export function readBundleLayout(code: string): BundleLayout {
  const markerLines = new Set<number>();
  const wrapperLines = new Map<number, string>();
  let line = 0;
  for (const text of code.split("\n")) {
    line++;
    const name = FUNCTION.exec(text)?.[1];
    if (name !== undefined && parseMarkerName(name) !== undefined) markerLines.add(line);
    // Heapbook adds this line to keep modules alive, so its closure is not the program's.
    if (isKeeping(text)) markerLines.add(line);
    const path = WRAPPER.exec(text)?.[1];
    if (path !== undefined) wrapperLines.set(line, JSON.parse(`"${path}"`) as string);
  }
  return { markerLines, wrapperLines };
}
