import { dirname, sep } from "node:path";
import type { ReportDependencies } from "../pipeline/dependencies.ts";
import type { ReportState } from "./server.ts";

/** How the render of one report ended, for the page. */
export interface Rendered {
  /** Whether the page was written. */
  readonly written: boolean;
  /** What is wrong, as text; empty where nothing is. */
  readonly failure: string;
  /** Undefined where the report was not understood. */
  readonly dependencies: ReportDependencies | undefined;
}

export interface SessionOptions {
  /** Absolute paths of the reports at the start. */
  readonly paths: readonly string[];
  /** Renders one report. Throws the signal's reason when a change stops it. */
  readonly render: (path: string, signal: AbortSignal, changed: readonly string[]) => Promise<Rendered>;
  /** Called after each render that was not stopped. */
  readonly onRendered: (path: string, rendered: Rendered, state: ReportState) => void;
  readonly onWarning: (message: string) => void;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/** Endings of files whose change always stops a run: code. */
const CODE = /\.(?:[cm]?[jt]sx?|py)$/;

/** Changes of one data file in the middle of runs after which the run itself is taken to make them. */
const MOST_OWN_CHANGES = 3;

class Restart extends Error {
  override readonly name = "Restart";
}

/**
 * Renders reports again as their files change, one render at a time. A change of code or of data in the middle of a run stops the
 * run, whose finished trials are stored, and starts it again. Files that the run itself writes do not stop it.
 */
export class PreviewSession {
  readonly #options: SessionOptions;
  /** Absolute paths of the reports. */
  readonly #paths: string[] = [];
  readonly #dirty = new Map<string, Set<string>>();
  readonly #dependencies = new Map<string, ReportDependencies>();
  readonly #states = new Map<string, ReportState>();
  readonly #ownChanges = new Map<string, number>();
  #running: { readonly path: string; readonly controller: AbortController } | undefined;
  #wake: () => void = () => {};

  constructor(options: SessionOptions) {
    this.#options = options;
    for (const path of options.paths) this.add(path);
  }

  /** Adds a report, which is rendered next. @param path absolute path of report.md */
  add(path: string): void {
    if (this.#paths.includes(path)) return;
    this.#paths.push(path);
    this.#dirty.set(path, new Set());
    this.#wake();
  }

  /** State of a report: how often its page was written, and what was wrong last. */
  stateOf(path: string): ReportState {
    return this.#states.get(path) ?? { version: 0, failure: "" };
  }

  /** Renders until the signal of the session ends it. @throws the signal's reason */
  async run(): Promise<never> {
    const { signal } = this.#options;
    signal.addEventListener("abort", () => {
      this.#running?.controller.abort(signal.reason);
      this.#wake();
    });
    for (;;) {
      signal.throwIfAborted();
      const [next] = this.#dirty;
      if (next === undefined) await this.#nextChange();
      else await this.#render(...next);
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Takes note of changed files. @param files absolute paths */
  change(files: readonly string[]): void {
    const watched = files.filter((file) => (this.#ownChanges.get(file) ?? 0) < MOST_OWN_CHANGES);
    for (const path of this.#paths) {
      const own = watched.filter((file) => this.#concerns(path, file));
      if (own.length === 0) continue;
      const known = this.#dirty.get(path) ?? new Set();
      for (const file of own) known.add(file);
      this.#dirty.set(path, known);
      if (this.#running?.path === path && own.some((file) => this.#stops(path, file))) {
        this.#running.controller.abort(new Restart("a file changed"));
      }
    }
    this.#wake();
  }

  async #render(path: string, changed: ReadonlySet<string>): Promise<void> {
    const { render, onRendered, signal } = this.#options;
    this.#dirty.delete(path);
    const controller = new AbortController();
    this.#running = { path, controller };
    try {
      const rendered = await render(path, controller.signal, [...changed]);
      if (rendered.dependencies !== undefined) this.#dependencies.set(path, rendered.dependencies);
      const { version } = this.stateOf(path);
      const state = { version: version + (rendered.written ? 1 : 0), failure: rendered.failure };
      this.#states.set(path, state);
      onRendered(path, rendered, state);
    } catch (error) {
      if (signal.aborted || !(controller.signal.reason instanceof Restart)) throw error;
      if (!this.#dirty.has(path)) this.#dirty.set(path, new Set(changed));
    } finally {
      this.#running = undefined;
    }
  }

  /** Whether a file may be a part of a report: it lies in the report's folder, or the report depends on it. */
  #concerns(path: string, file: string): boolean {
    const { modules = [], data = [] } = this.#dependencies.get(path) ?? {};
    return (
      file.startsWith(dirname(path) + sep) || modules.includes(file) || data.includes(file) || !this.#isOthers(file)
    );
  }

  /** Whether a file lies in the folder of another report. */
  #isOthers(file: string): boolean {
    return this.#paths.some((path) => file.startsWith(dirname(path) + sep));
  }

  #stops(path: string, file: string): boolean {
    if (file === path || CODE.test(file) || this.#dependencies.get(path)?.modules.includes(file) === true) return true;
    if (this.#dependencies.get(path)?.data.includes(file) !== true) return false;
    const count = (this.#ownChanges.get(file) ?? 0) + 1;
    this.#ownChanges.set(file, count);
    if (count < MOST_OWN_CHANGES) return true;
    this.#options.onWarning(`${file} changes whenever the report runs: it is not watched any more`);
    return false;
  }
}
