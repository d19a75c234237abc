import { relative, resolve } from "node:path";
import type { ProjectSettings } from "../document/settings.ts";
import type { SitePlace } from "../model/report-card.ts";
import type { RenderOutcome } from "../pipeline/options.ts";
import { loadProjectTemplates } from "../render/html/project-templates.ts";
import { oneLine } from "../render/markdown/one-line.ts";
import type { ProjectParts } from "../render/project-parts.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { openSite, readSettings } from "../site/project-site.ts";
import { formatWarning, plural, type Terminal } from "./output.ts";
import { projectOf, projectReports, slugOf } from "./targets.ts";

/** A project whose reports are rendered into one site. */
export interface Project {
  /** Absolute path of the project's folder. */
  readonly root: string;
  readonly outputFolder: string;
  readonly settings: ProjectSettings;
  readonly parts: ProjectParts;
  placeOf(path: string): SitePlace | undefined;
  /** Adds a report that was written to the site's index. */
  add(outcome: RenderOutcome): void;
  /** Writes the index of the site, and prints what was removed. */
  write(terminal: Terminal, quiet: boolean): void;
}

/**
 * Finds the project of the given reports, reads its `heapbook.yml` and plans its site.
 * @param cwd working folder
 * @param output the site's folder as the command line names it, relative to the working folder; undefined for the
 *   default
 * @param paths absolute paths of the reports that will be rendered
 * @throws UserErrors for mistakes in `heapbook.yml`
 */
export function openProject(cwd: string, output: string | undefined, paths: readonly string[]): Project {
  const root = projectOf(paths, cwd);
  const settings = readSettings(root, cwd);
  const outputFolder = output === undefined ? resolve(root, settings.output ?? "_site") : resolve(cwd, output);
  const parts = loadProjectTemplates(settings.templates, root);
  const reports = [...new Set([...projectReports(root), ...paths])].map((path) => ({ path, slug: slugOf(path, root) }));
  const slugs = paths.map((path) => slugOf(path, root));
  const site = openSite(root, outputFolder, settings, parts, reports, slugs);
  return {
    root,
    outputFolder,
    settings,
    parts,
    placeOf: (path) => site.placeOf(slugOf(path, root)),
    add: (outcome) => {
      const { report, card, files } = outcome;
      if (card !== undefined) site.add(report.path, card, files, problemsOf(outcome));
    },
    write: (terminal, quiet) => {
      const written = site.write(heapbookVersion(), (message) => terminal.err(formatWarning(message)));
      if (written === undefined || quiet) return;
      const { index, removed } = written;
      if (removed.length > 0)
        terminal.err(`Removed the pages of ${plural(removed.length, "report")}: ${removed.join(", ")}\n`);
      if (index !== undefined) terminal.err(`Site: ${relative(process.cwd(), index)}\n`);
    },
  };
}

/** Lines about what a page lacks, for `heapbook publish`: failed and blocked cells, and cells without stored results. */
function problemsOf({ problems, withoutResults }: RenderOutcome): readonly string[] {
  const failed = problems.map(({ position, message }) =>
    oneLine(position === undefined ? message : `${position.file}:${position.line}: ${message}`),
  );
  const lacking = withoutResults.map((label) => `No results are stored for the cell \`${label}\`.`);
  return [...failed, ...lacking];
}
