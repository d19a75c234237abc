/** Replaces the program's modules by instrumented code, as Node loads them one by one. */
import { readFileSync } from "node:fs";
import Module, { register } from "node:module";
import { pathToFileURL } from "node:url";
import type { ProgramInstructions } from "../../model/program-records.ts";
import { isTypeScriptFile, isWanted, requestModule, requestPath } from "./files.ts";
import { disguise } from "./function-texts.ts";
import {
  findTypeScript,
  instrumentLoaded,
  type LoadContext,
  type LoadResult,
  loadTypeScript,
  type ResolveContext,
  type ResolveResult,
} from "./module-hooks.ts";
import { hookLoader, type ModuleLoader } from "./module-loader.ts";
import { hookRequiredImports } from "./required-imports.ts";

interface CommonJsModule {
  _compile(code: string, file: string, format?: string | null): unknown;
}
type Compile = CommonJsModule["_compile"];
interface Resolving {
  filename?: string | null;
}
type ResolveFilename = (request: string, parent: Resolving | undefined, isMain: boolean, options?: unknown) => string;

/** Parts of `node:module` that Node's types lack. */
interface ModuleInternals {
  readonly prototype: CommonJsModule;
  readonly _extensions: Record<string, (module: CommonJsModule, file: string) => void>;
  _resolveFilename: ResolveFilename;
  readonly registerHooks?: (hooks: SynchronousHooks) => unknown;
}
interface SynchronousHooks {
  load(url: string, context: LoadContext, next: (url: string, context: LoadContext) => LoadResult): LoadResult;
  resolve(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context: ResolveContext) => ResolveResult,
  ): ResolveResult;
}

const internals = Module as unknown as ModuleInternals;

/**
 * Whether `require()` of this Node loads ES modules. It then determines the module system of a file from its syntax,
 * too.
 */
const requiresModules = (process.features as { readonly require_module?: boolean }).require_module === true;

/**
 * Replaces the step in which Node compiles a module loaded by `require()`. Instruments the code that another loader
 * returned, if there is one. The parent recognises a module that the hook for ES modules has instrumented, and leaves
 * it unchanged.
 */
function hookCompile(compile: Compile, packages: ReadonlySet<string>): void {
  const instrumentCode = (code: string, path: string, format: string | null | undefined): string => {
    if (typeof code !== "string" || !isWanted(path, packages)) return code;
    if (requiresModules && format === "module")
      return requestModule({ path, script: pathToFileURL(path).href, kind: "module", source: code }).code ?? code;
    const kind = requiresModules && typeof format !== "string" ? "ambiguous" : "commonjs";
    return requestModule({ path, script: path, kind, source: code }).code ?? code;
  };
  const own: Compile = function heapbookCalls(this: CommonJsModule, code, file, format): unknown {
    return compile.call(this, instrumentCode(code, file, format), file, format);
  };
  disguise(own, compile);
  internals.prototype._compile = own;
}

/** Makes `require()` load TypeScript files, and find names that only TypeScript resolves. */
function hookTypeScript(compile: Compile): void {
  for (const extension of [".ts", ".tsx", ".cts", ".mts"]) {
    internals._extensions[extension] = function heapbookCalls(module, file): void {
      // If the user's own loader, such as ts-node, has taken over the module, its code is instrumented instead.
      if (Object.hasOwn(module, "_compile")) {
        module._compile(readFileSync(file, "utf8"), file);
        return;
      }
      const { code, error } = requestModule({ path: file, script: file, kind: "require", source: null });
      if (error !== undefined) throw new SyntaxError(error);
      compile.call(module, code ?? "", file);
    };
  }
  const resolveFilename = internals._resolveFilename;
  internals._resolveFilename = function heapbookCalls(request, parent, isMain, options): string {
    try {
      return resolveFilename.call(Module, request, parent, isMain, options);
    } catch (error) {
      const from = parent?.filename;
      const path =
        typeof from === "string" &&
        isTypeScriptFile(from) &&
        (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND"
          ? requestPath(request, from)
          : null;
      if (path === null) throw error;
      return path;
    }
  };
}

function hookModules(packages: ReadonlySet<string>, hooksUrl: string, loader: ModuleLoader): void {
  if (internals.registerHooks === undefined) {
    hookLoader(loader, packages, () => {
      register(`${hooksUrl}?packages=${encodeURIComponent(JSON.stringify([...packages]))}`);
    });
    if (requiresModules) hookRequiredImports(packages);
    // Node creates these streams at the first print. Their 3.5 KB must not count as allocated by the line that prints.
    for (const name of ["stdout", "stderr"] as const) void process[name];
    return;
  }
  internals.registerHooks({
    load: function heapbookCalls(url, context, next) {
      return loadTypeScript(url) ?? instrumentLoaded(url, next(url, context), packages);
    },
    resolve: function heapbookCalls(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const found = findTypeScript(specifier, context);
        if (found === undefined) throw error;
        return found;
      }
    },
  });
}

/**
 * Hooks the loading of all modules of a program.
 * @param hooksPath path of the entry for Node's thread of module hooks
 * @param loader Node's loader of ES modules
 */
export function installHooks(
  { packages, isTypeScript }: ProgramInstructions,
  hooksPath: string,
  loader: ModuleLoader,
): void {
  const wanted = new Set(packages);
  const compile = internals.prototype._compile;
  hookCompile(compile, wanted);
  if (isTypeScript) hookTypeScript(compile);
  hookModules(wanted, pathToFileURL(hooksPath).href, loader);
}
