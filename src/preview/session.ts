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
  /** Absolute paths of files and folders that the mistakes name, where the report was not understood. */
  readonly mistaken: readonly string[];
}

export interface SessionOptions {
  /** Absolute paths of the reports at the start. */
  readonly paths: readonly string[];
  /** Renders one report. Throws the signal's reason when a change stops it. */
  readonly render: (path: string, signal: AbortSignal, changed: readonly string[]) => Promise<Rendered>;
  /**
   * Called after each render that was not stopped.
   * @param startMs time before the render read anything
   * @returns files that changed after the render may have read them, and that were not watched then
   */
  readonly onRendered: (path: string, rendered: Rendered, state: ReportState, startMs: number) => readonly string[];
  /** Reports changes that were made until now, by `change()`. Called at the end of each render. */
  readonly settle: () => Promise<void>;
  readonly onWarning: (message: string) => void;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/** Endings of files whose change always stops a run: code. */
const CODE = /\.(?:[cm]?[jt]sx?|py)$/;

/**
 * Consecutive runs in which a file changed, after which a change of data does not stop the run; after which the next run waits; after
 * which no change of the file stops a run, since the run itself may make the changes. A run without a change of the file begins anew.
 */
const [MOST_STOPS, MOST_AT_ONCE, MOST_RESTARTS] = [3, 5, 10];

/**
 * Pause before the first run that waits, in ms. Each further pause is twice as long, up to the longest: whether the run or the user makes the
 * changes is not known, and no change of the user's may be lost.
 */
const [PAUSE_MS, MOST_PAUSE_MS] = [1000, 60_000];

/** A render that is going on. */
interface RunningReport {
  readonly path: string;
  readonly controller: AbortController;
  /** All files that changed since it began. */
  readonly changed: Set<string>;
}

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
  /** By report and file: consecutive runs of the report in which the file changed. */
  readonly #ownChanges = new Map<string, Map<string, number>>();
  /** Reports that were not understood: whatever changes may be what they miss. */
  readonly #unread = new Set<string>();
  /** Reports that are rendered again only because of files that were not watched yet. */
  readonly #unwatched = new Set<string>();
  #running: RunningReport | undefined;
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
    const running = this.#running;
    for (const path of this.#paths) {
      const own = files.filter((file) => this.#concerns(path, file));
      if (path === running?.path) this.#changeRunning(running, own);
      else this.#mark(path, own);
    }
    for (const file of files) running?.changed.add(file);
    this.#wake();
  }

  /** Marks a report as one that is to be rendered. */
  #mark(path: string, files: readonly string[]): void {
    if (files.length === 0) return;
    const known = this.#dirty.get(path) ?? new Set();
    for (const file of files) known.add(file);
    this.#dirty.set(path, known);
    this.#wake();
  }

  /** Takes note of changes of the report that is being rendered: by the user, or by its own cells. */
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
   * Renders again for files that were not watched yet when they changed. Data counts once: a cell may write other temporary files in each
   * run.
   */
  #markUnwatched(path: string, files: readonly string[]): void {
    const isSecond = this.#unwatched.delete(path);
    const modules = this.#dependencies.get(path)?.modules ?? [];
    const counting = files.filter((file) => !isSecond || modules.includes(file));
    if (counting.length > 0 && !this.#dirty.has(path)) this.#unwatched.add(path);
    this.#mark(path, counting);
  }

  /** Notes what a report depends on. A file that only this render has shown to be one of them may have changed after it was read. */
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

  /** Whether a file may be a part of a report: it lies in the report's folder, or the report depends on it. */
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

  /** Whether a file lies in the folder of another report. */
  #isOthers(file: string): boolean {
    return this.#paths.some((path) => file.startsWith(dirname(path) + sep));
  }

  #stops(path: string, file: string, count: number): boolean {
    const { modules = [], data = [] } = this.#dependencies.get(path) ?? {};
    if (file === path || CODE.test(file) || modules.includes(file)) return count < MOST_RESTARTS;
    return data.includes(file) && count < MOST_STOPS;
  }
}
