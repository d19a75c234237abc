/** Which of a program's files are instrumented, and how the parent is asked for them. Runs in the main thread and in the thread of hooks. */
import type { LoadedModule, LoadRequest } from "../../model/program-records.ts";
import { send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";

const TYPESCRIPT = /\.[cm]?tsx?$/;
const PACKAGE = /[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/g;

const reported = new Set<string>();

/** Whether a path is that of a TypeScript file outside of `node_modules`. */
export function isTypeScriptFile(path: string): boolean {
  return TYPESCRIPT.test(path) && !path.endsWith(".d.ts") && !/[/\\]node_modules[/\\]/.test(path);
}

/** Whether a file is instrumented: a file of the program, or of one of these packages. Reports the names of other packages. */
export function isWanted(path: string, packages: ReadonlySet<string>): boolean {
  const name = [...path.matchAll(PACKAGE)].at(-1)?.[1]?.replaceAll("\\", "/");
  if (name === undefined || packages.has(name)) return true;
  if (!reported.has(name)) {
    reported.add(name);
    send({ type: "package", name });
  }
  return false;
}

/** Asks the parent for a module, and waits. */
export function requestModule(request: Omit<LoadRequest, "type">): LoadedModule {
  send({ type: "load", ...request });
  return receiveReply() as LoadedModule;
}

/** Asks the parent for the file that a TypeScript module imports, and waits; null where it finds none. */
export function requestPath(specifier: string, from: string): string | null {
  send({ type: "resolve", specifier, from });
  return (receiveReply() as { path: string | null }).path;
}
