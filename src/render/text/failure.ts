import { formatBytes, formatDuration } from "../../analysis/format.ts";
import type { Report } from "../../document/types.ts";
import type { Failure } from "../../model/report-results.ts";
import { describeException } from "./exception.ts";
import { plain, plainLines, STOPPED, type Stopped } from "./stopped.ts";
import { plainTerminalText } from "./terminal-text.ts";

/** The variants and trials of a cell, and how many of them failed. */
export interface FailureCounts {
  readonly trials: number;
  readonly failedTrials: number;
  readonly variants: number;
  readonly failedVariants: number;
  /** Whether only trials of the probe `lines` failed, and the probe traced every allocation. */
  readonly onlyExactTracing?: boolean;
}

/** For a limit that only tracing reaches: V8 stores a record of every allocation. */
const SAMPLE_HINT =
  "The probe `lines` stores a record of every allocation. To record samples instead, set `lines: { sample: 512 }`.";

/** An interpreter, and its functions that end the process. */
interface InterpreterWords {
  readonly name: string;
  readonly exit: string;
}

const NODE: InterpreterWords = { name: "Node", exit: "process.exit" };
const PYTHON: InterpreterWords = { name: "Python", exit: "sys.exit or os._exit" };

/** Describes why a cell failed. @param language language of the cell */
export function describeFailure(failure: Failure, counts: FailureCounts, report: Report, language = "ts"): Stopped {
  const described = describeKind(failure, report, language === "python" ? PYTHON : NODE);
  const asides = [...described.asides];
  if (counts.failedVariants < counts.variants) {
    asides.push(`in ${counts.failedVariants} of ${counts.variants} variants`);
  }
  if (counts.trials > 1) asides.push(`in ${counts.failedTrials} of ${counts.trials} trials`);
  const isLimit = failure.kind === "heap-limit" || failure.kind === "timeout";
  const hint =
    isLimit && counts.onlyExactTracing === true ? `${SAMPLE_HINT} ${described.hint ?? ""}`.trim() : described.hint;
  return { ...described, asides, hint };
}

function describeKind(failure: Failure, report: Report, { name, exit }: InterpreterWords): Stopped {
  switch (failure.kind) {
    case "exception":
      return describeException(failure, report, name);
    case "exit-code":
      return {
        ...STOPPED,
        title: `${failure.finished === true ? "Finished" : "Exited"} with code ${failure.exitCode}`,
        hint:
          failure.finished === true
            ? `The cell ran to its end, and had set the exit code ${failure.exitCode} (\`process.exitCode\`). The exit code of a cell that succeeded is 0.`
            : `The process exited before the cell finished: the cell called ${exit}, or ${name} itself failed.`,
      };
    case "signal":
      return {
        ...STOPPED,
        title: `Ended by the signal ${failure.signal}`,
        hint:
          failure.signal === "SIGKILL"
            ? "Another process sent the signal; often the operating system, when memory runs out."
            : `Another process sent the signal, or ${name} crashed.`,
      };
    case "timeout":
      return {
        ...STOPPED,
        kind: "limit",
        title: `Stopped after ${formatDuration(failure.timeoutMs)}`,
        hint: "The cell did not finish within its time limit. The cell option `timeout` sets the limit.",
      };
    case "heap-limit":
      return describeHeapLimit(failure);
    case "no-output":
      return {
        ...STOPPED,
        title: "Exited before the cell finished",
        hint: `The process exited with code 0, but the cell did not run to its end. Does the cell call ${exit}?`,
      };
    case "bad-message":
      return {
        ...STOPPED,
        title: "Wrote to file descriptor 3",
        lines: plainLines(failure.text),
        hint: "Heapbook reserves file descriptor 3 for its own messages. A cell must not write to it.",
      };
    case "unsettled-await":
      return {
        ...STOPPED,
        title: "Awaited a promise that never settles",
        hint: "A top-level `await` of the cell was pending when the event loop was empty.",
      };
    case "spawn":
      return { ...STOPPED, title: "The process could not be started", lines: plainLines(failure.message) };
    case "no-interpreter":
      return { ...STOPPED, title: `Not run: ${failure.message}`, hint: failure.hint };
  }
}

function describeHeapLimit(failure: Extract<Failure, { kind: "heap-limit" }>): Stopped {
  const limit = failure.heapSizeLimitBytes;
  const used = usedBytes(failure.lastCollections);
  const percent =
    limit === null || used === undefined ? undefined : Math.min(100, Math.round((used / limit) * 1000) / 10);
  return {
    ...STOPPED,
    kind: "limit",
    title: "Heap limit reached",
    gauge: { percent, text: describeHeapUse(limit, used) },
    lines: failure.lastCollections.map((line) => [plain(tidyCollection(line))]),
    hint: "The flag `--max-old-space-size`, in MB, sets the limit. Add the flag to the cell option `flags`.",
  };
}

function describeHeapUse(limit: number | null, used: number | undefined): string {
  if (limit === null) return "V8 did not report the size of the limit.";
  if (used === undefined) return `Heap limit: ${formatBytes(limit)}.`;
  return `${formatBytes(used)} used after the last collection. Heap limit: ${formatBytes(limit)}.`;
}

/** Removes process id and address from `[4711:0x5f3b]  411 ms: Mark-Compact 32.6 (35.2) …`, because they differ from run to run. */
function tidyCollection(line: string): string {
  return plainTerminalText(line).replace(/^\s*\[\d+:0x[0-9a-f]+\]\s*/i, "");
}

/** Bytes in use after the last collection that V8 logged: the number after the arrow, in units of 2²⁰ bytes. */
function usedBytes(collections: readonly string[]): number | undefined {
  const after = /->\s*([\d.]+)\s*\(/.exec(collections.at(-1) ?? "")?.[1];
  return after === undefined ? undefined : Number(after) * 2 ** 20;
}
