import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import type { Message } from "esbuild";
import type { InstrumentOptions } from "../allocation/instrument/types.ts";
import { type InstrumentedModule, readBundleLayout } from "../allocation/program.ts";
import type { ProgramMapping, ScriptMapping } from "../allocation/sites.ts";
import { UserError } from "../errors.ts";
import { withEsbuild } from "../esbuild.ts";
import { readRegularText } from "../files.ts";
import type { Engine } from "../model/instrumentation.ts";
import { FIRST_LINE_SITE } from "../model/meter-sites.ts";
import {
  type AssertedRequest,
  type FunctionTextRequest,
  type LoadedModule,
  type LoadRequest,
  type LocatedStack,
  type LocateRequest,
  RESERVED_COUNTERS,
  type ResolveRequest,
} from "../model/program-records.ts";
import { isOwnFile } from "../store/own-code.ts";
import { loaderOfFile, SCRIPT } from "./esbuild-plugins.ts";
import { isModuleOfV8 } from "./module-syntax.ts";
import { loadWithParser } from "./parser.ts";
import { ProgramStacks } from "./program-stacks.ts";

type ModuleSystem = "commonjs" | "module";

/** The module system that `type` of the nearest package.json above a file sets. */
function packageType(path: string): ModuleSystem {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const { type } = JSON.parse(readRegularText(join(folder, "package.json"))) as { type?: unknown };
      return type === "module" ? "module" : "commonjs";
    } catch {
      if (folder === dirname(folder)) return "commonjs";
    }
  }
}

/** Text of the nearest tsconfig.json above a file, which sets options such as `experimentalDecorators` and `jsx`. */
function tsconfigText(path: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      return readRegularText(join(folder, "tsconfig.json"));
    } catch {
      if (folder === dirname(folder)) return undefined;
    }
  }
}

/**
 * Whether V8 accepts a text as a CommonJS module. V8 accepts some code that no other parser accepts, such as `f() = 1`
 * in sloppy mode.
 */
function isCommonJsOfV8(source: string): boolean {
  try {
    compileFunction(source, ["exports", "require", "module", "__filename", "__dirname"]);
    return true;
  } catch {
    return false;
  }
}

/** Whether Node loads a required file as an ES module; Node tries CommonJS first. */
async function isRequiredModule(path: string, source: string): Promise<boolean> {
  if (isCommonJsOfV8(source)) return false;
  const { detectModuleSystem } = await loadWithParser(import("../allocation/instrument/module-system.ts"));
  return detectModuleSystem(SCRIPT.test(path) ? basename(path) : `${basename(path)}.js`, source) === "module";
}

/** Whether Node loads an imported file as an ES module. */
const isImportedModule = async (path: string, source: string): Promise<boolean> =>
  path.endsWith(".mjs") || packageType(path) === "module" || isRequiredModule(path, source);

/**
 * Checks that the syntax of a file is JavaScript or TypeScript.
 * @param shown the file's path as the user wrote it
 * @throws UserError `syntax-error` at its line
 */
