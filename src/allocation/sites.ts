import { PASS_THROUGH } from "../model/program-records.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import type { CountedSite } from "./instrument/types.ts";
import type { BundleLayout, InstrumentedProgram, PositionMapper } from "./program.ts";
import type { TraceFunction } from "./trace-snapshot.ts";

/** An allocation site: a line of the author's code to which allocations are assigned. */
export interface AllocationSite {
  readonly file: string;
  readonly line: number;
  /**
   * Precision of the line. `function`: only the allocating function is known, which begins on this line. `module`: only
   * the module.
   */
  readonly level: "line" | "function" | "module";
}

/**
 * The site to which a function on a stack assigns an allocation. `caller`: the function is not the author's, so its
 * caller decides. `measuring`: the function is Heapbook's, and the allocation belongs to no line.
 */
export type Attribution = AllocationSite | "caller" | "measuring";

/** Data to map functions of a running instrumented bundle to lines. */
export interface BundleMapping {
  readonly program: InstrumentedProgram;
  readonly layout: BundleLayout;
  readonly mapper: PositionMapper;
  /** URL of the bundle's script, as V8 reports it. */
  readonly script: string;
  /** Whether a script belongs to Heapbook's harness. */
  isMeasuring(script: string): boolean;
  /**
   * Whether a bundled file belongs to the part of the cell library that measures. Paths are relative to the report's
   * folder.
   */
  isLibrary(file: string): boolean;
}

/** An instrumented module that Node loaded as a separate script. */
export interface ScriptMapping {
  /** Index of the module in the program. */
  readonly module: number;
  /** Lines of the script on which a marker begins. */
  readonly markerLines: ReadonlySet<number>;
  /** Returns the author's line for a position of the script, counted from 1; undefined for Heapbook's code. */
  lineAt(line: number, column: number): number | undefined;
}

/** Whether a function's position in V8 is a module's top level: V8 reports no line, or the start of the file. */
const isTopLevel = (line: number, column: number): boolean => line < 1 || (line === 1 && column <= 1);

/** Data to map functions of a program whose modules Node loaded one by one. */
export interface ProgramMapping {
  readonly program: InstrumentedProgram;
  /** Modules by name of their script in V8: the path of a CommonJS module, the URL of an ES module. */
  readonly scripts: ReadonlyMap<string, ScriptMapping>;
  isMeasuring(script: string): boolean;
}

export type CodeMapping = BundleMapping | ProgramMapping;

/**
 * Whether V8 had collected the script of a function before it wrote the profile. V8 then reports only the function's
 * name and the script's number, without URL and position. Node 20 collects the script of a CommonJS module that leaves
 * no function.
 */
export function isOfCollectedScript({ script, scriptId, line }: TraceFunction): boolean {
  return script === "" && scriptId > 0 && line <= 0;
}

export function createFinder(mapping: CodeMapping): SiteFinder {
  return "scripts" in mapping ? new ProgramSites(mapping) : new BundleSites(mapping);
}

/** Finds the allocation sites of functions on a stack. */
export abstract class SiteFinder {
  readonly #program: InstrumentedProgram;
  readonly #sites = new Map<string, AllocationSite>();

  constructor(program: InstrumentedProgram) {
    this.#program = program;
  }

  /** Returns the site of a line. Equal arguments give the same object, so that sites can be compared with `===`. */
  site(file: string, line: number, level: AllocationSite["level"]): AllocationSite {
    const key = `${level} ${line} ${file}`;
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const site = { file, line, level };
    this.#sites.set(key, site);
    return site;
  }

  /** Returns the site of a line of a module, by the module's index. Throws Error for an unknown module. */
  moduleLine(module: number, line: number, level: AllocationSite["level"]): AllocationSite {
    const found = this.#program.modules[module];
    if (found === undefined) throw new Error(`the program has no module ${module}`);
    return this.site(found.file, line, level);
  }

  /**
   * Returns the site to which V8 assigns a counted allocation: the function, or the thunk, in whose frame it happens.
   */
  frameOf(module: number, { thunk, functionLine, functionColumn }: CountedSite): AllocationSite {
    const marker = thunk === undefined ? undefined : parseMarkerName(thunk);
    if (marker !== undefined) return this.moduleLine(module, marker.line, "line");
    const { modules } = this.#program;
    // The top levels of all ES modules in a bundle share one frame; a CommonJS module has a frame of its own.
    const isShared = functionColumn === 0 && modules[module]?.isWrapped === false;
    const level = functionColumn === 0 ? this.topLevel : "function";
    return this.moduleLine(isShared ? 0 : module, functionLine, level);
  }

