import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { formatBytes } from "../analysis/format.ts";
import { buildErrors } from "../bundle/bundle-cell.ts";
import { bundleInstrumented, type InstrumentedBundle } from "../bundle/instrumented.ts";
import { parseReport } from "../document/parse.ts";
import type { Cell, Report } from "../document/types.ts";
import { didYouMean, type ErrorCode, type Position, UserError, UserErrors } from "../errors.ts";
import { linesFlags } from "../experiment/probe-flags.ts";
import type { Instrumentation } from "../model/instrumentation.ts";
import type { AllocationCallNode, LineAllocation, LineProfile } from "../model/line-profile.ts";
import type { Failure, Trial } from "../model/report-results.ts";
import { processExecutor } from "../process/run-trial.ts";
import { makeTemporaryFolder, temporaryNotWritable } from "../process/temporary-folder.ts";

export interface TraceOptions {
  /** Path of the script as written on the command line. */
  readonly file: string;
  /** Working directory of the command and of the script. */
  readonly root: string;
  /** The export to call; undefined to trace the whole run of the module. */
  readonly exportName: string | undefined;
  /** Packages that are instrumented too. */
  readonly modules: readonly string[];
  readonly instrumentation: Instrumentation;
  readonly flags: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The result of tracing a script. */
export interface Traced {
  readonly profile: LineProfile;
  readonly trial: Trial;
  /** Node's arguments before the script. */
  readonly flags: readonly string[];
}

/** Names of errors with which the cell reports a problem with the export. */
const MISSING = "HeapbookMissingExport";
const NOT_CALLABLE = "HeapbookExportIsNoFunction";
/** Label of the cell that imports the script. */
const LABEL = "trace";

/** Code of a cell that runs the script. A CommonJS module has its exports in `default`. */
function cellFor(specifier: string, exportName: string | undefined): string {
  const from = JSON.stringify(specifier);
  if (exportName === undefined) return `import ${from};`;
  const name = JSON.stringify(exportName);
  return `import { measure } from "heapbook"; import * as script from ${from};
const all = typeof script.default === "object" && script.default !== null ? { ...script.default, ...script } : script;
const found = all[${name}];
const fail = (name, message) => { throw Object.assign(new Error(message), { name }); };
if (!(${name} in all)) fail("${MISSING}", JSON.stringify(Object.keys(all)));
if (typeof found !== "function") fail("${NOT_CALLABLE}", found === null ? "null" : typeof found);
await measure(() => found());`;
}

function findScript({ file, root }: TraceOptions): string {
  const path = resolve(root, file);
  if (!existsSync(path)) {
    throw new UserError(`there is no file ${file}`, {
      code: "file-not-found",
      hint: "Give the path of a .ts or .js file.",
    });
  }
  if (!statSync(path).isFile() || !/\.[cm]?[jt]sx?$/.test(path)) {
    throw new UserError(`${file} is no script`, { code: "not-a-script", hint: "Give the path of a .ts or .js file." });
  }
  return path;
}

/** A report in the working directory whose only cell runs the script. */
function reportFor(options: TraceOptions, path: string): Report {
  const { root, exportName } = options;
  const from = relative(root, path).replaceAll("\\", "/");
  const specifier = from.startsWith(".") ? from : `./${from}`;
  const source = `---\ntitle: trace\n---\n\n\`\`\`{js}\n//| label: ${LABEL}\n${cellFor(specifier, exportName)}\n\`\`\`\n`;
  return parseReport({ source, file: "trace", path: join(root, "report.md"), folder: root, slug: "trace" });
}

/** Moves the lines and calls of the cell to line 1 of the script, so that the profile does not show the cell. */
function withoutCell(profile: LineProfile, file: string): LineProfile {
  const cell = `cell:${LABEL}`;
  const lines = new Map<string, LineAllocation>();
  for (const line of profile.lines) {
    const own = line.file === cell ? { ...line, file, line: 1, functionLevelBytes: line.allocatedBytes } : line;
    const known = lines.get(`${own.file}:${own.line}`);
    lines.set(`${own.file}:${own.line}`, known === undefined ? own : addLines(known, own));
  }
  // Functions of the cell, which call the export, are removed from the call tree; their parent takes their children.
  const inScript = (node: AllocationCallNode): AllocationCallNode => {
    const ofCell = node.file === cell ? node.children.filter((child) => child.file === cell) : [];
    if (ofCell.length > 0) {
      const others = node.children.filter((child) => child.file !== cell);
      return inScript({
        ...ofCell.reduce(addCalls, node),
        children: [...others, ...ofCell.flatMap(({ children }) => children)],
      });
    }
    const place = node.file === cell ? { file, line: 1, functionLine: 1 } : {};
    return { ...node, ...place, children: node.children.map(inScript) };
  };
  const { [cell]: _cell, ...sources } = profile.sources;
  const sorted = [...lines.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  const inScriptOnly = <T extends { readonly file: string }>(places: readonly T[]): T[] =>
    places.filter((place) => place.file !== cell);
  return {
    ...profile,
    lines: sorted,
    calls: inScript(profile.calls),
    notInstrumented: inScriptOnly(profile.notInstrumented),
    outside: inScriptOnly(profile.outside),
    sources,
  };
}

function addCalls(a: AllocationCallNode, b: AllocationCallNode): AllocationCallNode {
  return {
    ...a,
    liveBytes: a.liveBytes + b.liveBytes,
    allocatedBytes: a.allocatedBytes + b.allocatedBytes,
    allocations: a.allocations + b.allocations,
  };
}

function addLines(a: LineAllocation, b: LineAllocation): LineAllocation {
  return {
    ...a,
    liveBytes: a.liveBytes + b.liveBytes,
    liveObjects: a.liveObjects + b.liveObjects,
    allocatedBytes: a.allocatedBytes + b.allocatedBytes,
    allocations: a.allocations + b.allocations,
    functionLevelBytes: a.functionLevelBytes + b.functionLevelBytes,
  };
}

/** @throws UserErrors at lines of the script; their messages do not name the cell */
async function bundleScript(
  report: Report,
  cell: Cell,
  { modules, instrumentation }: TraceOptions,
): Promise<InstrumentedBundle> {
  try {
    const input = { params: {}, results: new Map() };
    return await bundleInstrumented(report, cell, input, modules, instrumentation.engine);
  } catch (error) {
    const found = buildErrors(report, cell, error);
    throw new UserErrors(
      found.map(({ message, code, position, hint }) => {
        const text = message.replace(/^cell `[^`]*`:? (imports `[^`]*`.*)?/, (_all, imports?: string) =>
          imports === undefined ? "" : `the script ${imports}`,
        );
        return new UserError(text, { code, position, hint: code === "bundle-error" ? undefined : hint, exitCode: 1 });
      }),
    );
  }
}

/** The error for a script that failed while it was traced. */
function failureError(failure: Failure, { file, exportName, timeoutMs, instrumentation }: TraceOptions): UserError {
  const fail = (message: string, code: ErrorCode, hint?: string, position?: Position): UserError =>
    new UserError(message, { code, hint, position, exitCode: 1 });
  switch (failure.kind) {
    case "exception": {
      if (failure.name === MISSING) {
        const names = JSON.parse(failure.message) as string[];
        const hint =
          names.length === 0
            ? "The file exports nothing: omit --export."
            : didYouMean(exportName ?? "", names, "exports");
        return new UserError(`${file} has no export \`${exportName}\``, { code: "unknown-export", hint });
      }
      if (failure.name === NOT_CALLABLE) {
        const message = `the export \`${exportName}\` of ${file} is not a function but of type ${failure.message}`;
        return new UserError(message, { code: "export-not-callable", hint: "Export a function that does the work." });
      }
      const frame = failure.frames.find((each) => each.file !== undefined);
      const position =
        frame?.file === undefined ? undefined : { file: frame.file, line: frame.line, column: frame.column };
      return fail(`${file} failed: ${failure.name}: ${failure.message}`, "failed-script", undefined, position);
    }
    case "heap-limit": {
      const limit = failure.heapSizeLimitBytes === null ? "" : ` of ${formatBytes(failure.heapSizeLimitBytes)}`;
      return fail(
        `${file} reached its heap limit${limit} while it was traced`,
        "out-of-memory",
        instrumentation.engine !== "sampler"
          ? "V8 keeps a record of every object. Sample with --sample 512, or allow more memory with --flags=--max-old-space-size=8000."
          : `V8 keeps a record of every sample. Take fewer with --sample ${instrumentation.intervalBytes * 8}, or allow more memory with --flags=--max-old-space-size=8000.`,
      );
    }
    case "timeout":
      return fail(
        `${file} did not end within ${timeoutMs / 1000} s`,
        "timeout",
        instrumentation.engine !== "sampler"
          ? "The tracker makes a script some hundred times slower. Sample with --sample 512, or allow more time with --timeout."
          : "Reduce the work of the script, or allow more time with --timeout.",
      );
    case "exit-code":
      return fail(`${file} ended with exit code ${failure.exitCode}`, "failed-script");
    case "signal":
      return fail(`${file} was ended by ${failure.signal}`, "failed-script");
    case "unsettled-await":
      return fail(`${file} awaits a promise that never settles`, "failed-script");
    default:
      return fail(`${file} could not be traced (${failure.kind})`, "failed-script");
  }
}

/**
 * Runs a script or one of its exports, and assigns its allocations to lines. The working directory is that of the command.
 *
 * @throws UserError `file-not-found`, `not-a-script`, `unknown-export`, `export-not-callable`, `failed-script`,
 *   `out-of-memory`, `timeout`, `nothing-measured`; UserErrors for what cannot be bundled; the signal's reason
 */
export async function traceScript(options: TraceOptions): Promise<Traced> {
  const path = findScript(options);
  const report = reportFor(options, path);
  const [cell] = report.cells;
  if (cell === undefined) throw new Error("a script to trace has no cell");
  const { code, map, program } = await bundleScript(report, cell, options);
  const folder = makeTemporaryFolder("heapbook-");
  try {
    const bundlePath = join(folder, "trace.mjs");
    try {
      writeFileSync(bundlePath, code);
    } catch (error) {
      throw temporaryNotWritable((error as NodeJS.ErrnoException).code ?? String(error), error);
    }
    const spec = {
      node: process.execPath,
      flags: linesFlags(options.instrumentation, options.flags),
      bundlePath,
      bundleMap: map,
      folder: options.root,
      env: {},
      probe: "lines",
      variant: {},
      timeoutMs: options.timeoutMs,
      trace: { program, code, instrumentation: options.instrumentation },
    } as const;
    const trial = await processExecutor.run(spec, options.signal);
    if (trial.failure !== null) throw failureError(trial.failure, options);
    const [profile] = trial.lineProfiles;
    if (profile === undefined) {
      throw new UserError(`${options.file} ended before it was measured`, {
        code: "nothing-measured",
        hint: "The script called process.exit() within the traced export.",
        exitCode: 1,
      });
    }
    return {
      profile: withoutCell(profile, relative(options.root, path).replaceAll("\\", "/")),
      trial,
      flags: spec.flags,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
