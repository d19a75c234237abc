#!/usr/bin/env node
import { constants } from "node:os";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { closeInheritedDescriptors } from "./commands/inherited-descriptors.ts";
import { machineLimit } from "./commands/machine-limits.ts";
import { formatUserError, processTerminal, type Terminal } from "./commands/output.ts";
import { REPORTERS } from "./commands/reporter-names.ts";
import { type FailOn, parseFailOn } from "./diff/fail-on.ts";
import { DURATION_EXPECTED, parseDurationMs } from "./document/duration.ts";
import { UNEXPECTED, UserError, UserErrors } from "./errors.ts";
import { ENGINES } from "./model/instrumentation.ts";
import { DEFAULT_FORMATS, FORMAT_NAMES, type Format } from "./render/formats.ts";
import { heapbookVersion } from "./runtimes/environment.ts";
import { checkOwnNode } from "./runtimes/supported-node.ts";

const INTERRUPTED = 130;
const BAD_USAGE = 2;
/**
 * Time in ms after an interrupt until the command line exits. Longer than trials may take to end, so that no process is
 * left behind.
 */
const EXIT_AFTER_MS = 3000;
/** Time in ms to wait for a signal: Ctrl-C may end a program of this process group before Heapbook sees the signal. */
const SIGNAL_MS = 20;

function parseFormats(value: string): Format[] {
  return value.split(",").map((name) => {
    const format = FORMAT_NAMES.find((each) => each === name.trim());
    if (format === undefined) {
      const json = name.trim() === "json" ? " Every render writes the results to results.json beside the page." : "";
      throw new InvalidArgumentError(`Unknown format \`${name}\`. Available: ${FORMAT_NAMES.join(", ")}.${json}`);
    }
    return format;
  });
}

function parseCount(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(value);
}

function parseNames(value: string): string[] {
  return value.split(",").map((name) => name.trim());
}

function collectParameter(value: string, previous: Readonly<Record<string, string>>): Record<string, string> {
  const colon = value.indexOf(":");
  if (colon < 1) throw new InvalidArgumentError("Write it as `-P name:value`.");
  return { ...previous, [value.slice(0, colon).trim()]: value.slice(colon + 1).trim() };
}

/**
 * Makes a signal that aborts on Ctrl-C and when the terminal closes. Trials are then asked to end, and killed later. A
 * second Ctrl-C does nothing, because it would end Heapbook while a cell that ignores the signal runs on.
 * @param rest printed after "Interrupted.": the state of the work done so far
 */
function interruptible(rest = "Completed trials are stored; the next render continues from there."): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      interrupted = new Interrupted(rest);
      controller.abort(interrupted);
      setTimeout(() => process.exit(INTERRUPTED), EXIT_AFTER_MS).unref();
    });
  }
  return controller.signal;
}

/** Options of every command that runs cells. */
function runOptions(command: Command): Command {
  return command
    .addOption(
      new Option("-P, --param <name:value>", "set a parameter of the report; may be repeated")
        .argParser(collectParameter)
        .default({}, "as in the report"),
    )
    .option("--no-execute", "run nothing; use stored results")
    .option("--cache-refresh", "run everything again", false)
    .option("-j, --jobs <n>", "untimed trials that run side by side (default: number of cores)", parseCount)
    .option("--trials <n>", "trials of each probe, instead of the report's number", parseCount)
    .option("-q, --quiet", "print only errors and warnings", false);
}

class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The first interrupt; undefined as long as there was none. */
let interrupted: Interrupted | undefined;

/** The properties of the process that commands need. */
interface CommandContext {
  /** Working directory of the process. */
  readonly root: string;
  readonly terminal: Terminal;
  setExitCode(code: number): void;
}

function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command("heapbook")
    .description(
      "Reports that measure memory: Markdown with code cells, each in its own Node process with its own V8 flags.",
    )
    .version(heapbookVersion(), "--version", "print the version")
    .showHelpAfterError("(heapbook --help lists the commands)")
    .exitOverride()
    .hook("preAction", (_, command) => {
      // `doctor` runs in an unsupported Node too, because it reports that Node as a problem.
      if (command.name() !== "doctor") checkOwnNode();
    })
    .configureOutput({
      writeErr: (text) => terminal.err(text),
      writeOut: (text) => terminal.out(text.replace(/\n$/, "")),
    });
  // In the order in which --help lists them.
  addRender(program, context);
  addPreview(program, context);
  addCheck(program, context);
  addDiff(program, context);
  addHistory(program, context);
  addFreeze(program, context);
  addConvert(program, context);
  addInit(program, context);
  addPublish(program, context);
  addClean(program, context);
  addRuntime(program, context);
  addTrace(program, context);
  addDoctor(program, context);
  return program;
}

