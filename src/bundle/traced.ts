import { readFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { instrument } from "../allocation/instrument/instrument.ts";
import type { Engine } from "../allocation/instrument/types.ts";
import { CELL_SCHEME, OWNERS_OF_NO_LINE, type TracedModule, type TracedProgram } from "../allocation/program.ts";
import type { Cell, Report } from "../document/types.ts";
import { isOwnFile } from "../store/own-code.ts";
import { build, type MappedResult, outputs } from "./bundle-cell.ts";
import {
  asksForPlace,
  CELL_NAMESPACE,
  type Imports,
  loaderOfFile,
  ownPlacePlugin,
  reportPlugin,
  SCRIPT,
} from "./esbuild-plugins.ts";
import type { BundleInput } from "./types.ts";

/** A cell's bundle whose allocations can be told by line. */
export interface TracedBundle {
  readonly code: string;
  /** Source map, as of a plain bundle. */
  readonly map: string;
  readonly program: TracedProgram;
}

/** A module of the author's that the cell's bundle contains. */
interface AuthorModule {
  /** As esbuild names it: a path relative to the report's folder, `report.md`, or a cell in its namespace. */
  readonly key: string;
  readonly file: string;
  readonly placed: TracedModule["placed"];
  readonly source: string;
  readonly fileName: string;
  readonly sourceType: "module" | "commonjs";
}

const PACKAGE = /(?:^|[/\\])node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/g;

/** The package in which a file lies, the innermost; undefined for a file of the author's. */
function packageOf(path: string): string | undefined {
  return [...path.matchAll(PACKAGE)].at(-1)?.[1]?.replaceAll("\\", "/");
}

/** The author's modules in a bundle, the cell first and the others in the order of their names: so are their numbers. */
function authorModules(
  report: Report,
  cell: Cell,
  { metafile }: MappedResult,
  packages: ReadonlySet<string>,
): AuthorModule[] {
  const fromCell = (key: string, { label, source, sourceLine, language }: Cell): AuthorModule => ({
    key,
    file: `${CELL_SCHEME}${label}`,
    placed: { file: "report.md", firstLine: sourceLine },
    source,
    fileName: `${label}.${language}`,
    sourceType: "module",
  });
  const others = Object.entries(metafile.inputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { format }]): AuthorModule[] => {
      if (key.startsWith(`${CELL_NAMESPACE}:`)) {
        const imported = report.cells.find(({ label }) => label === key.slice(CELL_NAMESPACE.length + 1));
        return imported === undefined ? [] : [fromCell(key, imported)];
      }
      const path = resolve(report.folder, key);
      if (key === "report.md" || !SCRIPT.test(key) || /^[\w-]{2,}:/.test(key) || isOwnFile(path)) return [];
      const inPackage = packageOf(key);
      if (inPackage !== undefined && !packages.has(inPackage)) return [];
      const sourceType = format === "cjs" ? "commonjs" : "module";
      const source = readFileSync(path, "utf8");
      return [{ key, file: key, placed: null, source, fileName: basename(path), sourceType }];
    });
  return [fromCell("report.md", cell), ...others];
}

/**
 * Bundles a cell once more, with markers in its own modules and those beside the report: allocations are then told by line.
 * Modules of packages are left as they are, and allocate for the line that calls them, but for those of `packages`.
 * The text depends on the code alone: neither on where in report.md a cell stands, nor on the order in which files are read.
 *
 * @param packages names of packages whose modules get markers too
 * @param engine what is to tell the allocations of the markers
 * @throws UserError for code that cannot be parsed
 */
export async function bundleTraced(
  report: Report,
  cell: Cell,
  input: BundleInput,
  packages: readonly string[] = [],
  engine: Engine = "tracker",
): Promise<TracedBundle> {
  const imports: Imports = { label: cell.label, links: [] };
  const plain = await build(report, cell, [reportPlugin(report, input, imports)]);
  const texts = new Map<string, string>();
  const modules: TracedModule[] = [];
  let counters = engine === "meter" ? OWNERS_OF_NO_LINE : 0;
  for (const each of authorModules(report, cell, plain, new Set(packages))) {
    const { fileName, sourceType, source, file, placed } = each;
    const marked = instrument(source, {
      module: modules.length,
      fileName,
      sourceType,
      firstCounter: counters,
      engine,
    });
    counters += marked.counters;
    texts.set(each.key, marked.code);
    modules.push({
      file,
      placed,
      lines: source.split("\n"),
      isWrapped: sourceType === "commonjs",
      sites: marked.sites,
      metered: marked.metered,
      unlifted: marked.unlifted,
      outside: marked.outside,
    });
  }
  const textOf = (path: string): string | undefined => texts.get(relative(report.folder, path).replaceAll("\\", "/"));
  const ownPlace = asksForPlace(outputs(plain).code) ? [ownPlacePlugin(report, textOf)] : [];
  const marked = await build(
    report,
    cell,
    [
      reportPlugin(report, input, imports, ({ label, source }) => texts.get(`${CELL_NAMESPACE}:${label}`) ?? source),
      ...ownPlace,
      {
        name: "heapbook-markers",
        setup(build) {
          build.onLoad({ filter: SCRIPT, namespace: "file" }, ({ path }) => {
            const contents = textOf(path);
            return contents === undefined ? undefined : { contents, loader: loaderOfFile(path) };
          });
        },
      },
    ],
    texts.get("report.md"),
  );
  return { ...outputs(marked), program: { engine, modules, counters } };
}
