import { basename } from "node:path";
import { addTicks } from "../allocation/instrument/ticks.ts";
import type { Cell, Report } from "../document/types.ts";
import { readRegularText } from "../files.ts";
import { isOwnFile } from "../store/own-code.ts";
import { build, outputs } from "./bundle-cell.ts";
import { asksForPlace, loaderOfFile, ownPlacePlugin, reportPlugin, SCRIPT } from "./esbuild-plugins.ts";
import type { BundleInput } from "./types.ts";

/** A cell's bundle with ticks: its code calls `$hbmTick()` after every statement. */
export interface TickedBundle {
  readonly code: string;
  /** Source map of the plain bundle, which also fits the bundle with ticks. */
  readonly map: string;
}

/** Decides how a file is parsed: a file without a statement that starts with `import` or `export` may be CommonJS. */
function sourceTypeOf(source: string, path: string): "module" | "commonjs" {
  return /\.c[jt]s$/.test(path) || !/^[ \t]*(?:import|export)\b/m.test(source) ? "commonjs" : "module";
}

/**
 * Makes a function that returns a file's text with ticks; undefined for Heapbook's own files and for files that are not
 * scripts.
 */
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
 * Bundles a cell with ticks in all of its code, packages included. A file that the parser refuses gets no ticks; the
 * plain bundle has already reported errors in the author's files.
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