export async function checkSyntax(path: string, source: string, shown: string): Promise<void> {
  const { parseProblem } = await loadWithParser(import("../allocation/instrument/module-system.ts"));
  const isScript = SCRIPT.test(path);
  if (parseProblem(isScript ? basename(path) : `${basename(path)}.js`, source) === undefined) return;
  if (isCommonJsOfV8(source)) return;
  try {
    await withEsbuild(({ transform }) =>
      transform(source, { loader: isScript ? loaderOfFile(path) : "js", logLevel: "silent" }),
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [first] = (error as { errors?: readonly Message[] }).errors ?? [];
    const place = first?.location ?? { line: 1, column: 0 };
    const position = { file: shown, line: place.line, column: place.column + 1 };
    const message = first?.text ?? String(error);
    throw new UserError(message, { code: "syntax-error", position, exitCode: 1 });
  }
}

/** Formats the first error of an esbuild exception: `file.ts:1:9: Unexpected ";"`. */
function describeBuildError(error: unknown, file: string): string {
  const [first] = (error as { errors?: readonly Message[] }).errors ?? [];
  if (first === undefined) return String(error);
  const place = first.location === null ? file : `${file}:${first.location.line}:${first.location.column + 1}`;
  return `${place}: ${first.text}`;
}

/** The module system of a TypeScript file, by extension, then by syntax, then by its package. */
export async function moduleSystemOf(path: string, source: string): Promise<ModuleSystem> {
  if (/\.mtsx?$/.test(path)) return "module";
  if (/\.ctsx?$/.test(path)) return "commonjs";
  const { detectModuleSystem } = await loadWithParser(import("../allocation/instrument/module-system.ts"));
  return detectModuleSystem(basename(path), source) ?? packageType(path);
}

interface Instrumented {
  readonly code: string;
  readonly module: number;
  readonly options: InstrumentOptions;
}

/** The text of a module before and after its instrumentation. */
interface Written {
  readonly source: string;
  readonly reply: LoadedModule;
}

/**
 * Instruments the modules of a traced program one by one, when the program loads them. Also maps positions in the
 * loaded scripts to the author's lines.
 */
export class ProgramModules {
  readonly #root: string;
  readonly #engine: Engine;
  readonly #modules: InstrumentedModule[] = [];
  readonly #scripts = new Map<string, ScriptMapping>();
  readonly #written = new Map<string, Written>();
  readonly #stacks = new ProgramStacks();
  readonly #unmarked = new Map<string, string>();
  #counters: number;

  /** @param root absolute path of the folder to which the profile's files are relative */
  constructor(root: string, engine: Engine) {
    this.#root = root;
    this.#engine = engine;
    this.#counters = engine === "meter" ? FIRST_LINE_SITE : 0;
  }

  /** Files of the program that run without instrumentation, with the reasons. */
  get unmarked(): ReadonlyMap<string, string> {
    return this.#unmarked;
  }

  /** Maps functions of the program to lines. Grows as modules are loaded. */
  get mapping(): ProgramMapping {
    const modules = this.#modules;
    return {
      program: { modules, counters: this.#counters },
      scripts: this.#scripts,
      isMeasuring: (script) =>
        isOwnFile(script.startsWith("file:") ? fileURLToPath(script.replace(/[?#].*/s, "")) : script),
    };
  }

  /**
   * Instruments a module that the program loads. Code that cannot be parsed stays unchanged, and Node reports its
   * error.
   */
  async load(request: LoadRequest): Promise<LoadedModule> {
    const { path, script, kind, source } = request;
    if (isOwnFile(path)) return { code: null };
    const isTypeScript = kind === "file" || kind === "require";
    const text = source ?? readFileSync(path, "utf8");
    if (kind === "imported")
      return (await isImportedModule(path, text)) ? this.load({ ...request, kind: "module" }) : { code: null };
    if (kind === "ambiguous") {
      return (await isRequiredModule(path, text))
        ? this.load({ ...request, script: pathToFileURL(path).href, kind: "module" })
        : this.load({ ...request, kind: "commonjs" });
    }
    const key = `${kind} ${script}`;
    const known = this.#written.get(key);
    if (known?.source === text) return known.reply;
    // An ES module that is loaded by `require()` passes two hooks; the second one gets code that is instrumented
    // already.
    if (kind === "module" && (known ?? this.#written.get(`file ${script}`))?.reply.code === text) return { code: null };
    const reply = isTypeScript
      ? await this.#loadTypeScript(path, script, text, kind === "require")
      : await this.#loadJavaScript(path, script, text, kind);
    this.#written.set(key, { source: text, reply });
    return reply;
  }

  /**
   * The file for an import of a TypeScript file, found by esbuild, which knows TypeScript's rules and `paths` of
   * tsconfig.json; null if there is none.
   */
  async resolve({ specifier, from }: ResolveRequest): Promise<string | null> {
    let found: string | null = null;
    try {
      await withEsbuild(({ build: bundle }) =>
        bundle({
          stdin: { contents: "" },
          write: false,
          logLevel: "silent",
          platform: "node",
          plugins: [
            {
              name: "heapbook-resolve",
              setup(build) {
                build.onStart(async () => {
                  const options = { resolveDir: dirname(from), importer: from, kind: "import-statement" } as const;
                  const { path, namespace, external, errors } = await build.resolve(specifier, options);
                  if (errors.length === 0 && namespace === "file" && !external) found = path;
                });
              },
            },
          ],
        }),
      );
    } catch {
      return null;
    }
    return found;
  }

  /** Replies with the author's positions for the frames of a stack. */
  locate(request: LocateRequest): Promise<LocatedStack> {
    return this.#stacks.locate(request);
  }

  /** Replies with the author's text of a function; null if it is unknown. */
  functionText({ text }: FunctionTextRequest): Promise<string | null> {
    return this.#stacks.functionText(text);
  }

  /**
   * Replies with the author's code that Node quotes when `assert(value)` fails; null if the code is not instrumented.
   */
  assertedText(request: AssertedRequest): Promise<string | null> {
    return this.#stacks.assertedText(request);
  }

  async #loadJavaScript(path: string, script: string, source: string, sourceType: ModuleSystem): Promise<LoadedModule> {
    // Code that only V8 refuses, such as `const module` in a CommonJS module, stays without markers, because Node's
    // error quotes it.
    const isRead = sourceType === "commonjs" ? isCommonJsOfV8(source) : await isModuleOfV8(source);
    if (!isRead) return { code: null };
    const instrumented = await this.#instrument(path, source, sourceType);
    if (instrumented === undefined) return { code: null };
    const { code, module, options } = instrumented;
    this.#map(script, module, code, (line) => line);
    this.#stacks.add(script, { source, options });
    return { code };
  }

  async #loadTypeScript(path: string, script: string, source: string, isRequired: boolean): Promise<LoadedModule> {
    const system = await moduleSystemOf(path, source);
    // Node loads such a file by `require`, which will ask for it again.
    if (system === "commonjs" && !isRequired) return { code: null, format: "commonjs" };
    const shown = relative(this.#root, path);
    const tsconfig = tsconfigText(path);
    try {
      const instrumented = await this.#instrument(path, source, system === "module" ? "module" : "commonjs");
      const { code, map } = await withEsbuild(({ transform }) =>
        transform(instrumented?.code ?? source, {
          loader: loaderOfFile(path),
          format: isRequired ? "cjs" : "esm",
          target: "node20",
          charset: "utf8",
          sourcemap: "external",
          sourcesContent: false,
          sourcefile: basename(path),
          logLevel: "silent",
          ...(tsconfig === undefined ? {} : { tsconfigRaw: tsconfig }),
        }),
      );
      if (instrumented !== undefined) {
        const positions = new SourceMap(JSON.parse(map) as SourceMapPayload);
        this.#stacks.add(script, { source, options: instrumented.options, compiled: { path, positions } });
        const last = source.split("\n").length;
        this.#map(script, instrumented.module, code, (line, column) => {
          const entry = positions.findEntry(line - 1, column - 1) as { originalLine?: number };
          const own = (entry.originalLine ?? last) + 1;
          return own > last ? undefined : own;
        });
      }
      return { code, format: isRequired ? "commonjs" : "module" };
    } catch (error) {
      return { code: null, error: describeBuildError(error, shown) };
    }
  }

  /**
   * Instruments a module. Returns the code with markers and the module's number; undefined if the code stays unchanged.
   */
  async #instrument(path: string, source: string, sourceType: ModuleSystem): Promise<Instrumented | undefined> {
    // Imported lazily: the parser is native code of 3 MB, which a render without line profiles does not need.
    const { instrument } = await loadWithParser(import("../allocation/instrument/instrument.ts"));
    const name = basename(path);
    const file = relative(this.#root, path).replaceAll("\\", "/");
    const options = {
      module: this.#modules.length,
      fileName: SCRIPT.test(name) ? name : `${name}.js`,
      sourceType,
      firstCounter: this.#counters,
      engine: this.#engine,
      namesErrors: true,
    };
    try {
      const { code, counters, sites, metered, notInstrumented, outside, inexact } = instrument(source, options);
      if (this.#counters + counters > RESERVED_COUNTERS) {
        this.#unmarked.set(file, "the program has too many lines that allocate");
        return undefined;
      }
      this.#counters += counters;
      const places = { sites, metered, notInstrumented, outside, inexact };
      // Each module of a program has a top level of its own, as CommonJS modules have in a bundle.
      const module = this.#modules.length;
      this.#modules.push({ file, placed: null, lines: source.split("\n"), isWrapped: true, ...places });
      return { code, module, options };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#unmarked.set(file, error.message);
      return undefined;
    }
  }

  #map(script: string, module: number, code: string, lineAt: ScriptMapping["lineAt"]): void {
    const { markerLines } = readBundleLayout(code);
    // For the top level of a CommonJS module V8 reports line 0, which stands for line 1.
    const fromFirst: ScriptMapping["lineAt"] = (line, column) => (line < 1 ? 1 : lineAt(line, column));
    this.#scripts.set(script, { module, markerLines, lineAt: fromFirst });
  }
}
