import { register } from "node:module";
import { withoutWarnings } from "../without-warnings.ts";

/**
 * Source text of a module with hooks for Node's ES module loader. Node runs the hooks in a thread of their own. The
 * hooks append records to a file, which the process forwards to the parent at its exit.
 */
const HOOKS = `
import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
let records, own, knowsSqlite;
export function initialize(given) { ({ file: records, own, knowsSqlite } = given); }
function record(name, kind) {
  let stamp = null;
  try {
    const found = fs.statSync(name, { bigint: true, throwIfNoEntry: false });
    if (found !== undefined) stamp = [found.ino, found.size, found.mtimeNs].join(":");
  } catch {}
  fs.appendFileSync(records, JSON.stringify({ type: "read", path: name, kind, stamp }) + "\\n");
}
function recordUnobserved(module) {
  fs.appendFileSync(records, JSON.stringify({ type: "unobserved", what: "\`" + module + "\`" }) + "\\n");
}
function recordAbsent(specifier, parent) {
  if (parent === undefined || !parent.startsWith("file:")) return;
  if (/^(file:|[./])/.test(specifier)) record(fileURLToPath(new URL(specifier, parent)), "exists");
}
// The folders in which Node looks for a package, up to the one that has it: a nearer one would take its place.
function recordPackage(specifier, parent) {
  if (parent === undefined || !parent.startsWith("file:") || /^([a-z-]+:|[./#])/.test(specifier) || isBuiltin(specifier)) return;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  for (let at = path.dirname(fileURLToPath(parent)); ; at = path.dirname(at)) {
    const folder = path.join(at, "node_modules", name);
    if (path.basename(at) !== "node_modules") record(folder, "exists");
    if (path.dirname(at) === at || fs.existsSync(folder)) return;
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
  // These hooks run in another thread than the program: they cannot observe the module there.
  if (specifier === "node:sqlite" && !knowsSqlite) recordUnobserved(specifier);
  if (context.parentURL?.startsWith(own)) return next(specifier, context);
  recordPackage(specifier, context.parentURL);
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

// Copied before it is wrapped: the hooks below are not the program's.
const registerHooks = register;

/**
 * Observes ES modules imported from now on.
 * @param file path of the file to which the hooks append records
 * @param own URL of Heapbook's folder of modules, whose imports are not observed
 * @param knowsSqlite whether `node:sqlite` is observed already
 */
export function observeImports(file: string, own: string, knowsSqlite: boolean): void {
  // Node 26 warns that `register` is deprecated, but Node 20 has no other function for hooks.
  withoutWarnings(() =>
    registerHooks(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: { file, own, knowsSqlite } }),
  );
}
