import { parseMarkerName } from "./instrument/marker-name.ts";
import type { CountedSite } from "./instrument/types.ts";
import type { BundleLayout, InstrumentedProgram, PositionMapper } from "./program.ts";
import type { TraceFunction } from "./trace-snapshot.ts";

/** A line to which allocations are charged. */
export interface AllocationSite {
  readonly file: string;
  readonly line: number;
  /** `function`: all that is known is the function that begins on this line. */
  readonly level: "line" | "function";
}

/**
 * What the author's code was at work when something was allocated, attribution by one function of the stack. `caller`: the
 * function is not the author's, and allocates for whoever called it. `measuring`: Heapbook's own, charged to nobody.
 */
export type Attribution = AllocationSite | "caller" | "measuring";

/** All that is needed to tell the lines of a traced bundle. */
export interface BundleMapping {
  readonly program: InstrumentedProgram;
  readonly layout: BundleLayout;
  readonly mapper: PositionMapper;
  /** The bundle's script as V8 names it: a URL. */
  readonly script: string;
  /** Whether a script is Heapbook's own: the harness. */
  isMeasuring(script: string): boolean;
  /** Whether a file in the bundle is what measures: some of the cell library. Relative to the report's folder. */
  isLibrary(file: string): boolean;
}

/** Judges functions of the stack; those of a program are attribution once. */
export class SiteFinder {
  readonly #bundle: BundleMapping;
  readonly #files: ReadonlySet<string>;
  readonly #sites = new Map<string, AllocationSite>();

  constructor(bundle: BundleMapping) {
    this.#bundle = bundle;
    this.#files = new Set(bundle.program.modules.map(({ file }) => file));
  }

  /** The one place of a line, so that places can be compared. */
  site(file: string, line: number, level: AllocationSite["level"]): AllocationSite {
    const key = `${level} ${line} ${file}`;
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const site = { file, line, level };
    this.#sites.set(key, site);
    return site;
  }

  /** The line of the author's file that a line of a module is. */
  moduleLine(module: number, line: number, level: AllocationSite["level"]): AllocationSite {
    const found = this.#bundle.program.modules[module];
    if (found === undefined) throw new Error(`the program has no module ${module}`);
    return this.site(found.file, line, level);
  }

  /** Where V8 tells the bytes of a counted allocation: those of the function, or of the thunk, in whose frame it is made. */
  frameOf(module: number, { thunk, functionLine, functionColumn }: CountedSite): AllocationSite {
    const marker = thunk === undefined ? undefined : parseMarkerName(thunk);
    if (marker !== undefined) return this.moduleLine(module, marker.line, "line");
    const { modules } = this.#bundle.program;
    // At the top level ES modules of a bundle share one frame; one of CommonJS has its own.
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

  /** Where a closure was written, if the author wrote it. `measuring`: a marker. */
  closureSite(line: number, column: number): AllocationSite | "measuring" | undefined {
    if (this.#bundle.layout.markerLines.has(line)) return "measuring";
    const attribution = this.#attributeFunction(line, column);
    return typeof attribution === "string" ? undefined : this.site(attribution.file, attribution.line, "line");
  }

  /** A place of the source map as a line of one of the modules. */
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
    // The bundle's own run: the modules' statements, one after another in one function.
    const entry = program.modules[0];
    if (line === 1 && column === 1 && entry !== undefined) return this.site(entry.file, 1, "function");
    const at = mapper.map(line, column);
    if (at === undefined) return "caller";
    const own = this.#ownLine(at);
    if (own !== undefined) return this.site(own.file, own.line, "function");
    return isLibrary(at.file) ? "measuring" : "caller";
  }
}
