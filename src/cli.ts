#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { formatUserError, processTerminal, type Terminal } from "./commands/output.ts";
import { UserError, UserErrors } from "./errors.ts";
import { heapbookVersion } from "./runtimes/environment.ts";

const INTERRUPTED = 130;
const BAD_USAGE = 2;
/** Longer than the grace that trials have to end, so that none is left behind. */
const LONGEST_FAREWELL_MS = 3000;
const FORMATS = ["html", "md"] as const;
type Format = (typeof FORMATS)[number];

function parseFormats(value: string): Format[] {
  return value.split(",").map((name) => {
    const format = FORMATS.find((each) => each === name.trim());
    if (format === undefined)
      throw new InvalidArgumentError(`\`${name}\` is no format of this version, which has ${FORMATS.join(" and ")}.`);
    return format;
  });
}

function parseCount(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be a whole number from 1.");
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
 * Aborts on Ctrl-C, and when the terminal is closed. Trials are asked to end, then ended: a second Ctrl-C must not cut
 * that short, or a cell that ignores the first would run on for ever.
 * @param rest what the person is told of what was done so far
 */
function interruptible(rest = "Trials that had finished are kept; the next render goes on from there."): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      controller.abort(new Interrupted(rest));
      setTimeout(() => process.exit(INTERRUPTED), LONGEST_FAREWELL_MS).unref();
    });
  }
  return controller.signal;
}

/** Options of every command that runs cells. */
function runOptions(command: Command): Command {
  return command
    .addOption(
      new Option("-P, --param <name:value>", "give a report parameter another value; may be repeated")
        .argParser(collectParameter)
        .default({}, "as in the report"),
    )
    .option("--no-execute", "run nothing; use what is stored")
    .option("--cache-refresh", "run everything anew", false)
    .option("-j, --jobs <n>", "untimed trials side by side (default: the cores)", parseCount)
    .option("--trials <n>", "trials of each probe, in place of the report's", parseCount)
    .option("-q, --quiet", "print errors and warnings only", false);
}

class Interrupted extends Error {
  override readonly name = "Interrupted";
}

