import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { didYouMean, UserError } from "../errors.ts";

/** Deepest level of nested `node_modules` folders that is searched. */
const DEEPEST = 4;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

/** Adds the names of the packages in a `node_modules` folder, and of the packages nested in them. */
function addPackages(modules: string, names: Set<string>, depth: number): void {
  if (depth > DEEPEST) return;
  const scoped = (scope: string): string[] => namesIn(join(modules, scope)).map((name) => `${scope}/${name}`);
  const found = namesIn(modules).flatMap((name) => (name.startsWith("@") ? scoped(name) : [name]));
  for (const name of found) {
    names.add(name);
    addPackages(join(modules, name, "node_modules"), names, depth + 1);
  }
  // pnpm keeps the dependencies of packages in this folder.
  const kept = join(modules, ".pnpm");
  for (const entry of namesIn(kept)) addPackages(join(kept, entry, "node_modules"), names, depth + 1);
}

/**
 * Names of the packages that a program can load: those in the `node_modules` of its own folder and of all folders
 * above.
 */
function listPackages(mainPath: string): Set<string> {
  const names = new Set<string>();
  for (let folder = dirname(mainPath); ; folder = dirname(folder)) {
    addPackages(join(folder, "node_modules"), names, 1);
    if (folder === dirname(folder)) return names;
  }
}

const usesPlugAndPlay = (mainPath: string): boolean => {
  for (let folder = dirname(mainPath); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".pnp.cjs"))) return true;
    if (folder === dirname(folder)) return false;
  }
};

/**
 * Checks that the packages of the option `--modules` are installed. Call it before the program runs.
 * @throws UserError `unknown-package` with the nearest name
 */
export function checkInstalled(packages: readonly string[], mainPath: string): void {
  if (packages.length === 0 || usesPlugAndPlay(mainPath)) return;
  const installed = listPackages(mainPath);
  const unknown = packages.find((name) => !installed.has(name));
  if (unknown === undefined) return;
  // A program may import a package by a path from anywhere, so an unknown name is an error only if it resembles an
  // installed one.
  const hint = didYouMean(unknown, installed, "packages");
  if (!hint.startsWith("Did you mean")) return;
  throw new UserError(`--modules ${unknown}: no package of that name is installed.`, { code: "unknown-package", hint });
}
