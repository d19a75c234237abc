import { dirname, sep } from "node:path";
import type { ReportDependencies } from "../pipeline/dependencies.ts";
import type { ReportState } from "./server.ts";

/** How the render of one report ended. */
export interface Rendered {
  /** Whether the render wrote the page. */
  readonly written: boolean;
  /** Description of the failure; empty if there is none. */
  readonly failure: string;
  /** Files that the report depends on; undefined if the report could not be parsed or checked. */
  readonly dependencies: ReportDependencies | undefined;
  /**
   * Absolute paths of files and folders named by the report's errors; only for a report that could not be parsed or
   * checked.
   */
  readonly mistaken: readonly string[];
}

export interface SessionOptions {
  /** Absolute paths of the reports at the start. */
  readonly paths: readonly string[];
  /**
   * Renders one report. Rejects with the signal's reason if a change stops the render. `changed`: absolute paths of
   * changed files.
   */
  readonly render: (path: string, signal: AbortSignal, changed: readonly string[]) => Promise<Rendered>;
  /**
   * Called after each render that no change stopped.
   * @param startMs time (ms since 1970) before the render read anything
   * @returns unwatched files that may have changed after the render read them
   */
  readonly onRendered: (path: string, rendered: Rendered, state: ReportState, startMs: number) => readonly string[];
  /** Waits until `change()` has received all changes made until now. Called at the end of each render. */
  readonly settle: () => Promise<void>;
  readonly onWarning: (message: string) => void;
  /** When aborted, ends the session. */
  readonly signal: AbortSignal;
}

/** Matches code files; a change of a code file stops the running render. */
const CODE = /\.(?:[cm]?[jt]sx?|py)$/;

/**
 * Limits on the number of consecutive runs in which the same file changed. From `MOST_STOPS` on, a data file no longer
 * stops a run. Beyond `MOST_AT_ONCE`, the next run waits. From `MOST_RESTARTS` on, no file stops a run, because the run
 * itself may write the file. A run without a change of the file resets its count.
 */
const [MOST_STOPS, MOST_AT_ONCE, MOST_RESTARTS] = [3, 5, 10];

/**
 * First and longest pause before a run that waits, in ms. Each pause is twice the one before. Waiting replaces ignoring
 * the file, because the user may make the changes.
 */
const [PAUSE_MS, MOST_PAUSE_MS] = [1000, 60_000];

/** A render in progress. */
interface RunningReport {
  readonly path: string;
  readonly controller: AbortController;
  /** Absolute paths of all files that changed since the render began. */
  readonly changed: Set<string>;
}

class Restart extends Error {
  override readonly name = "Restart";
}

/**
 * Re-renders reports when their files change, one report at a time. A change of code or data stops the running render
 * and starts it anew; finished trials are stored. Files that the run itself writes stop only its first runs.
 */
export class PreviewSession {
  readonly #options: SessionOptions;
  /** Absolute paths of the reports. */
  readonly #paths: string[] = [];
  readonly #dirty = new Map<string, Set<string>>();
  readonly #dependencies = new Map<string, ReportDependencies>();
  readonly #states = new Map<string, ReportState>();
  /** For each report and file: number of consecutive runs of the report in which the file changed. */
  readonly #ownChanges = new Map<string, Map<string, number>>();
  /** Reports that could not be parsed or checked: any changed file may mend them. */
  readonly #unread = new Set<string>();
  /** Reports to re-render only because of changes to files that were not watched yet. */
  readonly #unwatched = new Set<string>();
  #running: RunningReport | undefined;
  #wake: () => void = () => {};

  constructor(options: SessionOptions) {
    this.#options = options;
    for (const path of options.paths) this.add(path);
  }

