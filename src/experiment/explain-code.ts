import { resolve } from "node:path";
import { diffArrays } from "diff";
import type { CellIngredients, ModuleIngredient } from "../store/ingredients.ts";
import { isOwnFile } from "../store/own-code.ts";

/** Largest number of edits that the comparison of two texts looks for. */
const MOST_EDITS = 2000;

/** Largest number of changed lines that an explanation names for one module. */
const MOST_LINES = 3;

/**
 * Explains why the bundle of a cell differs from that of the last run: changed lines, modules, packages and imported
 * results.
 * @param folder the report's folder
 * @returns one text for each cause, in the order of the bundle; empty if no module was changed by its author
 */
export function explainCode(before: CellIngredients, after: CellIngredients, folder: string): string[] {
  const earlier = new Map(before.modules.map((module) => [module.name, module]));
  const later = new Map(after.modules.map((module) => [module.name, module]));
  const compiled: string[] = [];
  const changed = [...later.values()].flatMap((module) => {
    const other = earlier.get(module.name);
    if (other === undefined)
      return [`${nameModule(module.name, folder)} ${isIn(earlier, module.name) ? "changed" : "is new"}`];
    // What its author did not touch changed with the names of what it imports: that has a cause of its own.
    if (other.sha256 === module.sha256) return [];
    if (other.source === undefined || other.source !== module.source) return explainModule(other, module, folder);
    compiled.push(`${nameModule(module.name, folder)} is compiled otherwise, by another tsconfig.json or package.json`);
    return [];
  });
  const gone = [...earlier.keys()]
    .filter((name) => !later.has(name))
    .map((name) => `${nameModule(name, folder)} ${isIn(later, name) ? "changed" : "is no longer imported"}`);
  // The bundle contains only the library functions that are called, so a change of the library's part follows from
  // other changes.
  const causes = [...changed, ...gone].filter((cause) => !cause.startsWith(LIBRARY));
  return [...new Set([causes, [...changed, ...gone], compiled].find((found) => found.length > 0) ?? [])];
}

/** Whether any module of the package of a module is among the modules: another file of a package is no other package. */
function isIn(modules: ReadonlyMap<string, ModuleIngredient>, name: string): boolean {
  const installed = packageOf(name);
  return installed !== undefined && [...modules.keys()].some((each) => packageOf(each) === installed);
}

function packageOf(name: string): string | undefined {
  return /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1];
}

const LIBRARY = "Heapbook's library";

function explainModule(before: ModuleIngredient, after: ModuleIngredient, folder: string): string[] {
  const lines = changedLines(before, after);
  const place = nameModule(after.name, folder);
  if (lines.length === 0) return [`${place} changed`];
  const listed = lines.slice(0, MOST_LINES).join(", ");
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : "";
  return [`line${lines.length > 1 ? "s" : ""} ${listed}${more} of ${place} changed`];
}

/**
 * Line numbers in the module's current file that were changed or added. For removed lines, the number of the line
 * before them.
 */
function changedLines(before: ModuleIngredient, after: ModuleIngredient): number[] {
  if (before.text === undefined || after.text === undefined || after.places === undefined) return [];
  const changes = diffArrays(before.text.split("\n"), after.text.split("\n"), { maxEditLength: MOST_EDITS });
  if (changes === undefined) return [];
  const found = new Set<number>();
  let at = 0;
  for (const [index, { added, removed, count = 0 }] of changes.entries()) {
    const isReplaced = removed && changes[index + 1]?.added === true;
    const touched = added
      ? after.places.slice(at, at + count)
      : removed && !isReplaced
        ? [after.places[at - 1] ?? 0]
        : [];
    for (const line of touched) if (line > 0) found.add(line);
    if (!removed) at += count;
  }
  return [...found].sort((a, b) => a - b);
}

/** The name of a module as the author knows it: `report.md`, `make.ts`, `package lodash`, `the result of \`walks\``. */
function nameModule(name: string, folder: string): string {
  const label = /^heapbook-(?:cell|result):(.*)$/.exec(name)?.[1];
  if (name.startsWith("heapbook-result:")) return `the result of \`${label}\``;
  if (name.startsWith("heapbook-cell:")) return `report.md (cell \`${label}\`)`;
  const installed = packageOf(name);
  if (installed !== undefined) return `package ${installed}`;
  if (isOwnFile(resolve(folder, name))) return LIBRARY;
  return name;
}
