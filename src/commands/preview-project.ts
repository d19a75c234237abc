import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type ProjectSettings, SETTINGS_FILE } from "../document/settings.ts";
import { UserError, UserErrors } from "../errors.ts";
import { readSettings } from "../site/project-site.ts";
import { openProject, type Project } from "./project.ts";
import { checkSlugs } from "./render.ts";
import { findReports, listReports, slugOf } from "./targets.ts";

/** The effect of changed files on the project of a preview. */
export interface ProjectChange {
  /** Absolute paths of reports that are new. */
  readonly added: readonly string[];
  /**
   * Mistakes in `heapbook.yml` or its templates, empty if there are none; undefined if neither the settings nor the
   * list of reports changed.
   */
  readonly errors: readonly UserError[] | undefined;
}

/** The project of a preview: its reports, settings and templates, which may change while pages are served. */
export class PreviewProject {
  readonly #root: string;
  readonly #targets: readonly string[];
  readonly #open: (paths: readonly string[]) => Project;
  #paths: readonly string[];
  #project: Project;
  /**
   * Settings of a `heapbook.yml` with which the project could not be opened. The files that it names are watched,
   * because a change of one may correct the mistake.
   */
  #refused: ProjectSettings | undefined;

  /**
   * @param root working folder
   * @param targets arguments of the command line that name reports
   * @param outputOf returns the site's folder for these reports, as the command line names it
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

  /**
   * Absolute paths to watch in addition to the reports' folders: settings, templates, and folders in which new reports
   * may appear.
   */
  watched(): string[] {
    const { root } = this.#project;
    const named =
      this.#targets.length === 0 ? [join(root, "reports")] : this.#targets.map((one) => resolve(this.#root, one));
    const folders = named.filter((path) => path !== root && existsSync(path) && statSync(path).isDirectory());
    return [...this.ownFiles(), ...folders];
  }

  /**
   * Updates the project after files have changed: adds new reports, and opens the project again if its own files
   * changed.
   */
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

  /** Absolute paths of the reports below a target, if the target is a folder without a report of its own. */
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

  /** The current settings; undefined if they contain mistakes. */
  #readSettings(): ProjectSettings | undefined {
    try {
      return readSettings(this.#project.root, this.#root);
    } catch (error) {
      if (error instanceof UserError || error instanceof UserErrors) return undefined;
      throw error;
    }
  }
}