function addRender(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  const rendering = program
    .command("render")
    .description("run what changed and write the pages")
    .argument("[reports...]", "folders or report.md files (default: all of reports/)")
    .addOption(
      new Option("--to <formats>", "formats, separated by commas")
        .argParser(parseFormats)
        .default([...DEFAULT_FORMATS], DEFAULT_FORMATS.join(",")),
    )
    .option(
      "-o, --output <folder>",
      "where the site is written, or - for one file on stdout (default: `output` of heapbook.yml, else _site)",
    )
    .option("--explain", "print for each cell why it runs, or that it is reused", false)
    .addOption(
      new Option("--dry-run", "print the same; run nothing and write no page")
        .default(false)
        .conflicts(["execute", "cacheRefresh"]),
    )
    .option("--keep-bundles", "leave each cell's bundle and source map in .heapbook/bundles", false)
    .addOption(
      new Option("--inspect <cell>", "run one cell under a debugger, and nothing else").conflicts("keepBundles"),
    );
  runOptions(rendering).action(async (reports: string[], flags) => {
    const { inspect, param, ...rest } = flags;
    if (inspect !== undefined) {
      const { runInspect } = await import("./commands/inspect.ts");
      const signal = interruptible("Nothing was stored.");
      setExitCode(await runInspect(reports, { label: inspect, params: param }, root, terminal, signal));
      return;
    }
    const { render } = await import("./commands/render.ts");
    setExitCode(await render(reports, { output: undefined, ...rest, params: param }, root, terminal, interruptible()));
  });
}

function addPreview(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("preview")
    .description("serve the pages on this machine, and render them again as files change")
    .argument("[reports...]", "folders or report.md files (default: all of reports/)")
    .option("-p, --port <n>", "the port; the next free one if it is taken", parsePort, 4321)
    .option("-o, --output <folder>", "where the site is written (default: _site; with --fast .heapbook/draft/site)")
    .addOption(
      new Option("-P, --param <name:value>", "set a parameter of the report; may be repeated")
        .argParser(collectParameter)
        .default({}, "as in the report"),
    )
    .option("-j, --jobs <n>", "untimed trials that run side by side (default: number of cores)", parseCount)
    .option("--trials <n>", "trials of each probe, instead of the report's number", parseCount)
    .option(
      "--fast",
      "a draft: one trial of each probe, timed ones side by side; nothing is stored as a full result",
      false,
    )
    .action(async (reports: string[], { param, ...flags }) => {
      const { preview } = await import("./commands/preview.ts");
      const defaults = { output: undefined, jobs: undefined, trials: undefined };
      await preview(reports, { ...defaults, ...flags, params: param }, root, terminal, interruptible());
    });
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new InvalidArgumentError("It must be a port: 0 to 65535.");
  return port;
}

function addCheck(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  const checking = program
    .command("check")
    .description("run what changed and test the claims; write no pages")
    .argument("[reports...]", "folders or report.md files (default: all of reports/)");
  runOptions(checking)
    .option("--strict", "exit with 1 where a claim is undecided", false)
    .addOption(new Option("--json", "print the claims as JSON").default(false).conflicts("reporter"))
    .addOption(
      new Option("--reporter <name>", "what is printed: github adds annotations and a step summary")
        .choices(REPORTERS)
        .default("text" as const),
    )
    .action(async (reports: string[], flags) => {
      const { check } = await import("./commands/check.ts");
      const { param, ...rest } = flags;
      setExitCode(await check(reports, { ...rest, params: param }, root, terminal, interruptible()));
    });
}

