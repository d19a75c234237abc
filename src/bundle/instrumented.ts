import { basename, relative, resolve } from "node:path";
import { CELL_SCHEME, type InstrumentedModule, type InstrumentedProgram } from "../allocation/program.ts";
import type { Cell, Report } from "../document/types.ts";
import { readRegularText } from "../files.ts";
import type { Engine } from "../model/instrumentation.ts";
import { FIRST_LINE_SITE } from "../model/meter-sites.ts";
import { isOwnFile } from "../store/own-code.ts";
import { build, codeOf, type MappedResult, outputs } from "./bundle-cell.ts";
import {
  asksForPlace,
  CELL_NAMESPACE,
  type Imports,
  loaderOfFile,
  ownPlacePlugin,
  reportPlugin,
  SCRIPT,
} from "./esbuild-plugins.ts";
import { loadWithParser } from "./parser.ts";
import type { BundleInput } from "./types.ts";

/** The bundle of a cell in which the author's modules have markers. */
export interface InstrumentedBundle {
  readonly code: string;
  /** Source map of the bundle, as JSON. */
  readonly map: string;
  readonly program: InstrumentedProgram;
}

/** One of the author's modules in the bundle of a cell. */
interface AuthorModule {
  /**
   * The module's name in esbuild's output: a path relative to the report's folder, `report.md`, or another cell as
   * `namespace:label`.
   */
  readonly key: string;
  readonly file: string;
  readonly placed: InstrumentedModule["placed"];
  readonly source: string;
  readonly fileName: string;
  readonly sourceType: "module" | "commonjs";
}

const PACKAGE = /(?:^|[/\\])node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/g;

/** Name of the innermost package that contains a file; undefined for the author's own files. */
function packageOf(path: string): string | undefined {
  return [...path.matchAll(PACKAGE)].at(-1)?.[1]?.replaceAll("\\", "/");
}

/** The author's modules in a bundle, in the order of their module numbers: the cell first, the others by name. */
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
      const source = readRegularText(path);
      return [{ key, file: key, placed: null, source, fileName: basename(path), sourceType }];
    });
  return [fromCell("report.md", cell), ...others];
}

async function loadTicks() {
  const [{ addTicks }, { tickedFiles }] = await loadWithParser(
    Promise.all([import("../allocation/instrument/ticks.ts"), import("./ticked.ts")]),
  );
  return { addTicks, textOf: tickedFiles() };
}

/**
 * Bundles a cell with markers in its own code and in the author's modules, so that allocations can be assigned to
 * lines. Modules of packages are not instrumented, except those of `packages`: their allocations are assigned to the
 * calling line. The bundle depends only on the code, not on the cell's lines in report.md or the order in which files
 * are read.
 *
 * @param packages names of packages that are instrumented too
 * @param engine engine for which markers are made; `tracker` and `sampler` give the same bundle
 * @param ticks whether all code, packages included, also gets ticks, for the search for a peak
 * @throws UserError for code that cannot be parsed
 */
export async function bundleInstrumented(
  report: Report,
  cell: Cell,
  input: BundleInput,
  packages: readonly string[] = [],
  engine: Engine = "tracker",
  ticks = false,
): Promise<InstrumentedBundle> {
  // Imported lazily: the parser is native code of 3 MB, which a render without line profiles does not need.
  const { instrument } = await loadWithParser(import("../allocation/instrument/instrument.ts"));
  const ticking = ticks ? await loadTicks() : undefined;
  const imports: Imports = { label: cell.label, links: [] };
  const plain = await build(report, cell, [reportPlugin(report, input, imports)]);
  const texts = new Map<string, string>();
  const modules: InstrumentedModule[] = [];
  let counters = engine === "meter" ? FIRST_LINE_SITE : 0;
  for (const each of authorModules(report, cell, plain, new Set(packages))) {
    const { fileName, sourceType, source, file, placed } = each;
    const instrumented = instrument(source, {
      module: modules.length,
      fileName,
      sourceType,
      firstCounter: counters,
      engine,
    });
    counters += instrumented.counters;
    texts.set(each.key, ticking?.addTicks(instrumented.code, fileName, sourceType) ?? instrumented.code);
    modules.push({
      file,
      placed,
      lines: source.split("\n"),
      isWrapped: sourceType === "commonjs",
      sites: instrumented.sites,
      metered: instrumented.metered,
      notInstrumented: instrumented.notInstrumented,
      outside: instrumented.outside,
      inexact: instrumented.inexact,
    });
  }
  const textOf = (path: string): string | undefined =>
    texts.get(relative(report.folder, path).replaceAll("\\", "/")) ?? ticking?.textOf(path);
  const ownPlace = asksForPlace(codeOf(plain)) ? [ownPlacePlugin(report, textOf)] : [];
  const built = await build(
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
  return { ...(await outputs(built, report.folder)), program: { modules, counters } };
}
