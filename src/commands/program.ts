import { Command, Option } from "commander";
import { ENGINES } from "../model/instrumentation.ts";
import { DEFAULT_FORMATS } from "../render/formats.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { checkOwnNode } from "../runtimes/supported-node.ts";
import { removeDeadFolders } from "../temporary-folder.ts";
import { interruptible } from "./interrupts.ts";
import {
  collectParameter,
  parseAge,
  parseCount,
  parseDuration,
  parseFormats,
  parseNames,
  parsePort,
  parseSignal,
  readFailOn,
} from "./option-values.ts";
import type { Terminal } from "./output.ts";
import { REPORTERS } from "./reporter-names.ts";

/** The properties of the process that commands need. */
export interface CommandContext {
  /** Working directory of the process. */
  readonly root: string;
  readonly terminal: Terminal;
  setExitCode(code: number): void;
}

/** The command line: each command with its arguments, options and descriptions. A command loads its module when it runs. */
export function createProgram(context: CommandContext): Command {
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
      removeDeadFolders();
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

function addRender(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  const rendering = program
    .command("render")
    .description("run what changed and write the pages")
    .argument(
      "[reports...]",
      "folders or report.md files (default: the report of this folder, else all of the project)",
    )
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
      const { runInspect } = await import("./inspect.ts");
      const signal = interruptible("Nothing was stored.");
      setExitCode(await runInspect(reports, { label: inspect, params: param }, root, terminal, signal));
      return;
    }
    const { render } = await import("./render.ts");
    setExitCode(await render(reports, { output: undefined, ...rest, params: param }, root, terminal, interruptible()));
  });
}

function addPreview(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("preview")
    .description("serve the pages on this machine, and render them again as files change")
    .argument(
      "[reports...]",
      "folders or report.md files (default: the report of this folder, else all of the project)",
    )
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
      const { preview } = await import("./preview.ts");
      const defaults = { output: undefined, jobs: undefined, trials: undefined };
      await preview(reports, { ...defaults, ...flags, params: param }, root, terminal, interruptible());
    });
}

function addCheck(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  const checking = program
    .command("check")
    .description("run what changed and test the claims; write no pages")
    .argument(
      "[reports...]",
      "folders or report.md files (default: the report of this folder, else all of the project)",
    );
  runOptions(checking)
    .option("--strict", "exit with 1 where a claim is undecided", false)
    .addOption(new Option("--json", "print the claims as JSON").default(false).conflicts("reporter"))
    .addOption(
      new Option("--reporter <name>", "what is printed: github adds annotations and a step summary")
        .choices(REPORTERS)
        .default("text" as const),
    )
    .action(async (reports: string[], flags) => {
      const { check } = await import("./check.ts");
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
      const { diff } = await import("./diff.ts");
      setExitCode(await diff(before, after, flags, root, terminal));
    });
}

function addHistory(program: Command, { root, terminal }: CommandContext): void {
  program
    .command("history")
    .description("follow metrics over the git revisions of frozen results")
    .argument(
      "[reports...]",
      "folders or report.md files (default: the report of this folder, else all of the project)",
    )
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
      const { history } = await import("./history.ts");
      await history(targets, { to: undefined, output: undefined, ...flags }, root, terminal);
    });
}

function addFreeze(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  program
    .command("freeze")
    .description("run what changed and keep the results beside the report, for readers without the machine")
    .argument(
      "[reports...]",
      "folders or report.md files (default: the report of this folder, else all of the project)",
    )
    .option("--cache-refresh", "run everything again", false)
    .option("-j, --jobs <n>", "untimed trials that run side by side (default: number of cores)", parseCount)
    .option("-q, --quiet", "print only errors and warnings", false)
    .action(async (reports: string[], flags) => {
      const { freeze } = await import("./freeze.ts");
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
      const { convert } = await import("./convert.ts");
      await convert(file, { output: undefined, language: undefined, ...flags }, root, terminal);
    });
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
      const { init, initWorkflow } = await import("./init.ts");
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
    .option("--allow-broken", "also publish pages with failed cells, without results or with missing files", false)
    .option("--push", "also push the branch to its remote", false)
    .action(async (target: string, flags) => {
      const { publish } = await import("./publish.ts");
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
      const { clean } = await import("./clean.ts");
      clean(root, terminal, { runtimes, olderThanMs: olderThan });
    });
}

function addRuntime(program: Command, { root, terminal }: CommandContext): void {
  const runtime = program.command("runtime").description("manage the versions of Node that cells can run in");
  runtime
    .command("add")
    .description("install a Node from npm into .heapbook/runtimes")
    .argument("<version>", "24, 24.1 or 24.1.0, or the file of an npm package of Node")
    .action(async (version: string) => {
      const { addRuntime } = await import("./runtime.ts");
      await addRuntime(version, root, terminal, interruptible("Nothing was installed."));
    });
  runtime
    .command("list")
    .description("list the runtimes")
    .action(async () => {
      const { showRuntimes } = await import("./runtime.ts");
      showRuntimes(root, terminal);
    });
  runtime
    .command("remove")
    .description("remove an installed Node")
    .argument("<version>", "24, 24.1 or 24.1.0")
    .action(async (version: string) => {
      const { removeRuntime } = await import("./runtime.ts");
      removeRuntime(version, root, terminal);
    });
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
      const { trace } = await import("./trace.ts");
      const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
      setExitCode(await trace(file, args, { ...flags, timeoutMs }, root, terminal));
    });
}

function addDoctor(program: Command, { root, terminal, setExitCode }: CommandContext): void {
  program
    .command("doctor")
    .description("show what this machine has: Node, V8, cores, Python, Chromium, git")
    .action(async () => {
      const { doctor } = await import("./doctor.ts");
      setExitCode(await doctor(root, terminal));
    });
}
