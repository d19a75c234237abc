import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { oneLine } from "../render/markdown/one-line.ts";
import { readManifest } from "../site/manifest.ts";
import { plural } from "./output.ts";
import { projectReports, slugOf } from "./targets.ts";

/** A page that should not be published as it is: what is wrong, and what to do. */
export interface BrokenPage {
  readonly message: string;
  readonly hint: string;
}

/**
 * Finds pages of a site that lack something: pages with failed cells or without results, pages of which files are gone, and
 * reports of the project without a page. Empty for a folder that Heapbook did not write.
 * @param project absolute path of the project's folder
 * @param folder absolute path of the site
 * @param isWhole whether the site has all reports of the project; false for a folder that the command line names
 */
export function findBrokenPages(project: string, folder: string, isWhole: boolean): readonly BrokenPage[] {
  const { reports } = readManifest(folder);
  const found = reports.flatMap(({ source, files, problems = [], card: { slug } }): BrokenPage[] => {
    const again = `Run \`heapbook render ${oneLine(source)}\``;
    const gone = files.filter((file) => !existsSync(join(folder, file)));
    const [first] = problems;
    return [
      ...(first === undefined
        ? []
        : [
            {
              message: `The page ${oneLine(slug)} is not complete: ${first}${others(problems.length - 1, "more problem")}`,
              hint: `Mend the report and render it again (\`error: true\` marks a failure that is meant).`,
            },
          ]),
      ...(gone.length === 0
        ? []
        : [
            {
              message: `The page ${oneLine(slug)} is not complete: ${oneLine(gone[0] ?? "")} is missing${others(gone.length - 1, "more file")}.`,
              hint: `${again}.`,
            },
          ]),
    ];
  });
  if (!isWhole || reports.length === 0) return found;
  const known = new Set(reports.map(({ source }) => resolve(project, source)));
  const without = projectReports(project).filter((path) => !known.has(path));
  return [
    ...found,
    ...without.map((path) => {
      const source = oneLine(relative(project, path));
      return {
        message: `The report ${source} has no page \`${oneLine(slugOf(path, project))}\` in the site.`,
        hint: `Run \`heapbook render ${source}\`.`,
      };
    }),
  ];
}

function others(count: number, what: string): string {
  return count === 0 ? "" : ` (and ${plural(count, what)})`;
}
