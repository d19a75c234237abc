import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { formatBytes } from "../analysis/format.ts";
import { buildErrors } from "../bundle/bundle-cell.ts";
import { bundleTraced, type TracedBundle } from "../bundle/traced.ts";
import { parseReport } from "../document/parse.ts";
import type { Cell, Report } from "../document/types.ts";
import { didYouMean, type Position, UserError, UserErrors } from "../errors.ts";
import { linesFlags } from "../experiment/probe-flags.ts";
import type { AllocationCallNode, LineAllocation, LineProfile } from "../model/line-profile.ts";
import type { Failure, Trial } from "../model/report-results.ts";
import { processExecutor } from "../process/run-trial.ts";

export interface TraceOptions {
  /** The script, as it was given. */
  readonly file: string;
  /** Where the command was called: the script's working directory. */
  readonly root: string;
  /** Its export to call; the whole run of the module without. */
  readonly exportName: string | undefined;
  /** Packages whose modules are told by their own lines. */
  readonly modules: readonly string[];
  /** Mean distance of two samples in bytes, where allocations are sampled; undefined where each is seen. */
  readonly samplingIntervalBytes: number | undefined;
  /** Whether to tell live bytes too; without them allocated bytes are metered. */
  readonly live: boolean;
  readonly flags: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a traced script gave. */
export interface Traced {
  readonly profile: LineProfile;
  readonly trial: Trial;
  /** Arguments Node was given before the script. */
  readonly flags: readonly string[];
}

/** Names of errors by which the process tells what is wrong with the export. */
const MISSING = "HeapbookMissingExport";
const NOT_CALLABLE = "HeapbookExportIsNoFunction";
/** Label of the cell that imports the script. */
const LABEL = "trace";

/** The cell that runs a script as a report would. A CommonJS module has its exports in `default`. */
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

/** A script with its export runs as the only cell of a report that stands where the command was called. */
function reportFor(options: TraceOptions, path: string): Report {
  const { root, exportName } = options;
  const from = relative(root, path).replaceAll("\\", "/");
  const specifier = from.startsWith(".") ? from : `./${from}`;
  const source = `---\ntitle: trace\n---\n\n\`\`\`{js}\n//| label: ${LABEL}\n${cellFor(specifier, exportName)}\n\`\`\`\n`;
  return parseReport({ source, file: "trace", path: join(root, "report.md"), folder: root, slug: "trace" });
}

/** What the bundle's own run allocates is told of its first module, the cell; there it is the script's. */
function withoutCell(profile: LineProfile, file: string): LineProfile {
  const cell = `cell:${LABEL}`;
  const lines = new Map<string, LineAllocation>();
  for (const line of profile.lines) {
    const own = line.file === cell ? { ...line, file, line: 1, functionLevelBytes: line.allocatedBytes } : line;
    const known = lines.get(`${own.file}:${own.line}`);
    lines.set(`${own.file}:${own.line}`, known === undefined ? own : addLines(known, own));
  }
  // Functions of the cell, which call the export, are no one's to see: the bundle's own run has what is below them.
  const inScript = (node: AllocationCallNode): AllocationCallNode => {
    const ours = node.file === cell ? node.children.filter((child) => child.file === cell) : [];
    if (ours.length > 0) {
      const others = node.children.filter((child) => child.file !== cell);
      return inScript({
        ...ours.reduce(addCalls, node),
        children: [...others, ...ours.flatMap(({ children }) => children)],
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
    unlifted: inScriptOnly(profile.unlifted),
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

/** @throws UserErrors at the lines of the script, in which no cell is named */
async function bundleScript(report: Report, cell: Cell, { modules, live }: TraceOptions): Promise<TracedBundle> {
  try {
    return await bundleTraced(report, cell, { params: {}, results: new Map() }, modules, live ? "tracker" : "meter");
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

/** Why a script that failed could not be traced. */
function failureError(
  failure: Failure,
  { file, exportName, timeoutMs, samplingIntervalBytes }: TraceOptions,
): UserError {
  const fail = (message: string, code: string, hint?: string, position?: Position): UserError =>
    new UserError(message, { code, hint, position, exitCode: 1 });
  switch (failure.kind) {
    case "exception": {
      if (failure.name === MISSING) {
        const names = JSON.parse(failure.message) as string[];
        const hint =
          names.length === 0
            ? "It exports nothing: leave out --export."
            : didYouMean(exportName ?? "", names, "exports");
        return new UserError(`${file} has no export \`${exportName}\``, { code: "unknown-export", hint });
      }
      if (failure.name === NOT_CALLABLE) {
        const message = `the export \`${exportName}\` of ${file} is no function: its type is ${failure.message}`;
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
        samplingIntervalBytes === undefined
          ? "V8 keeps a record of every object. Sample with --sample 512, or give it more memory with --flags=--max-old-space-size=8000."
          : `V8 keeps a record of every sample. Take fewer with --sample ${samplingIntervalBytes * 8}, or give it more memory with --flags=--max-old-space-size=8000.`,
      );
    }
    case "timeout":
      return fail(
        `${file} did not end within ${timeoutMs / 1000} s`,
        "timeout",
        samplingIntervalBytes === undefined
          ? "Tracing takes some hundred times as long as running. Sample with --sample 512, or give it more time with --timeout."
          : "Give it less to do, or more time with --timeout.",
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
 * Runs a script, or one of its exports, with every allocation traced. Its working directory is that of the command.
 *
 * @throws UserError `file-not-found`, `not-a-script`, `unknown-export`, `export-not-callable`, `failed-script`,
 *   `out-of-memory`, `timeout`, `nothing-measured`; UserErrors for what cannot be bundled; the signal's reason
 */
export async function traceScript(options: TraceOptions): Promise<Traced> {
  const { samplingIntervalBytes } = options;
  const path = findScript(options);
  const report = reportFor(options, path);
  const [cell] = report.cells;
  if (cell === undefined) throw new Error("a script to trace has no cell");
  const { code, map, program } = await bundleScript(report, cell, options);
  const folder = mkdtempSync(join(tmpdir(), "heapbook-"));
  try {
    const bundlePath = join(folder, "trace.mjs");
    writeFileSync(bundlePath, code);
    const spec = {
      node: process.execPath,
      flags: linesFlags(options, options.flags),
      bundlePath,
      bundleMap: map,
      folder: options.root,
      env: {},
      probe: "lines",
      variant: {},
      timeoutMs: options.timeoutMs,
      trace: { program, code, ...(samplingIntervalBytes === undefined ? {} : { samplingIntervalBytes }) },
    } as const;
    const trial = await processExecutor.run(spec, options.signal);
    if (trial.failure !== null) throw failureError(trial.failure, options);
    const [profile] = trial.lineProfiles;
    if (profile === undefined) {
      throw new UserError(`${options.file} ended before there was anything to tell`, {
        code: "nothing-measured",
        hint: "It called process.exit() within the export that was traced.",
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
