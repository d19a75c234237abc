import { resolve } from "node:path";
import type { Bundle } from "../bundle/types.ts";
import type { Report } from "../document/types.ts";
import type { ReportResults } from "../model/report-results.ts";
import { isOwnFile } from "../store/own-code.ts";

/** Files that a report depends on, as absolute paths. */
export interface ReportDependencies {
  /** report.md, and the modules beside it that its cells import; without installed packages. */
  readonly modules: readonly string[];
  /** Files that cells read, and entries of their option `inputs` that contain no `*`. */
  readonly data: readonly string[];
}

/** Lists the files that a rendered report depends on. */
export function listDependencies(
  report: Report,
  bundles: ReadonlyMap<string, Bundle>,
  results: ReportResults,
): ReportDependencies {
  const { folder } = report;
  const modules = [...bundles.values()].flatMap(({ map }) => {
    const { sources = [] } = map === "" ? {} : (JSON.parse(map) as { sources?: string[] });
    return sources.filter((source) => !source.includes(":")).map((source) => resolve(folder, source));
  });
  const reads = results.cells.flatMap(({ variants }) =>
    variants.flatMap(({ trialSets }) => trialSets.flatMap(({ trials }) => trials.flatMap((trial) => trial.reads))),
  );
  const inputs = report.cells.flatMap(({ options }) => options.inputs.filter((input) => !/[*?[\]{}!]/.test(input)));
  const own = (path: string): boolean => !isOwnFile(path) && !path.includes("/node_modules/");
  return {
    modules: [...new Set([report.path, ...modules])].filter(own),
    data: [...new Set([...reads, ...inputs].map((path) => resolve(folder, path)))].filter(own),
  };
}
