import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePython } from "../../src/bundle/bundle-python.ts";
import type { Output, Trial } from "../../src/model/report-results.ts";
import type { TextCache } from "../../src/model/text-cache.ts";
import type { Scalar } from "../../src/model/values.ts";
import { processExecutor } from "../../src/process/run-trial.ts";
import type { ExecutedTrial } from "../../src/process/trial-executor.ts";
import { findPyodide, findPython, isMissing, type Python } from "../../src/runtimes/find-python.ts";
import { makeReportFolder } from "./report-folder.ts";

const NO_CACHE: TextCache = { get: () => undefined, set: () => {} };

/** The Pythons of this machine, each undefined where there is none: tests that need one are skipped there, visibly. */
export const SYSTEM = installed(await findPython("system", { folder: process.cwd(), cache: NO_CACHE }));
export const PYODIDE = installed(findPyodide(process.cwd()));

function installed(found: Awaited<ReturnType<typeof findPython>>): Python | undefined {
  return isMissing(found) ? undefined : found;
}

/** A python cell as it stands in a report. */
export function pythonCell(label: string, code: string, ...options: readonly string[]): string {
  const lines = [`label: ${label}`, ...options].map((line) => `#| ${line}\n`).join("");
  return `\`\`\`{python}\n${lines}${code}\n\`\`\`\n\n`;
}

/** Line of report.md on which the code of a cell run here begins: after front matter, fence and label. */
export const FIRST_PYTHON_LINE = 6;

export interface PythonRun {
  readonly variant?: Readonly<Record<string, Scalar>>;
  readonly params?: Readonly<Record<string, Scalar>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Files beside the report. */
  readonly files?: Readonly<Record<string, string>>;
  /** Name of the report's folder. */
  readonly folder?: string;
}

/** Runs the code of one python cell in a real process, as a render does. */
export async function runPython(
  python: Python | undefined,
  code: string,
  options: PythonRun = {},
): Promise<ExecutedTrial> {
  if (python === undefined) throw new Error("this test needs a Python, and is to be skipped without one");
  const folder = makeReportFolder(options.folder);
  for (const [name, text] of Object.entries(options.files ?? {})) folder.write(name, text);
  const report = folder.report(pythonCell("a", code));
  const [cell] = report.cells;
  if (cell === undefined) throw new Error("the report has no cell");
  const bundlePath = join(folder.root, "program.json");
  writeFileSync(bundlePath, bundlePython(report, cell, options.params ?? {}).code);
  const spec = {
    node: process.execPath,
    flags: [],
    bundlePath,
    bundleMap: "",
    folder: report.folder,
    env: options.env ?? {},
    probe: "output",
    variant: options.variant ?? {},
    timeoutMs: options.timeoutMs ?? 30_000,
    python: { ...python, firstLine: cell.sourceLine },
  } as const;
  return processExecutor.run(spec, new AbortController().signal);
}

/** The displays of a trial. */
export function displaysOf(trial: Trial): readonly Extract<Output, { type: "display" }>[] {
  return trial.outputs.filter((output) => output.type === "display");
}
