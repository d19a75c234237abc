import type { Bundle } from "../bundle/types.ts";
import { bundleReport } from "../experiment/bundle-report.ts";
import type { TextCache } from "../model/text-cache.ts";
import { askLimits } from "../runtimes/find-runtime.ts";
import { libraryHash } from "../store/fingerprint.ts";
import type { CheckedReport } from "./check.ts";
import type { RenderOptions } from "./options.ts";

/** A checked report with the bundles of its cells, ready to run. */
export interface BundledReport extends CheckedReport {
  /** Bundles by label of the cell. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Cache of bundles for the present version of the cell library, which bundles contain. */
  readonly bundleCache: TextCache;
}

/**
 * Bundles every code cell. Meanwhile asks the runtimes for their heap limits, unless nothing is to run.
 * @throws UserErrors for every import that cannot be resolved and all code that cannot be bundled
 */
export async function bundleCells(
  checked: CheckedReport,
  { mode }: Pick<RenderOptions, "mode">,
  cache: TextCache,
): Promise<BundledReport> {
  const { report, runtimes: found } = checked;
  const bundleCache = withPrefix(cache, libraryHash());
  const [bundles, runtimes] = await Promise.all([
    bundleReport(report, report.frontMatter.params, bundleCache),
    mode === "stored" || mode === "plan" ? found : askLimits(found, cache),
  ]);
  return { ...checked, runtimes, bundles, bundleCache };
}

function withPrefix(cache: TextCache, prefix: string): TextCache {
  return { get: (key) => cache.get(`${prefix} ${key}`), set: (key, value) => cache.set(`${prefix} ${key}`, value) };
}