function addDiff(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  program
    .command("diff")
    .description("compare two results: metrics with intervals and verdicts, lines and claims")
    .argument("<before>", "a results.json, a folder such as _site, or a git revision with committed results")
    .argument("[after]", "the same", "_site")
    .addOption(new Option("--to <format>", "write Markdown or a page instead of a table").choices(["md", "html"]))
    .option(
      "-o, --output <file>",
      "the file; its ending .md, .html or .json is the format (default: stdout, diff.html for --to html)",
    )
    .addOption(new Option("--json", "print the whole difference as JSON").default(false).conflicts("to"))
    .option("--all", "also list metrics that are the same", false)
    .option("--metric <ids>", "compare only these metrics, separated by commas", parseNames, [])
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit with 1 where a metric is worse (`worse`), worse by more than a share (`worse:5%`), or a claim holds no more (`claims`)",
      ).argParser(readFailOn),
    )
    .action(async (before: string, after: string, flags) => {
      const { diff } = await import("./commands/diff.ts");
      setExitCode(await diff(before, after, flags, root, terminal));
    });
}

function addHistory(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("history")
    .description("follow metrics over the git revisions of frozen results")
    .argument("[reports...]", "folders or report.md files (default: all of reports/)")
    .addOption(new Option("--to <format>", "write Markdown or a page instead of a table").choices(["md", "html"]))
    .option(
      "-o, --output <file>",
      "the file; its ending .md, .html or .json is the format (default: stdout, history.html for --to html)",
    )
    .addOption(new Option("--json", "print the history as JSON").default(false).conflicts("to"))
    .option("--metric <ids>", "follow these metrics, separated by commas (default: peakLive)", parseNames, [])
    .option("--cell <labels>", "only these cells, separated by commas", parseNames, [])
    .option("--last <n>", "most revisions, counted from the newest", parseCount, 50)
    .action(async (targets: string[], flags) => {
      const { history } = await import("./commands/history.ts");
      await history(targets, { to: undefined, output: undefined, ...flags }, root, terminal);
    });
}

function addFreeze(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  program
    .command("freeze")
    .description("run what changed and keep the results beside the report, for readers without the machine")
    .argument("[reports...]", "folders or report.md files (default: all of reports/)")
    .option("--cache-refresh", "run everything again", false)
    .option("-j, --jobs <n>", "untimed trials that run side by side (default: number of cores)", parseCount)
    .option("-q, --quiet", "print only errors and warnings", false)
    .action(async (reports: string[], flags) => {
      const { freeze } = await import("./commands/freeze.ts");
      setExitCode(await freeze(reports, { jobs: undefined, ...flags }, root, terminal, interruptible()));
    });
}

function addConvert(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("convert")
    .description("make a report of a Jupyter notebook, or a notebook of a report; run nothing")
    .argument("<file>", "a notebook (.ipynb), or a report.md")
    .option("-o, --output <path>", "the file or folder to write, or - for stdout (default: beside the file)")
    .option("--force", "replace files that are there", false)
    .addOption(
      new Option("--language <language>", "the language of code cells, where the notebook does not name it").choices([
        "ts",
        "js",
        "python",
      ] as const),
    )
    .action(async (file: string, flags) => {
      const { convert } = await import("./commands/convert.ts");
      await convert(file, { output: undefined, language: undefined, ...flags }, root, terminal);
    });
}

function readFailOn(text: string): FailOn {
  const failOn = parseFailOn(text);
  if (failOn === undefined)
    throw new InvalidArgumentError("Write `worse`, `worse:5%`, `claims`, or both with a comma.");
  return failOn;
}

function addInit(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("init")
    .description("create a report that renders as it is")
    .argument("[folder]", "a folder that does not exist yet")
    .addOption(
      new Option(
        "--template <name>",
        "coursework: a hand-in; study: what stays alive; gc-tuning: flags of the collector",
      )
        .choices(["starter", "coursework", "study", "gc-tuning"] as const)
        .default("starter" as const),
    )
    .option("--ci", "write a GitHub Actions workflow that publishes the reports by GitHub Pages", false)
    .action(async (folder: string | undefined, { template, ci }, command: Command) => {
      const { init, initWorkflow } = await import("./commands/init.ts");
      if (folder === undefined && !ci) {
        command.error("error: Name the folder: `heapbook init my-report`, or write `heapbook init --ci`.");
      }
      if (folder !== undefined) init(folder, template, root, terminal);
      if (ci) initWorkflow(root, terminal);
    });
}

function addPublish(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("publish")
    .description("commit the rendered site to a branch, for GitHub Pages")
    .argument("<target>", "gh-pages, or the name of another branch")
    .option("--dir <folder>", "the site (default: `output` of heapbook.yml, else _site)")
    .option("--dry-run", "print what would be committed, and change nothing", false)
    .option("--push", "also push the branch to its remote", false)
    .action(async (target: string, flags) => {
      const { publish } = await import("./commands/publish.ts");
      publish(target, { dir: undefined, ...flags }, root, terminal);
    });
}