  /** Adds a report and schedules its render. @param path absolute path of report.md */
  add(path: string): void {
    if (this.#paths.includes(path)) return;
    this.#paths.push(path);
    this.#dirty.set(path, new Set());
    this.#wake();
  }

  /** State of a report: how often its page was written, and the failure of its last render. */
  stateOf(path: string): ReportState {
    return this.#states.get(path) ?? { version: 0, failure: "" };
  }

  /** Renders changed reports until the session's signal is aborted. @throws the signal's reason */
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

  /**
   * Schedules renders for changed files, and stops the running render if it must begin anew.
   * @param files absolute paths
   */
  change(files: readonly string[]): void {
    const running = this.#running;
    for (const path of this.#paths) {
      const own = files.filter((file) => this.#concerns(path, file));
      if (path === running?.path) this.#changeRunning(running, own);
      else this.#mark(path, own);
    }
    for (const file of files) running?.changed.add(file);
    this.#wake();
  }

  /** Schedules a render of a report because of these files; does nothing without files. */
  #mark(path: string, files: readonly string[]): void {
    if (files.length === 0) return;
    const known = this.#dirty.get(path) ?? new Set();
    for (const file of files) known.add(file);
    this.#dirty.set(path, known);
    this.#wake();
  }

  /** Handles changes to files of the running report, made by the user or by the report's own cells. */
  #changeRunning({ path, controller, changed }: RunningReport, files: readonly string[]): void {
    const counts = this.#ownChanges.get(path) ?? new Map<string, number>();
    this.#ownChanges.set(path, counts);
    for (const file of files) {
      const count = (counts.get(file) ?? 0) + (changed.has(file) ? 0 : 1);
      counts.set(file, count);
      if (count === MOST_RESTARTS && !changed.has(file)) {
        this.#options.onWarning(
          `${file} has changed in ${MOST_RESTARTS} runs one after the other: the next runs wait up to a minute, and none is stopped by it`,
        );
      }
      if (count > MOST_AT_ONCE) {
        const pauseMs = Math.min(MOST_PAUSE_MS, PAUSE_MS * 2 ** (count - MOST_AT_ONCE - 1));
        setTimeout(() => this.#mark(path, [file]), pauseMs).unref();
      } else this.#mark(path, [file]);
      if (this.#stops(path, file, count)) controller.abort(new Restart("a file changed"));
    }
  }

  async #render(path: string, changed: ReadonlySet<string>): Promise<void> {
    const { render, onRendered, settle, signal } = this.#options;
    this.#dirty.delete(path);
    const controller = new AbortController();
    const running: RunningReport = { path, controller, changed: new Set() };
    const startMs = Date.now();
    this.#running = running;
    try {
      const rendered = await render(path, controller.signal, [...changed]);
      await settle();
      this.#noteDependencies(running, rendered.dependencies);
      const { version } = this.stateOf(path);
      const state = { version: version + (rendered.written ? 1 : 0), failure: rendered.failure };
      this.#states.set(path, state);
      this.#markUnwatched(path, onRendered(path, rendered, state, startMs));
    } catch (error) {
      if (signal.aborted || !(controller.signal.reason instanceof Restart)) throw error;
      if (!this.#dirty.has(path)) this.#dirty.set(path, new Set(changed));
    } finally {
      this.#running = undefined;
      const counts = this.#ownChanges.get(path);
      for (const file of counts?.keys() ?? []) if (!running.changed.has(file)) counts?.delete(file);
    }
  }

  /**
   * Schedules another render for files that changed before they were watched. For data files only once in a row: a cell
   * may write new temporary files in each run.
   */
  #markUnwatched(path: string, files: readonly string[]): void {
    const isSecond = this.#unwatched.delete(path);
    const modules = this.#dependencies.get(path)?.modules ?? [];
    const counting = files.filter((file) => !isSecond || modules.includes(file));
    if (counting.length > 0 && !this.#dirty.has(path)) this.#unwatched.add(path);
    this.#mark(path, counting);
  }

  /**
   * Stores what a report depends on. Schedules a render for changed files that only this render has shown to be
   * dependencies.
   */
  #noteDependencies({ path, changed }: RunningReport, dependencies: ReportDependencies | undefined): void {
    const unconcerned = [...changed].filter((file) => !this.#concerns(path, file));
    if (dependencies === undefined) this.#unread.add(path);
    else {
      this.#unread.delete(path);
      this.#dependencies.set(path, dependencies);
    }
    this.#mark(
      path,
      unconcerned.filter((file) => this.#concerns(path, file)),
    );
  }

  /**
   * Whether a changed file can affect a report: in its folder, among its dependencies, or in no report's folder. A
   * report that could not be parsed is affected by any file.
   */
  #concerns(path: string, file: string): boolean {
    const { modules = [], data = [] } = this.#dependencies.get(path) ?? {};
    return (
      this.#unread.has(path) ||
      file.startsWith(dirname(path) + sep) ||
      modules.includes(file) ||
      data.some((each) => each === file || file.startsWith(each + sep)) ||
      !this.#isOthers(file)
    );
  }

  /** Whether the file lies in the folder of any report. */
  #isOthers(file: string): boolean {
    return this.#paths.some((path) => file.startsWith(dirname(path) + sep));
  }

  #stops(path: string, file: string, count: number): boolean {
    const { modules = [], data = [] } = this.#dependencies.get(path) ?? {};
    if (file === path || CODE.test(file) || modules.includes(file)) return count < MOST_RESTARTS;
    return data.includes(file) && count < MOST_STOPS;
  }
}
