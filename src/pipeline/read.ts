import { readFileSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { overrideParams } from "../document/front-matter.ts";
import { parseReport } from "../document/parse.ts";
import type { Report } from "../document/types.ts";
import { expandRuntimes } from "../experiment/trial-plan.ts";
import { listRuntimes, nameRuntimes } from "../runtimes/find-runtime.ts";
import { runtimesFolder } from "../store/store-folder.ts";

/**
 * Reads and parses a report, replaces its parameters by those of the command line, and replaces `runtime: installed` by the
 * runtimes of this machine.
 * @param path absolute path of report.md
 * @param root folder of `.heapbook`; paths in messages are relative to it
 * @throws UserErrors every mistake that parsing finds
 */
export function readReport(path: string, root: string, params: Readonly<Record<string, string>>): Report {
  const file = relative(root, path) || basename(path);
  const source = readFileSync(path, "utf8");
  const folder = dirname(path);
  const report = parseReport({ source, file, path, folder, slug: basename(folder) });
  return {
    ...report,
    cells: report.cells.map((cell) => expandRuntimes(cell, nameRuntimes(listRuntimes(runtimesFolder(root))))),
    frontMatter: { ...report.frontMatter, params: overrideParams(report.frontMatter.params, params) },
  };
}