function addClean(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("clean")
    .description("remove stored results and drawings")
    .option("--runtimes", "also remove the installed runtimes", false)
    .addOption(
      new Option("--older-than <duration>", "remove only what no render has used for this time, such as 30d")
        .argParser(parseAge)
        .conflicts("runtimes"),
    )
    .action(async ({ runtimes, olderThan }: { runtimes: boolean; olderThan?: number }) => {
      const { clean } = await import("./commands/clean.ts");
      clean(root, terminal, { runtimes, olderThanMs: olderThan });
    });
}

/** Parses an age such as `30d` into ms; days and weeks are allowed. */
function parseAge(value: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([dw])$/.exec(value.trim()) ?? [];
  if (count !== undefined) return Number(count) * (unit === "w" ? 7 : 1) * 24 * 60 * 60 * 1000;
  const durationMs = parseDurationMs(value);
  if (durationMs === undefined || /^\d+(\.\d+)?$/.test(value))
    throw new InvalidArgumentError("It must be a duration with its unit: 30d, 2w, 12h.");
  return durationMs;
}

function addRuntime(program: Command, { root, terminal }: CommandContext): void {
  const runtime = program.command("runtime").description("manage the versions of Node that cells can run in");
  runtime
    .command("add")
    .description("install a Node from npm into .heapbook/runtimes")
    .argument("<version>", "24, 24.1 or 24.1.0, or the file of an npm package of Node")
    .action(async (version: string) => {
      const { addRuntime } = await import("./commands/runtime.ts");
      await addRuntime(version, root, terminal, interruptible("Nothing was installed."));
    });
  runtime
    .command("list")
    .description("list the runtimes")
    .action(async () => {
      const { showRuntimes } = await import("./commands/runtime.ts");
      showRuntimes(root, terminal);
    });
  runtime
    .command("remove")
    .description("remove an installed Node")
    .argument("<version>", "24, 24.1 or 24.1.0")
    .action(async (version: string) => {
      const { removeRuntime } = await import("./commands/runtime.ts");
      removeRuntime(version, root, terminal);
    });
}

function parseDuration(value: string): number {
  const durationMs = parseDurationMs(/^\d+(\.\d+)?$/.test(value) ? `${value}s` : value);
  if (durationMs === undefined)
    throw new InvalidArgumentError(`It must be ${DURATION_EXPECTED}, or a number of seconds.`);
  return durationMs;
}

function parseSignal(value: string): NodeJS.Signals {
  const name = value.startsWith("SIG") ? value : `SIG${value}`;
  if (!Object.hasOwn(constants.signals, name) || name === "SIGKILL" || name === "SIGSTOP") {
    throw new InvalidArgumentError("It must be a signal that a program can receive, such as SIGUSR2.");
  }
  return name as NodeJS.Signals;
}

function addTrace(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  program
    .command("trace")
    .description("run a program as node does, and show which lines allocate and which bytes are live at its end")
    .argument("<file>", "the main file, .js or .ts")
    .argument("[args...]", "arguments of the program, after `--`")
    .showHelpAfterError(
      "(Flags of Node go into --flags, arguments of the program come after `--`: heapbook trace --flags=--stack-size=2000 app.js -- --port 3000)",
    )
    .option("--export <name>", "call this export and measure only the call")
    .option("--top <n>", "lines to print", parseCount, 10)
    .option(
      "--compare <what>",
      "print the difference to another program, to a file that --json wrote, or to a git revision, such as HEAD~1",
    )
    .option("--json", "print the whole line profile as JSON; the program's stdout goes to stderr", false)
    .addOption(new Option("--to <format>", "write a page instead of printing").choices(["html"]))
    .option("-o, --output <file>", "the file for --json, or the page; FILE.trace.html by default")
    .option("--heapprofile <file>", "also write a .heapprofile of allocated bytes for Chrome DevTools and speedscope")
    .option("--heapprofile-live <file>", "the same of the bytes that are live at the end")
    .addOption(
      new Option(
        "--engine <engine>",
        "tracker: record every allocation, allocated and live bytes (default); sampler: estimate both, faster; " +
          "meter: allocated bytes only, much faster",
      ).choices(ENGINES),
    )
    .option("--allocated", "short for --engine meter", false)
    .addOption(
      new Option("--sample <bytes>", "short for --engine sampler, with one sample per this many bytes (default: 32768)")
        .argParser(parseCount)
        .conflicts("allocated"),
    )
    .option("--modules <packages>", "packages to profile by their own lines, separated by commas", parseNames, [])
    .option("--flags <flags>", "flags for Node, separated by spaces", (text: string) => text.trim().split(/\s+/), [])
    .option("--for <duration>", "end the program after this time, such as 30s, with its results", parseDuration)
    .option("--on <signal>", "read the live bytes whenever the program gets this signal, such as SIGUSR2", parseSignal)
    .option("--drive <file>", "when a server of the program listens, run this script, then end the program")
    .option("-q, --quiet", "do not show what the program prints", false)
    .option("--timeout <seconds>", "kill the program after this time, without results (default: no limit)", parseCount)
    .action(async (file: string, args: string[], { timeout, ...flags }) => {
      const { trace } = await import("./commands/trace.ts");
      const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
      setExitCode(await trace(file, args, { ...flags, timeoutMs }, root, terminal));
    });
}