function createProgram(root: string, terminal: Terminal, setExitCode: (code: number) => void): Command {
  const program = new Command("heapbook")
    .description(
      "Reports that measure memory: Markdown with code cells, each in its own Node process with its own V8 flags.",
    )
    .version(heapbookVersion(), "--version", "print the version")
    .showHelpAfterError("(heapbook --help lists the commands)")
    .exitOverride()
    .configureOutput({
      writeErr: (text) => terminal.err(text),
      writeOut: (text) => terminal.out(text.replace(/\n$/, "")),
    });

  const rendering = program
    .command("render")
    .description("run what changed and write the pages")
    .argument("[reports...]", "folders or report.md files; all of reports/ when none is named")
    .addOption(
      new Option("--to <formats>", "formats, separated by commas")
        .argParser(parseFormats)
        .default([...FORMATS], FORMATS.join(",")),
    )
    .option("-o, --output <folder>", "where the site is written", "_site")
    .option("--keep-bundles", "leave each cell's bundle and source map in .heapbook/bundles", false)
    .addOption(
      new Option("--inspect <cell>", "run one cell under a debugger, and nothing else").conflicts("keepBundles"),
    );
  runOptions(rendering).action(async (reports: string[], flags) => {
    const { to, output, keepBundles, inspect, param, execute, cacheRefresh, jobs, trials, quiet } = flags;
    if (inspect !== undefined) {
      const { inspectCell } = await import("./commands/inspect.ts");
      const signal = interruptible("Nothing was stored.");
      setExitCode(await inspectCell(reports, { label: inspect, params: param }, root, terminal, signal));
      return;
    }
    const { render } = await import("./commands/render.ts");
    setExitCode(
      await render(
        reports,
        { to, output, keepBundles, params: param, execute, cacheRefresh, jobs, trials, quiet },
        root,
        terminal,
        interruptible(),
      ),
    );
  });

  const checking = program
    .command("check")
    .description("run what changed and tell which claims hold; nothing is written")
    .argument("[reports...]", "folders or report.md files; all of reports/ when none is named");
  runOptions(checking)
    .option("--strict", "an undecided claim is an error too", false)
    .option("--json", "print the claims as JSON", false)
    .action(async (reports: string[], flags) => {
      const { check } = await import("./commands/check.ts");
      const { param, ...rest } = flags;
      setExitCode(await check(reports, { ...rest, params: param }, root, terminal, interruptible()));
    });

  program
    .command("init")
    .description("make a new report that renders at once")
    .argument("<folder>", "a folder that does not exist yet")
    .action(async (folder: string) => {
      const { init } = await import("./commands/init.ts");
      init(folder, root, terminal);
    });

  program
    .command("clean")
    .description("remove stored results and drawings")
    .option("--runtimes", "remove the installed runtimes too", false)
    .action(async ({ runtimes }: { runtimes: boolean }) => {
      const { clean } = await import("./commands/clean.ts");
      clean(root, terminal, { runtimes });
    });

  const runtime = program.command("runtime").description("install other versions of Node to run cells with");
  runtime
    .command("add")
    .description("install a Node from npm's packages into .heapbook/runtimes")
    .argument("<version>", "24, 24.1 or 24.1.0; or npm's package of a Node as a file")
    .action(async (version: string) => {
      const { addRuntime } = await import("./commands/runtime.ts");
      await addRuntime(version, root, terminal, interruptible("Nothing was installed."));
    });
  runtime
    .command("list")
    .description("tell which there are")
    .action(async () => {
      const { showRuntimes } = await import("./commands/runtime.ts");
      showRuntimes(root, terminal);
    });
  runtime
    .command("remove")
    .description("remove an installed Node")
    .argument("<version>", "24, or a whole version")
    .action(async (version: string) => {
      const { removeRuntime } = await import("./commands/runtime.ts");
      removeRuntime(version, root, terminal);
    });

  program
    .command("trace")
    .description("tell which lines of a script allocate, and what they hold at its end")
    .argument("<file>", "a .ts or .js file; no report is needed")
    .option("--export <name>", "call this export of the file instead of running it whole")
    .option("--top <n>", "lines to print", parseCount, 10)
    .option("--compare <file>", "print what differs from another script, or from a file that --json wrote")
    .option("--json", "print everything, as JSON", false)
    .addOption(new Option("--to <format>", "write a page instead of printing").choices(["html"]))
    .option("-o, --output <file>", "the page; FILE.trace.html by default")
    .option("--heapprofile <file>", "write V8's .heapprofile, for Chrome DevTools and speedscope")
    .option("--allocated", "tell allocated bytes only, without what is alive: that takes far less time", false)
    .option("--modules <packages>", "packages to tell by their own lines, separated by commas", parseNames, [])
    .addOption(
      new Option("--sample <bytes>", "estimate from samples, one for so many bytes on average: faster")
        .argParser(parseCount)
        .conflicts("allocated"),
    )
    .option("--flags <flags>", "flags for Node, separated by blanks", (text: string) => text.split(/\s+/), [])
    .option("--timeout <seconds>", "after which it is ended", parseCount, 600)
    .action(async (file: string, { timeout, ...flags }) => {
      const { trace } = await import("./commands/trace.ts");
      const signal = interruptible("Nothing was kept.");
      await trace(file, { ...flags, timeoutMs: timeout * 1000 }, root, terminal, signal);
    });

  program
    .command("doctor")
    .description("tell what is here: Node, V8, cores, Python, Chromium, git")
    .action(async () => {
      const { doctor } = await import("./commands/doctor.ts");
      setExitCode(await doctor(root, terminal));
    });
  return program;
}

/** Runs the command line; every error that a person can mend is printed without a stack. */
async function main(): Promise<number> {
  let exitCode = 0;
  const terminal = processTerminal;
  try {
    await createProgram(process.cwd(), terminal, (code) => {
      exitCode = code;
    }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE;
    if (error instanceof Interrupted) {
      terminal.err(`\nInterrupted. ${error.message}\n`);
      return INTERRUPTED;
    }
    if (error instanceof UserErrors || error instanceof UserError) {
      for (const each of error instanceof UserErrors ? error.errors : [error]) terminal.err(formatUserError(each));
      return error.exitCode;
    }
    throw error;
  }
  return exitCode;
}

process.exit(await main());
