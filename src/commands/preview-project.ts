import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type ProjectSettings, SETTINGS_FILE } from "../document/settings.ts";
import { UserError, UserErrors } from "../errors.ts";
import { readSettings } from "../site/project-site.ts";
import { openProject, type Project } from "./project.ts";
import { checkSlugs } from "./render.ts";
import { findReports, listReports, slugOf } from "./targets.ts";

/** What a change of files means for the project. */
export interface ProjectChange {
  /** Absolute paths of reports that are new. */
  readonly added: readonly string[];
  /** Mistakes of `heapbook.yml` or its templates; undefined where the change does not concern them. */
  readonly errors: readonly UserError[] | undefined;
}

/** The project of a preview: its reports, settings and templates, which may change while pages are served. */
export class PreviewProject {
  readonly #root: string;
  readonly #targets: readonly string[];
  readonly #open: (paths: readonly string[]) => Project;
  #paths: readonly string[];
  #project: Project;
  /** What `heapbook.yml` says where the project could not be opened with it: a change of a file that it names may mend that. */
  #refused: ProjectSettings | undefined;

  /**
   * @param root working folder
   * @param outputOf folder of the site for these reports, as the command line names it
   * @throws UserError `report-not-found`; UserErrors for mistakes in `heapbook.yml`
   */
  constructor(root: string, targets: readonly string[], outputOf: (paths: readonly string[]) => string | undefined) {
    this.#root = root;
    this.#targets = targets;
    this.#open = (paths) => openProject(root, outputOf(paths), paths);
    this.#paths = findReports(root, targets);
    checkSlugs(this.#paths, root);
    this.#project = this.#open(this.#paths);
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  get project(): Project {
    return this.#project;
  }

  slugOf(path: string): string {
    return slugOf(path, this.#project.root);
  }

  /** Absolute paths to watch besides the folders of reports: settings, templates, and the folders in which reports may appear. */
  watched(): string[] {
    const { root } = this.#project;
    const named =
      this.#targets.length === 0 ? [join(root, "reports")] : this.#targets.map((one) => resolve(this.#root, one));
    const folders = named.filter((path) => path !== root && existsSync(path) && statSync(path).isDirectory());
    return [...this.ownFiles(), ...folders];
  }

  /** Takes note of changed files. */
  change(files: readonly string[]): ProjectChange {
    const added = this.#findAdded(files);
    const own = this.ownFiles();
    const isOwn = (file: string): boolean => own.some((path) => file === path || file.startsWith(path + sep));
    const concernsProject = files.some(isOwn);
    if (added.length === 0 && !concernsProject) return { added, errors: undefined };
    try {
      checkSlugs([...this.#paths, ...added], this.#root);
      this.#project = this.#open([...this.#paths, ...added]);
      this.#refused = undefined;
    } catch (error) {
      this.#refused = this.#readSettings();
      if (error instanceof UserErrors) return { added: [], errors: error.errors };
      if (error instanceof UserError) return { added: [], errors: [error] };
      throw error;
    }
    this.#paths = [...this.#paths, ...added];
    return { added, errors: [] };
  }

  #findAdded(files: readonly string[]): readonly string[] {
    const isNew = files.some((file) => !this.#paths.some((path) => file.startsWith(dirname(path) + sep)));
    if (!isNew) return [];
    const found =
      this.#targets.length === 0 ? findReports(this.#root, []) : this.#targets.flatMap((one) => this.#below(one));
    return found.filter((path) => !this.#paths.includes(path));
  }

  /** Reports below a target that is a folder. */
  #below(target: string): readonly string[] {
    const path = resolve(this.#root, target);
    return existsSync(path) && statSync(path).isDirectory() && !existsSync(join(path, "report.md"))
      ? listReports(path)
      : [];
  }

  /** Absolute paths of `heapbook.yml` and the files that it names. */
  ownFiles(): string[] {
    const { root, settings } = this.#project;
    const files = [settings, ...(this.#refused === undefined ? [] : [this.#refused])].flatMap(({ templates }) => {
      const { page, partials, css, logo, footer } = templates;
      return [page, partials, ...css, logo, footer].flatMap((file) => (file === undefined ? [] : [file.path]));
    });
    return [...new Set([SETTINGS_FILE, ...files])].map((file) => resolve(root, file));
  }

  /** Settings as they are now; undefined where they are mistaken. */
  #readSettings(): ProjectSettings | undefined {
    try {
      return readSettings(this.#project.root, this.#root);
    } catch (error) {
      if (error instanceof UserError || error instanceof UserErrors) return undefined;
      throw error;
    }
  }
}
