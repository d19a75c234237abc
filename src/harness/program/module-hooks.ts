/** Node's hooks for ES modules: `load` gives instrumented code, `resolve` finds files that only TypeScript finds. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { isTypeScriptFile, isWanted, requestModule, requestPath } from "./files.ts";

/** What Node passes to and expects from hooks; its types describe one of the two forms only. */
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

/** The module of a TypeScript file; undefined for all others, which Node loads. */
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

/** Instruments an ES module that Node or another loader has loaded. */
export function instrumentLoaded(url: string, result: LoadResult, packages: ReadonlySet<string>): LoadResult {
  const path = pathOf(url);
  if (path === undefined || !isWanted(path, packages)) return result;
  if (result.format !== "module" || result.source === null || result.source === undefined) return result;
  const { code } = requestModule({ path, script: url, kind: "module", source: textOf(result.source) });
  return code === null ? result : { ...result, source: code };
}

/** The file of an import that Node did not find; undefined where the importing module is no TypeScript, or nothing is found. */
export function findTypeScript(specifier: string, { parentURL }: ResolveContext): ResolveResult | undefined {
  const from = pathOf(parentURL);
  if (from === undefined || !isTypeScriptFile(from)) return undefined;
  const path = requestPath(specifier, from);
  return path === null ? undefined : { url: pathToFileURL(path).href, shortCircuit: true };
}
