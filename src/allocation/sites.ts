import { parseMarkerName } from "./instrument/marker-name.ts";
import type { CountedSite } from "./instrument/types.ts";
import type { BundleLayout, InstrumentedProgram, PositionMapper } from "./program.ts";
import type { TraceFunction } from "./trace-snapshot.ts";

/** An allocation site: a line of the author's code to which allocations are assigned. */
export interface AllocationSite {
  readonly file: string;
  readonly line: number;
  /** `function`: only the function that allocated is known; it begins on this line. */
  readonly level: "line" | "function";
}

/**
 * The site that one function of a stack assigns an allocation to. `caller`: the function is not the author's, so the function that
 * called it decides. `measuring`: the function is Heapbook's, and its allocations belong to no line.
 */
export type Attribution = AllocationSite | "caller" | "measuring";

/** Everything needed to map functions of a running instrumented bundle to lines. */
export interface BundleMapping {
  readonly program: InstrumentedProgram;
  readonly layout: BundleLayout;
  readonly mapper: PositionMapper;
  /** URL of the bundle's script, as V8 reports it. */
  readonly script: string;
  /** Whether a script belongs to Heapbook's harness. */
  isMeasuring(script: string): boolean;
  /** Whether a bundled file, relative to the report's folder, is a part of the cell library that measures. */
  isLibrary(file: string): boolean;
}

/** Finds the allocation site of functions on a stack. */
export class SiteFinder {
  readonly #bundle: BundleMapping;
  readonly #files: ReadonlySet<string>;
  readonly #sites = new Map<string, AllocationSite>();

  constructor(bundle: BundleMapping) {
    this.#bundle = bundle;
    this.#files = new Set(bundle.program.modules.map(({ file }) => file));
  }

  /** The site of a line; the same object for the same arguments, so that sites can be compared with `===`. */
  site(file: string, line: number, level: AllocationSite["level"]): AllocationSite {
    const key = `${level} ${line} ${file}`;
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const site = { file, line, level };
    this.#sites.set(key, site);
    return site;
  }

  /** The site of a line of a module. */
  moduleLine(module: number, line: number, level: AllocationSite["level"]): AllocationSite {
    const found = this.#bundle.program.modules[module];
    if (found === undefined) throw new Error(`the program has no module ${module}`);
    return this.site(found.file, line, level);
  }

  /** The site to which V8 assigns a counted allocation: the function, or the thunk, in whose frame it happens. */
  frameOf(module: number, { thunk, functionLine, functionColumn }: CountedSite): AllocationSite {
    const marker = thunk === undefined ? undefined : parseMarkerName(thunk);
    if (marker !== undefined) return this.moduleLine(module, marker.line, "line");
    const { modules } = this.#bundle.program;
    // The top levels of all ES modules in a bundle share one frame; a CommonJS module has a frame of its own.
    const isShared = functionColumn === 0 && modules[module]?.isWrapped === false;
    return this.moduleLine(isShared ? 0 : module, functionLine, "function");
  }

  attribute(fn: TraceFunction): Attribution {
    if (fn.script === "") return "caller";
    if (fn.script !== this.#bundle.script) return this.#bundle.isMeasuring(fn.script) ? "measuring" : "caller";
    const marker = parseMarkerName(fn.name);
    if (marker !== undefined) {
      if (marker.kind !== "line" && marker.kind !== "thunk") return "measuring";
      return this.moduleLine(marker.module, marker.line, "line");
    }
    return this.#attributeFunction(fn.line, fn.column);
  }

  /** The line on which the author wrote a closure; `measuring` for a marker, undefined for code of others. */
  closureSite(line: number, column: number): AllocationSite | "measuring" | undefined {
    if (this.#bundle.layout.markerLines.has(line)) return "measuring";
    const attribution = this.#attributeFunction(line, column);
    return typeof attribution === "string" ? undefined : this.site(attribution.file, attribution.line, "line");
  }

  /** Translates a line of the source map into a line of a module; undefined for files that are no module of the program. */
  #ownLine({
    file,
    line,
  }: {
    readonly file: string;
    readonly line: number;
  }): { file: string; line: number } | undefined {
    if (this.#files.has(file)) return { file, line };
    for (const { file: own, placed, lines } of this.#bundle.program.modules) {
      if (placed?.file !== file) continue;
      const inModule = line - placed.firstLine + 1;
      if (inModule >= 1 && inModule <= lines.length) return { file: own, line: inModule };
    }
    return undefined;
  }

  #attributeFunction(line: number, column: number): Attribution {
    const { layout, mapper, program, isLibrary } = this.#bundle;
    const wrapped = layout.wrapperLines.get(line);
    if (wrapped !== undefined) return this.#files.has(wrapped) ? this.site(wrapped, 1, "function") : "caller";
    // The function at line 1, column 1 is the bundle itself: the top-level code of all ES modules.
    const entry = program.modules[0];
    if (line === 1 && column === 1 && entry !== undefined) return this.site(entry.file, 1, "function");
    const at = mapper.map(line, column);
    if (at === undefined) return "caller";
    const own = this.#ownLine(at);
    if (own !== undefined) return this.site(own.file, own.line, "function");
    return isLibrary(at.file) ? "measuring" : "caller";
  }
}
