import { availableParallelism } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import { UserError, UserErrors } from "../errors.ts";
import type { ProgressEvent, ProgressListener } from "../experiment/progress-events.ts";
import { makeFolder } from "../files.ts";
import { describeWarning } from "../pipeline/check.ts";
import type { RenderOutcome } from "../pipeline/options.ts";
import { renderReport } from "../pipeline/render-report.ts";
import { type PreviewServer, startServer } from "../preview/server.ts";
import { PreviewSession, type Rendered } from "../preview/session.ts";
import { watchReports } from "../preview/watch.ts";
import { DEFAULT_FORMATS } from "../render/formats.ts";
import { FROZEN_FILE } from "../store/frozen-file.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { formatUserError, formatWarning, plural, type Terminal } from "./output.ts";
import { PreviewProject } from "./preview-project.ts";
import { createProgressView } from "./progress.ts";
import type { Project } from "./project.ts";
import { projectOf } from "./targets.ts";
import { formatUnexpected } from "./unexpected.ts";

export interface PreviewFlags {
  readonly port: number;
  readonly output: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly jobs: number | undefined;
  readonly trials: number | undefined;
  /** Whether drafts are rendered: one trial of each probe, timed ones in parallel, kept apart from full results. */
  readonly fast: boolean;
}

/** Folder for the pages of drafts, so that a draft never replaces a full page. */
const DRAFT_SITE = ".heapbook/draft/site";

/**
 * `heapbook preview`: serves the pages on this machine. When files change, renders their pages again and updates them
 * in the browser.
 * @throws the signal's reason when the user ends it
 */
