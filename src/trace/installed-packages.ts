import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { didYouMean, UserError } from "../errors.ts";

/** Deepest nesting of `node_modules` in packages that is searched. */
const DEEPEST = 4;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

/** Adds the packages of a `node_modules` folder, and of those in its packages, by name. */
function addPackages(modules: string, names: Set<string>, depth: number): void {
  if (depth > DEEPEST) return;
  const scoped = (scope: string): string[] => namesIn(join(modules, scope)).map((name) => `${scope}/${name}`);
  const found = namesIn(modules).flatMap((name) => (name.startsWith("@") ? scoped(name) : [name]));
  for (const name of found) {
    names.add(name);
    addPackages(join(modules, name, "node_modules"), names, depth + 1);
  }
  // pnpm keeps packages of packages there.
  const kept = join(modules, ".pnpm");
  for (const entry of namesIn(kept)) addPackages(join(kept, entry, "node_modules"), names, depth + 1);
}

/** Names of the packages that a program can load: those in `node_modules` of its folder and of the folders above. */
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
 * Checks before the program runs that the packages of `--modules` are installed.
 * @throws UserError `unknown-package` with the nearest name
 */
export function checkInstalled(packages: readonly string[], mainPath: string): void {
  if (packages.length === 0 || usesPlugAndPlay(mainPath)) return;
  const installed = listPackages(mainPath);
  const unknown = packages.find((name) => !installed.has(name));
  if (unknown === undefined) return;
  // A program may import a package by its path, from anywhere. A name that is like an installed one is a slip.
  const hint = didYouMean(unknown, installed, "packages");
  if (!hint.startsWith("Did you mean")) return;
  throw new UserError(`--modules ${unknown}: no package of that name is installed.`, { code: "unknown-package", hint });
}
