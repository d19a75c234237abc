import { formatBytes, formatDuration } from "../../analysis/format.ts";
import { describeDrawingLimit } from "../../chart/drawing-limit.ts";
import type { Report } from "../../document/types.ts";
import { currentLanguage } from "../../language.ts";
import type { ProbeName } from "../../model/probes.ts";
import type { Failure } from "../../model/report-results.ts";
import { say } from "../../words/say.ts";
import { describeException } from "./exception.ts";
import { plain, plainLines, STOPPED, type Stopped } from "./stopped.ts";
import { plainTerminalText } from "./terminal-text.ts";

/** Numbers of a cell's variants and trials, and of those that failed. */
export interface FailureCounts {
  readonly trials: number;
  readonly failedTrials: number;
  readonly variants: number;
  readonly failedVariants: number;
  /** The probe of the first failed trial; undefined for `output`, under which no probe measures. */
  readonly probe?: ProbeName | undefined;
  /** Whether only trials of the probe `lines` failed, and the probe traced every allocation. */
  readonly onlyExactTracing?: boolean;
}

/** Hint for a limit that a trial reaches only because V8 stores a record of every allocation: sample instead. */
const sampleHint = (): string => say("sampleHint", { option: "lines: { sample: 512 }" });

/** Name of an interpreter, and of its functions that end the process. */
interface InterpreterWords {
  readonly name: string;
  readonly exit: string;
}

const NODE: InterpreterWords = { name: "Node", exit: "process.exit" };
const PYTHON: InterpreterWords = { name: "Python", exit: "sys.exit / os._exit" };

/** Describes why a cell failed. @param language language of the cell */
export function describeFailure(failure: Failure, counts: FailureCounts, report: Report, language = "ts"): Stopped {
  const described = describeKind(failure, report, language === "python" ? PYTHON : NODE);
  const asides = [...described.asides];
  if (failure.kind === "timeout" && counts.probe !== undefined) asides.push(say("underProbe", { probe: counts.probe }));
  if (counts.failedVariants < counts.variants) {
    asides.push(say("inVariants", { failed: counts.failedVariants, all: counts.variants }));
  }
  // No trial failed where what is missing kept trials from being run.
  if (counts.trials > 1 && counts.failedTrials > 0)
    asides.push(say("inTrials", { failed: counts.failedTrials, all: counts.trials }));
  const isLimit = failure.kind === "heap-limit" || failure.kind === "timeout";
  const hint =
    isLimit && counts.onlyExactTracing === true ? `${sampleHint()} ${described.hint ?? ""}`.trim() : described.hint;
  return { ...described, asides, hint };
}

function describeKind(failure: Failure, report: Report, { name, exit }: InterpreterWords): Stopped {
  switch (failure.kind) {
    case "exception":
      return describeException(failure, report, name);
    case "exit-code":
      return {
        ...STOPPED,
        title: say(failure.finished === true ? "finishedWith" : "exitedWith", { code: failure.exitCode }),
        hint:
          failure.finished === true
            ? say("finishedHint", { code: failure.exitCode })
            : say("exitedHint", { exit, name }),
      };
    case "signal":
      return {
        ...STOPPED,
        title: say("endedBySignal", { signal: failure.signal }),
        hint: failure.signal === "SIGKILL" ? say("killHint") : say("signalHint", { name }),
      };
    case "timeout":
      return {
        ...STOPPED,
        kind: "limit",
        title: say("stoppedAfter", { duration: formatDuration(failure.timeoutMs) }),
        hint: say("timeoutHint"),
      };
    case "heap-limit":
      return describeHeapLimit(failure);
    case "no-output":
      return {
        ...STOPPED,
        title: say("exitedEarly"),
        hint: say("exitedEarlyHint", { exit }),
      };
    case "bad-message":
      return {
        ...STOPPED,
        title: say("wroteDescriptor"),
        lines: plainLines(failure.text),
        hint: say("wroteDescriptorHint"),
      };
    case "unsettled-await":
      return {
        ...STOPPED,
        title: say("neverSettles"),
        hint: say("neverSettlesHint"),
      };
    case "spawn":
      return { ...STOPPED, title: say("notStarted"), lines: plainLines(failure.message) };
    case "drawing-limit": {
      const { message, hint } = describeDrawingLimit(failure);
      return { ...STOPPED, kind: "limit", title: message, hint };
    }
    case "no-interpreter":
      return describeMissing(failure);
  }
}

const MISSING = {
  "python-not-found": "pythonNotFound",
  "python-not-usable": "pythonNotUsable",
  "python-too-old": "pythonTooOld",
  "pyodide-not-installed": "pyodideMissing",
  "parser-not-installed": "parserMissing",
} as const;

/**
 * Describes a missing interpreter, or a missing parser, without which a cell runs but is not measured by lines. The message of the search exists only in English, so in other languages it stands
 * below a translated title.
 */
function describeMissing({ code, message, hint }: Extract<Failure, { kind: "no-interpreter" }>): Stopped {
  const hasRun = code === "parser-not-installed";
  const because = (reason: string) => say(hasRun ? "notMeasuredBecause" : "notRunBecause", { reason });
  if (currentLanguage().startsWith("en")) return { ...STOPPED, title: because(message), hint };
  const title = because(say(MISSING[code]));
  const hintKey = hasRun ? "parserHint" : "pythonHint";
  return { ...STOPPED, title, lines: plainLines(message), hint: say(hintKey) };
}

function describeHeapLimit(failure: Extract<Failure, { kind: "heap-limit" }>): Stopped {
  const limit = failure.heapSizeLimitBytes;
  const used = usedBytes(failure.lastCollections);
  const percent =
    limit === null || used === undefined ? undefined : Math.min(100, Math.round((used / limit) * 1000) / 10);
  return {
    ...STOPPED,
    kind: "limit",
    title: say("heapReached"),
    gauge: { percent, text: describeHeapUse(limit, used) },
    lines: failure.lastCollections.map((line) => [plain(tidyCollection(line))]),
    hint: say("heapHint"),
  };
}

function describeHeapUse(limit: number | null, used: number | undefined): string {
  if (limit === null) return say("limitUnknown");
  if (used === undefined) return say("limitIs", { limit: formatBytes(limit) });
  return say("limitUsed", { used: formatBytes(used), limit: formatBytes(limit) });
}

/**
 * Removes process id and address from a line of V8's log, `[4711:0x5f3b]  411 ms: Mark-Compact 32.6 (35.2) …`, because
 * they differ in each run.
 */
function tidyCollection(line: string): string {
  return plainTerminalText(line).replace(/^\s*\[\d+:0x[0-9a-f]+\]\s*/i, "");
}

/** Used bytes after the last collection in V8's log: the number after the arrow, in units of 2²⁰ bytes there. */
function usedBytes(collections: readonly string[]): number | undefined {
  const after = /->\s*([\d.]+)\s*\(/.exec(collections.at(-1) ?? "")?.[1];
  return after === undefined ? undefined : Number(after) * 2 ** 20;
}
