/**
 * Node's hooks for ES modules: `load` returns instrumented code, `resolve` finds files that only TypeScript resolves.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { isTypeScriptFile, isWanted, requestModule, requestPath } from "./files.ts";

/** Arguments and results of both forms of Node's hooks. Node's types describe only one form. */
export interface LoadResult {
  readonly format?: string | null | undefined;
  readonly source?: unknown;
  readonly shortCircuit?: boolean;
}
export interface LoadContext {
  readonly format?: string | null | undefined;
}
export interface ResolveContext {
  readonly parentURL?: string | undefined;
}
export interface ResolveResult {
  readonly url: string;
  readonly format?: string | null | undefined;
  readonly shortCircuit?: boolean;
}

function pathOf(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith("file:")) return undefined;
  return fileURLToPath(url.replace(/[?#].*/s, ""));
}

/**
 * Loads the module of a TypeScript file. Returns undefined for all other files, which Node loads. Throws SyntaxError
 * for a file that cannot be compiled.
 */
export function loadTypeScript(url: string): LoadResult | undefined {
  const path = pathOf(url);
  if (path === undefined || !isTypeScriptFile(path)) return undefined;
  const { code, format, error } = requestModule({ path, script: url, kind: "file", source: null });
  if (error !== undefined) throw new SyntaxError(error);
  if (format === "commonjs") return { format, source: null, shortCircuit: true };
  return { format: "module", source: code ?? "", shortCircuit: true };
}

const textOf = (source: unknown): string =>
  typeof source === "string" ? source : Buffer.from(source as Uint8Array).toString("utf8");

/** Returns the instrumented form of an ES module that Node or another loader has loaded; other modules unchanged. */
export function instrumentLoaded(url: string, result: LoadResult, packages: ReadonlySet<string>): LoadResult {
  const path = pathOf(url);
  if (path === undefined || !isWanted(path, packages)) return result;
  if (result.format !== "module" || result.source === null || result.source === undefined) return result;
  const { code } = requestModule({ path, script: url, kind: "module", source: textOf(result.source) });
  return code === null ? result : { ...result, source: code };
}

/**
 * Finds the file of an import that Node did not find. Undefined if the importing module is not TypeScript, or if there
 * is no such file.
 */
export function findTypeScript(specifier: string, { parentURL }: ResolveContext): ResolveResult | undefined {
  const from = pathOf(parentURL);
  if (from === undefined || !isTypeScriptFile(from)) return undefined;
  const path = requestPath(specifier, from);
  return path === null ? undefined : { url: pathToFileURL(path).href, shortCircuit: true };
}
