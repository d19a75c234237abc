/**
 * Decides which files of a program are instrumented, and asks the parent for their code. Runs in the main thread and in
 * Node's thread of module hooks.
 */
import type { LoadedModule, LoadRequest } from "../../model/program-records.ts";
import { send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";

const TYPESCRIPT = /\.[cm]?tsx?$/;
const PACKAGE = /[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/g;

const reported = new Set<string>();

/** Whether a path is a TypeScript file outside of `node_modules`. Declaration files (`.d.ts`) are not. */
export function isTypeScriptFile(path: string): boolean {
  return TYPESCRIPT.test(path) && !path.endsWith(".d.ts") && !/[/\\]node_modules[/\\]/.test(path);
}

/**
 * Whether a file is instrumented: a file of the program itself, or of one of the given packages. Sends the name of any
 * other package to the parent, once.
 */
export function isWanted(path: string, packages: ReadonlySet<string>): boolean {
  const name = [...path.matchAll(PACKAGE)].at(-1)?.[1]?.replaceAll("\\", "/");
  if (name === undefined || packages.has(name)) return true;
  if (!reported.has(name)) {
    reported.add(name);
    send({ type: "package", name });
  }
  return false;
}

/** Asks the parent for the code of a module, and waits for the answer. */
export function requestModule(request: Omit<LoadRequest, "type">): LoadedModule {
  send({ type: "load", ...request });
  return receiveReply() as LoadedModule;
}

/** Asks the parent which file a TypeScript module imports, and waits. Null if the parent finds none. */
export function requestPath(specifier: string, from: string): string | null {
  send({ type: "resolve", specifier, from });
  return (receiveReply() as { path: string | null }).path;
}
