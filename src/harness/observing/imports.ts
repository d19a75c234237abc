import { register } from "node:module";

/**
 * Hooks of Node's loader of ES modules, as the text of a module: Node runs them in a thread of their own. They append records to a
 * file, which the process forwards at its end.
 */
const HOOKS = `
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
let records;
export function initialize({ file }) { records = file; }
function record(name, kind) {
  let stamp = null;
  try {
    const found = fs.statSync(name, { bigint: true, throwIfNoEntry: false });
    if (found !== undefined) stamp = [found.ino, found.size, found.mtimeNs].join(":");
  } catch {}
  fs.appendFileSync(records, JSON.stringify({ type: "read", path: name, kind, stamp }) + "\\n");
}
function recordAbsent(specifier, parent) {
  if (parent === undefined || !parent.startsWith("file:")) return;
  if (/^(file:|[./])/.test(specifier)) return record(fileURLToPath(new URL(specifier, parent)), "exists");
  if (/^[a-z-]+:/.test(specifier)) return;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  for (let at = path.dirname(fileURLToPath(parent)); ; at = path.dirname(at)) {
    record(path.join(at, "node_modules", name), "exists");
    if (path.dirname(at) === at) return;
  }
}
function recordScope(url) {
  if (url === undefined || !url.startsWith("file:")) return;
  for (let at = path.dirname(fileURLToPath(url)); !at.endsWith("/node_modules"); at = path.dirname(at)) {
    const manifest = path.join(at, "package.json");
    record(manifest, "package");
    if (fs.existsSync(manifest) || path.dirname(at) === at) return;
  }
}
export async function resolve(specifier, context, next) {
  if (!/^([a-z-]+:|[./])/.test(specifier)) recordScope(context.parentURL);
  try {
    const found = await next(specifier, context);
    recordScope(found.url);
    return found;
  } catch (error) {
    recordAbsent(specifier, context.parentURL);
    throw error;
  }
}
export async function load(url, context, next) {
  if (url.startsWith("file:")) record(fileURLToPath(url), "content");
  return next(url, context);
}
`;

// Taken before it is wrapped: these hooks are not the program's.
const registerHooks = register;

/** Observes ES modules that are imported from now on. @param file takes the records */
export function observeImports(file: string): void {
  registerHooks(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: { file } });
}