function addDoctor(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  program
    .command("doctor")
    .description("show what this machine has: Node, V8, cores, Python, Chromium, git")
    .action(async () => {
      const { doctor } = await import("./commands/doctor.ts");
      setExitCode(await doctor(root, terminal));
    });
}

/** Runs the command line. Prints errors that the user can correct without a stack trace. @returns the exit code */
async function main(): Promise<number> {
  let exitCode = 0;
  const terminal = processTerminal;
  try {
    const setExitCode = (code: number): void => {
      exitCode = code;
    };
    // Not for `trace`, whose program gets the same descriptors as under plain Node.
    if (process.argv[2] !== "trace") closeInheritedDescriptors(process.argv.slice(3));
    await createProgram({ root: process.cwd(), terminal, setExitCode }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE;
    // An error after an interrupt is a consequence of the interrupt, whose signal may arrive a little later than the
    // error.
    await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
    if (interrupted !== undefined) {
      terminal.err(`\nInterrupted. ${interrupted.message}\n`);
      return INTERRUPTED;
    }
    if (error instanceof UserErrors || error instanceof UserError) {
      for (const each of error instanceof UserErrors ? error.errors : [error]) terminal.err(formatUserError(each));
      return error.exitCode;
    }
    return reportUnexpected(error);
  }
  return exitCode;
}

/** Prints an unexpected error, which is a fault in Heapbook. @returns the exit code */
async function reportUnexpected(error: unknown): Promise<number> {
  const limit = machineLimit(error);
  if (limit !== undefined) {
    processTerminal.err(formatUserError(limit));
    return limit.exitCode;
  }
  const { formatUnexpected } = await import("./commands/unexpected.ts");
  processTerminal.err(formatUnexpected(error, `heapbook ${process.argv[2] ?? ""}`.trim(), process.cwd()));
  return UNEXPECTED;
}

let ending = false;
for (const name of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(name, async (error: unknown) => {
    // An error while reporting an error must not start another report.
    if (ending) return;
    ending = true;
    process.exit(await reportUnexpected(error).catch(() => UNEXPECTED));
  });
}

function stdoutNotWritable(cause: NodeJS.ErrnoException): UserError {
  return new UserError(`Stdout cannot be written (${cause.code ?? cause.message}).`, {
    code: "output-not-writable",
    hint: "Free space, or send stdout to another file.",
    cause,
  });
}

/**
 * Resolves when a stream has written all its data: `process.exit()` would lose data that a pipe has not accepted yet.
 */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once("error", () => resolve()); // the reader of stdout has ended early, as `head` does
    stream.write("", () => resolve());
  });
}

// The reader of stdout may end early, as in `heapbook render 2>&1 | head`; the render still writes its page. Any other
// error of stdout, as on a full disk, is reported at the end, because the requested output is incomplete.
let stdoutError: NodeJS.ErrnoException | undefined;
process.stderr.on("error", () => {});
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") stdoutError ??= error;
});
let exitCode = await main();
await flush(process.stdout);
if (stdoutError !== undefined) {
  processTerminal.err(formatUserError(stdoutNotWritable(stdoutError)));
  exitCode ||= BAD_USAGE;
}
await flush(process.stderr);
process.exit(exitCode);
