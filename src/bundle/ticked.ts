import { basename } from "node:path";
import { addTicks } from "../allocation/instrument/ticks.ts";
import type { Cell, Report } from "../document/types.ts";
import { readRegularText } from "../files.ts";
import { isOwnFile } from "../store/own-code.ts";
import { build, outputs } from "./bundle-cell.ts";
import { asksForPlace, loaderOfFile, ownPlacePlugin, reportPlugin, SCRIPT } from "./esbuild-plugins.ts";
import type { BundleInput } from "./types.ts";

/** A cell's bundle whose code calls `$hbmTick()` after every statement. */
export interface TickedBundle {
  readonly code: string;
  /** Source map, as of a plain bundle. */
  readonly map: string;
}

/** ES modules have `import` or `export` at the start of a statement; a file that has neither may be a CommonJS module. */
function sourceTypeOf(source: string, path: string): "module" | "commonjs" {
  return /\.c[jt]s$/.test(path) || !/^[ \t]*(?:import|export)\b/m.test(source) ? "commonjs" : "module";
}

/** A reader of files that gives their text with ticks; undefined for Heapbook's own and for those that are no scripts. */
export function tickedFiles(): (path: string) => string | undefined {
  const texts = new Map<string, string>();
  return (path) => {
    if (!SCRIPT.test(path) || isOwnFile(path)) return undefined;
    const known = texts.get(path);
    if (known !== undefined) return known;
    const source = readRegularText(path);
    const text = addTicks(source, basename(path), sourceTypeOf(source, path));
    texts.set(path, text);
    return text;
  };
}

/**
 * Bundles a cell once more, with ticks in all of its code, packages included. Files that the parser refuses keep their text: the
 * plain bundle has reported what is wrong with the author's.
 *
 * @throws UserErrors as `bundleCell` does
 */
export async function bundleTicked(report: Report, cell: Cell, input: BundleInput): Promise<TickedBundle> {
  const textOf = tickedFiles();
  const rewrite = ({ source, label, language }: Cell): string => addTicks(source, `${label}.${language}`, "module");
  const imports = { label: cell.label, links: [] };
  const plugin = () => reportPlugin(report, input, imports, rewrite);
  const ticks = {
    name: "heapbook-ticks",
    setup(builder: Parameters<ReturnType<typeof reportPlugin>["setup"]>[0]) {
      builder.onLoad({ filter: SCRIPT, namespace: "file" }, ({ path }) => {
        const contents = textOf(path);
        return contents === undefined ? undefined : { contents, loader: loaderOfFile(path) };
      });
    },
  };
  const first = await outputs(await build(report, cell, [plugin(), ticks], rewrite(cell)), report.folder);
  if (!asksForPlace(first.code)) return first;
  return outputs(
    await build(report, cell, [plugin(), ownPlacePlugin(report, textOf), ticks], rewrite(cell)),
    report.folder,
  );
}