  /** Level of the sites for top-level code of modules. */
  protected readonly topLevel: AllocationSite["level"] = "function";

  /**
   * Whether a function is a marker whose expression may contain an array or object literal. Judged by the first line of
   * the expression.
   */
  mayHoldLiteral(functionName: string): boolean {
    const marker = parseMarkerName(functionName);
    if (marker === undefined) return false;
    const text = this.#program.modules[marker.module]?.lines[marker.line - 1]?.slice(marker.column - 1) ?? "";
    return /[[{]|\bArray\b|[(,]\s*$/.test(text);
  }

  /**
   * Returns the site of a marker of a line or of a thunk; `measuring` for other markers; undefined for functions that
   * are no markers.
   */
  protected attributeMarker(name: string): Attribution | undefined {
    const marker = parseMarkerName(name);
    if (marker === undefined) return undefined;
    if (marker.kind !== "line" && marker.kind !== "thunk") return "measuring";
    return this.moduleLine(marker.module, marker.line, "line");
  }

  /**
   * Returns the site for a function of a script without a URL. Only markers in a collected script have one; the result
   * for all other functions is `caller`.
   */
  protected attributeUnnamed(fn: TraceFunction): Attribution {
    return (isOfCollectedScript(fn) ? this.attributeMarker(fn.name) : undefined) ?? "caller";
  }

  abstract attribute(fn: TraceFunction): Attribution;

  /**
   * Returns the site of the line on which the author wrote a closure; `measuring` for a marker; undefined for other
   * code.
   */
  abstract closureSite(script: string, line: number, column: number): AllocationSite | "measuring" | undefined;
}

/** Finds sites in a bundle: one script with all modules. */
class BundleSites extends SiteFinder {
  readonly #bundle: BundleMapping;
  readonly #files: ReadonlySet<string>;

  constructor(bundle: BundleMapping) {
    super(bundle.program);
    this.#bundle = bundle;
    this.#files = new Set(bundle.program.modules.map(({ file }) => file));
  }

  attribute(fn: TraceFunction): Attribution {
    if (fn.script === "") return this.attributeUnnamed(fn);
    if (fn.script !== this.#bundle.script) return this.#bundle.isMeasuring(fn.script) ? "measuring" : "caller";
    return this.attributeMarker(fn.name) ?? this.#attributeFunction(fn.line, fn.column);
  }

  closureSite(script: string, line: number, column: number): AllocationSite | "measuring" | undefined {
    if (script !== this.#bundle.script) return undefined;
    if (this.#bundle.layout.markerLines.has(line)) return "measuring";
    const attribution = this.#attributeFunction(line, column);
    return typeof attribution === "string" ? undefined : this.site(attribution.file, attribution.line, "line");
  }

  /**
   * Translates a line of the source map into a line of a module; undefined if the file is not a module of the program.
   */
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

/** Finds sites in a program whose modules are separate scripts. */
class ProgramSites extends SiteFinder {
  readonly #mapping: ProgramMapping;
  protected override readonly topLevel = "module";

  constructor(mapping: ProgramMapping) {
    super(mapping.program);
    this.#mapping = mapping;
  }

  attribute(fn: TraceFunction): Attribution {
    const { script, name, line, column } = fn;
    if (script === "") return this.attributeUnnamed(fn);
    const marker = this.attributeMarker(name);
    if (marker !== undefined) return marker;
    const found = this.#mapping.scripts.get(script);
    if (found === undefined) return this.#mapping.isMeasuring(script) && name !== PASS_THROUGH ? "measuring" : "caller";
    if (isTopLevel(line, column)) return this.moduleLine(found.module, 1, this.topLevel);
    const own = found.lineAt(line, column);
    return own === undefined ? "caller" : this.moduleLine(found.module, own, "function");
  }

  closureSite(script: string, line: number, column: number): AllocationSite | "measuring" | undefined {
    const found = this.#mapping.scripts.get(script);
    if (found === undefined) return undefined;
    if (found.markerLines.has(line)) return "measuring";
    const own = found.lineAt(line, column);
    return own === undefined ? undefined : this.moduleLine(found.module, own, "line");
  }
}
