import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readRegularText } from "../files.ts";

/** Matches `import a.b, c` and `from a.b import c`. A false match within a string is harmless. */
const IMPORT = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm;

function importedNames(code: string): string[] {
  const names = [...code.matchAll(IMPORT)].flatMap(([, from, list]) => from ?? list?.split(",") ?? []);
  return names.map((name) => name.trim().split(/[.\s]/, 1)[0] ?? "").filter((name) => name !== "");
}

/** Files of a Python module beside the report: one file, or all files of a package. */
function filesOf(folder: string, name: string): string[] {
  const file = join(folder, `${name}.py`);
  const found = existsSync(file) ? [file] : [];
  const pack = join(folder, name);
  if (!existsSync(join(pack, "__init__.py"))) return found;
  const below = readdirSync(pack, { recursive: true, encoding: "utf8" });
  return [...found, ...below.filter((path) => path.endsWith(".py")).map((path) => join(pack, path))];
}

/**
 * Texts of the Python modules beside the report that code imports by `import` statements, directly or through other
 * modules.
 */
export function readLocalModules(folder: string, code: string): string[] {
  const texts = new Map<string, string>();
  const pending = importedNames(code);
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const path of filesOf(folder, name)) {
      const text = readRegularText(path);
      texts.set(path, text);
      pending.push(...importedNames(text));
    }
  }
  return [...texts.values()];
}
