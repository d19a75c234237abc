import { PASS_THROUGH } from "../model/program-records.ts";
import { parseMarkerName } from "./instrument/marker-name.ts";
import type { CountedSite } from "./instrument/types.ts";
import type { BundleLayout, InstrumentedProgram, PositionMapper } from "./program.ts";
import type { TraceFunction } from "./trace-snapshot.ts";

/** An allocation site: a line of the author's code to which allocations are assigned. */
export interface AllocationSite {
  readonly file: string;
  readonly line: number;
  /** `function`: only the function that allocated is known; it begins on this line. `module`: only the module is known. */
  readonly level: "line" | "function" | "module";
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

/** An instrumented module that Node loaded as a script of its own. */
export interface ScriptMapping {
  /** Index in the program. */
  readonly module: number;
  /** Lines of the script on which a marker begins. */
  readonly markerLines: ReadonlySet<number>;
  /** The author's line at a position of the script, from 1; undefined for code of Heapbook's. */
  lineAt(line: number, column: number): number | undefined;
}

/** Whether a function's position, as V8 reports it, is that of a module's top level: it has no line, or begins the file. */
const isTopLevel = (line: number, column: number): boolean => line < 1 || (line === 1 && column <= 1);

/** Everything needed to map functions of a program whose modules Node loaded one by one. */
export interface ProgramMapping {
  readonly program: InstrumentedProgram;
  /** By name of the script, as V8 reports it: the path of a CommonJS module, the URL of an ES module. */
  readonly scripts: ReadonlyMap<string, ScriptMapping>;
  isMeasuring(script: string): boolean;
}

export type CodeMapping = BundleMapping | ProgramMapping;

/**
 * Whether V8 had collected the script of a function when it wrote the profile: V8 then knows the function's name and the number of
 * the script, but no URL and no position. Node 20 collects the script of a CommonJS module that leaves no function.
 */
export function isOfCollectedScript({ script, scriptId, line }: TraceFunction): boolean {
  return script === "" && scriptId > 0 && line <= 0;
}

export function createFinder(mapping: CodeMapping): SiteFinder {
  return "scripts" in mapping ? new ProgramSites(mapping) : new BundleSites(mapping);
}

/** Finds the allocation site of functions on a stack. */
export abstract class SiteFinder {
  readonly #program: InstrumentedProgram;
  readonly #sites = new Map<string, AllocationSite>();

  constructor(program: InstrumentedProgram) {
    this.#program = program;
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
    const found = this.#program.modules[module];
    if (found === undefined) throw new Error(`the program has no module ${module}`);
    return this.site(found.file, line, level);
  }

  /** The site to which V8 assigns a counted allocation: the function, or the thunk, in whose frame it happens. */
  frameOf(module: number, { thunk, functionLine, functionColumn }: CountedSite): AllocationSite {
    const marker = thunk === undefined ? undefined : parseMarkerName(thunk);
    if (marker !== undefined) return this.moduleLine(module, marker.line, "line");
    const { modules } = this.#program;
    // The top levels of all ES modules in a bundle share one frame; a CommonJS module has a frame of its own.
    const isShared = functionColumn === 0 && modules[module]?.isWrapped === false;
    const level = functionColumn === 0 ? this.topLevel : "function";
    return this.moduleLine(isShared ? 0 : module, functionLine, level);
  }

  /** The level of sites of a module's top level. */
  protected readonly topLevel: AllocationSite["level"] = "function";

  /** Whether a function is a marker whose expression may contain a literal of an array or object, as far as its first line shows. */
  mayHoldLiteral(functionName: string): boolean {
    const marker = parseMarkerName(functionName);
    if (marker === undefined) return false;
    const text = this.#program.modules[marker.module]?.lines[marker.line - 1]?.slice(marker.column - 1) ?? "";
    return /[[{]|\bArray\b|[(,]\s*$/.test(text);
  }

  /** The site of a marker by its name; undefined for any other function. */
  protected attributeMarker(name: string): Attribution | undefined {
    const marker = parseMarkerName(name);
    if (marker === undefined) return undefined;
    if (marker.kind !== "line" && marker.kind !== "thunk") return "measuring";
    return this.moduleLine(marker.module, marker.line, "line");
  }

  /** Attribution of a function of a script without a URL. It can be a marker only where V8 collected the script of its module; any other function counts to its caller. */
  protected attributeUnnamed(fn: TraceFunction): Attribution {
    return (isOfCollectedScript(fn) ? this.attributeMarker(fn.name) : undefined) ?? "caller";
  }

  abstract attribute(fn: TraceFunction): Attribution;

  /** The line on which the author wrote a closure; `measuring` for a marker, undefined for code of others. */
  abstract closureSite(script: string, line: number, column: number): AllocationSite | "measuring" | undefined;
}

/** Sites of a bundle: one script that holds all modules. */
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

/** Sites of a program whose modules are scripts of their own. */
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
