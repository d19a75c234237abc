import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bundle } from "../bundle/types.ts";
import type { Cell, Report } from "../document/types.ts";
import type { CellBundles } from "../experiment/cell-bundles.ts";
import { makeFolder } from "../files.ts";
import { notWritable, prepareStore, STORE_FOLDER } from "../store/store-folder.ts";

/** Folder for the bundles of a report that are kept for debugging: `.heapbook/bundles/<report>`. */
export function bundlesFolder(root: string, report: Report): string {
  return join(root, STORE_FOLDER, "bundles", report.slug);
}

/**
 * Empties the folder for bundles, and returns a function that writes the bundles of one cell into it.
 * @throws UserError `store-not-writable`; the returned function throws it too
 */
export function createBundleKeeper(root: string, report: Report): (cell: Cell, bundles: CellBundles) => void {
  prepareStore(root);
  rmSync(bundlesFolder(root, report), { recursive: true, force: true });
  return (cell, { plain, profiled, metered }) => {
    if (cell.language === "python") return; // its program is its source
    writeDebugBundle(root, report, cell.label, plain);
    if (profiled !== undefined) writeDebugBundle(root, report, `${cell.label}.tracker`, profiled);
    if (metered !== undefined) writeDebugBundle(root, report, `${cell.label}.meter`, metered);
  };
}

/**
 * Writes `<name>.mjs` with a `sourceMappingURL` comment, and its source map `<name>.mjs.map`.
 * @returns absolute path of the bundle
 * @throws UserError `store-not-writable`
 */
export function writeDebugBundle(
  root: string,
  report: Report,
  name: string,
  { code, map }: Pick<Bundle, "code" | "map">,
): string {
  const folder = bundlesFolder(root, report);
  const path = join(folder, `${name}.mjs`);
  try {
    makeFolder(folder);
    writeFileSync(`${path}.map`, toDebuggerMap(report, map));
    writeFileSync(path, `${code}\n//# sourceMappingURL=${name}.mjs.map\n`);
  } catch (error) {
    throw notWritable(root, error);
  }
  return path;
}

interface SourceMapJson {
  readonly sources: readonly string[];
}

/**
 * A bundle's source map with absolute URLs and with the texts of the sources, so that a debugger can show report.md and
 * modules.
 */
function toDebuggerMap(report: Report, map: string): string {
  const parsed = JSON.parse(map) as SourceMapJson;
  const pathOf = (source: string): string | undefined => {
    if (source === "report.md" || source.startsWith("heapbook-cell:")) return report.path;
    return source.startsWith("heapbook-") ? undefined : resolve(report.folder, source);
  };
  const paths = parsed.sources.map(pathOf);
  return JSON.stringify({
    ...parsed,
    sources: paths.map((path, index) => (path === undefined ? parsed.sources[index] : pathToFileURL(path).href)),
    sourcesContent: paths.map((path) => (path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : null)),
  });
}