export async function preview(
  targets: readonly string[],
  flags: PreviewFlags,
  root: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<never> {
  const opened = new PreviewProject(root, targets, (paths) => outputOf(paths, flags, root));
  const folder = opened.project.outputFolder;
  makeFolder(folder);
  const warn = (message: string): void => terminal.err(formatWarning(message));
  /** Text of the mistakes in heapbook.yml or its templates; empty for none. */
  let mistakes = "";

  const session = new PreviewSession({
    paths: opened.paths,
    signal,
    onWarning: warn,
    render: async (path, stop, changed) => {
      if (mistakes !== "") return { written: false, failure: mistakes, dependencies: undefined, mistaken: [] };
      const names = changed.map((file) => relative(root, file));
      terminal.err(`${relative(root, path)}${names.length === 0 ? "" : pc.dim(` (${names.join(", ")} changed)`)}\n`);
      const progress = reportProgress(server, opened.slugOf(path));
      return renderOnce(path, flags, { root, project: opened.project, terminal, signal: stop, progress });
    },
    settle: () => watcher.check(),
    onRendered: (path, { written, failure, dependencies, mistaken }, { version }, startMs) => {
      const slug = opened.slugOf(path);
      server.send(written ? { type: "page", slug, version, text: failure } : { type: "failed", slug, text: failure });
      return watcher.addRead([...(dependencies?.modules ?? []), ...(dependencies?.data ?? []), ...mistaken], startMs);
    },
  });
  const server: PreviewServer = await startServer({
    folder,
    slugs: () => opened.paths.map((path) => opened.slugOf(path)),
    port: flags.port,
    stateOf: (slug) => session.stateOf(opened.paths.find((path) => opened.slugOf(path) === slug) ?? ""),
  });
  /** Updates the project after changes of files; opens it again if its own files changed. */
  const changeProject = (files: readonly string[]): void => {
    const startMs = Date.now();
    const { added, errors } = opened.change(files);
    for (const path of added) session.add(path);
    if (errors === undefined) return;
    mistakes = describeErrors(errors, terminal);
    if (errors.length === 0) for (const warning of opened.project.parts.warnings) warn(describeWarning(warning));
    const unwatched = watcher.addRead(opened.ownFiles(), startMs);
    if (unwatched.length > 0) setImmediate(() => change(unwatched));
    watcher.add([...opened.watched(), ...added.map((path) => dirname(path))]);
    if (opened.project.outputFolder !== folder)
      warn(
        `heapbook.yml names another output folder: start the preview again, which serves ${relative(root, folder)}.`,
      );
  };
  const change = (files: readonly string[]): void => {
    changeProject(files);
    session.change(files);
  };
  const watcher = watchReports({
    paths: [...opened.paths.map((path) => dirname(path)), TEMPLATES, ...opened.watched()],
    ignored: [folder],
    ignoredNames: [FROZEN_FILE],
    onChange: change,
    onWarning: warn,
  });
  // Settings may have changed between their first reading and the beginning of the watch.
  changeProject(opened.ownFiles());
  if (flags.port !== 0 && server.port !== flags.port)
    warn(`Port ${flags.port} is taken, so the preview uses ${server.port}.`);
  terminal.out(server.url);
  try {
    return await session.run();
  } finally {
    watcher.close();
    await server.close();
  }
}

/** The site's folder as the command line names it; for drafts a folder in the project. */
function outputOf(paths: readonly string[], { output, fast }: PreviewFlags, root: string): string | undefined {
  return output ?? (fast ? join(projectOf(paths, root), DRAFT_SITE) : undefined);
}

/**
 * Folder with the style sheet and script of pages. The HTML templates are compiled into Heapbook and not read from
 * here.
 */
const TEMPLATES = resolve(import.meta.dirname, "../../templates");

/** Makes a listener that sends a render's progress to the open pages. */
function reportProgress(server: PreviewServer, slug: string): ProgressListener {
  let [planned, settled] = [0, 0];
  return (event: ProgressEvent) => {
    if (event.type === "planned") planned += event.trials;
    if (event.type === "reused" || event.type === "dropped") settled += event.trials;
    if (event.type === "trial-ended") settled += 1;
    if (event.type !== "trial-started") return;
    server.send({
      type: "progress",
      slug,
      text: `Running ${event.label}: ${settled} of ${plural(planned, "trial")} done`,
    });
  };
}

interface RenderContext {
  readonly root: string;
  readonly project: Project;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly progress: ProgressListener;
}

async function renderOnce(path: string, flags: PreviewFlags, context: RenderContext): Promise<Rendered> {
  const { root, project, terminal, signal } = context;
  const view = createProgressView(terminal, false);
  const startMs = performance.now();
  try {
    const outcome = await renderReport({
      path,
      root,
      projectRoot: project.root,
      storeRoot: findStoreRoot(dirname(path), root),
      outputFolder: project.outputFolder,
      site: project.placeOf(path),
      settings: project.settings,
      parts: project.parts,
      formats: DEFAULT_FORMATS,
      params: flags.params,
      mode: "reuse",
      jobs: flags.jobs ?? availableParallelism(),
      trials: flags.fast ? (flags.trials ?? 1) : flags.trials,
      draft: flags.fast,
      signal,
      onProgress: (event) => {
        view.listen(event);
        context.progress(event);
      },
      onWarning: (message) => terminal.err(formatWarning(message)),
    });
    view.finish();
    project.add(outcome);
    project.write(terminal, true);
    const failure = describeErrors(outcome.problems, terminal);
    terminal.err(`  ${summarise(outcome)} in ${Math.round(performance.now() - startMs)} ms\n`);
    return { written: true, failure, dependencies: outcome.dependencies, mistaken: [] };
  } catch (error) {
    view.finish();
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof UserError || error instanceof UserErrors)) {
      const text = formatUnexpected(error, relative(root, path), root);
      terminal.err(text);
      const failure = stripVTControlCharacters(text).trimEnd();
      return { written: false, failure, dependencies: undefined, mistaken: [] };
    }
    const errors = error instanceof UserErrors ? error.errors : [error];
    const mistaken = errors.flatMap((each) => filesOf(each, root));
    return { written: false, failure: describeErrors(errors, terminal), dependencies: undefined, mistaken };
  }
}

/**
 * Paths whose change may correct an error: the file that the error names, or the folder of a module that was not found.
 */
function filesOf({ position, code, message }: UserError, root: string): string[] {
  if (position === undefined) return [];
  const file = resolve(root, position.file);
  const specifier = code === "unresolved-import" ? /imports `(\.[^`]*)`/.exec(message)?.[1] : undefined;
  return specifier === undefined ? [file] : [file, dirname(resolve(dirname(file), specifier))];
}

/** Prints errors, and returns their text for the page. */
function describeErrors(errors: readonly UserError[], terminal: Terminal): string {
  const texts = errors.map(formatUserError);
  for (const text of texts) terminal.err(text);
  return stripVTControlCharacters(texts.join("")).trimEnd();
}

function summarise({ ranCells, ranTrials, reusedTrials }: RenderOutcome): string {
  return ranTrials === 0
    ? `no cell run (${plural(reusedTrials, "trial")} reused)`
    : `${plural(ranCells.size, "cell")} run`;
}
