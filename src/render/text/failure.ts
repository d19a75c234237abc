import { basename } from "node:path";
import { formatBytes, formatDuration } from "../../analysis/format.ts";
import type { Report } from "../../document/types.ts";
import type { Failure, ReportResults, StackFrame } from "../../model/report-results.ts";
import { plainTerminalText } from "./escape.ts";
import { excerptOf } from "./excerpt.ts";

/** A piece of a line: `strong` for places in the author's files, `quiet` for what is not the author's. */
export interface Piece {
  readonly text: string;
  readonly style: "plain" | "strong" | "quiet";
}

/** Why a cell shows no more than it does, in words, for any format. */
export interface Stopped {
  readonly kind: "error" | "limit" | "blocked";
  readonly title: string;
  /** Where, how often. */
  readonly asides: readonly string[];
  /** Text beside a filled bar; `percent` is undefined where V8 did not say how full. */
  readonly gauge: { readonly percent: number | undefined; readonly text: string } | undefined;
  readonly lines: readonly (readonly Piece[])[];
  readonly hint: string | undefined;
  /** Labels of the cells that `NEEDS_PLACE` stands for. */
  readonly needs: readonly string[];
}

/** How many processes the failure is about. */
export interface FailureCounts {
  readonly trials: number;
  readonly failedTrials: number;
  readonly variants: number;
  readonly failedVariants: number;
  /** Whether it met the probe `lines` alone, which saw every allocation. */
  readonly isOfTracing?: boolean;
}

/** What to do where V8's tracker asks more than there is. */
const SAMPLE_HINT =
  "V8 keeps a record of every allocation under the probe `lines`: `lines: { sample: 512 }` takes samples.";

/** What an interpreter is called, and how a program ends itself in it. */
interface InterpreterWords {
  readonly name: string;
  readonly exit: string;
}

const NODE: InterpreterWords = { name: "Node", exit: "process.exit" };
const PYTHON: InterpreterWords = { name: "Python", exit: "sys.exit or os._exit" };

/** Describes the end of a trial. @param language of the cell */
export function describeFailure(failure: Failure, counts: FailureCounts, report: Report, language = "ts"): Stopped {
  const described = describeKind(failure, report, language === "python" ? PYTHON : NODE);
  const asides = [...described.asides];
  if (counts.failedVariants < counts.variants) {
    asides.push(`in ${counts.failedVariants} of ${counts.variants} variants`);
  }
  if (counts.trials > 1) asides.push(`in ${counts.failedTrials} of ${counts.trials} trials`);
  const isLimit = failure.kind === "heap-limit" || failure.kind === "timeout";
  const hint =
    isLimit && counts.isOfTracing === true ? `${SAMPLE_HINT} ${described.hint ?? ""}`.trim() : described.hint;
  return { ...described, asides, hint };
}

/** The same in half a sentence after the cell's name, for a terminal. */
export function sayFailure(failure: Failure): string {
  switch (failure.kind) {
    case "exception":
      return `${failure.name}: ${failure.message}`;
    case "exit-code":
      return `its process ended with exit code ${failure.exitCode}`;
    case "signal":
      return `its process was ended by ${failure.signal}`;
    case "timeout":
      return `it did not end within ${failure.timeoutMs / 1000} s`;
    case "heap-limit":
      return "it reached its heap limit";
    case "no-output":
      return "its process ended without saying that the cell had finished";
    case "bad-message":
      return `it wrote something else than Heapbook's records to file descriptor 3: ${failure.text}`;
    case "unsettled-await":
      return "it awaits a promise that never settles";
    case "spawn":
      return `its process could not be started: ${failure.message}`;
    case "no-interpreter":
      return failure.message;
  }
}

/** Where the names of the cells needed stand in the title, so that a format can link them. */
export const NEEDS_PLACE = "…";

/** Why the cells that another one needs have no result: they failed, or they needed one that did. */
export function whyMissing(labels: readonly string[], results: ReportResults): "failed" | "was not run" {
  const cells = results.cells.filter((cell) => labels.includes(cell.label));
  return cells.some((cell) => cell.state === "failed") ? "failed" : "was not run";
}

/** A cell whose needs failed, or were not run themselves. */
export function describeBlocked(blockedBy: readonly string[], results: ReportResults): Stopped {
  const what = blockedBy.length === 1 ? "result" : "results";
  const title = `Not run: needs the ${what} of ${NEEDS_PLACE}, which ${whyMissing(blockedBy, results)}`;
  return { ...NOTHING, kind: "blocked", title, needs: blockedBy };
}

/** A cell of which nothing is stored, under `--no-execute`. */
export function describeNotRun(): Stopped {
  return {
    ...NOTHING,
    kind: "blocked",
    title: "No stored result",
    hint: "This page was made without running its cells. Render it without `--no-execute` to fill it.",
  };
}

const NOTHING: Stopped = {
  kind: "error",
  title: "",
  asides: [],
  gauge: undefined,
  lines: [],
  hint: undefined,
  needs: [],
};

function describeKind(failure: Failure, report: Report, { name, exit }: InterpreterWords): Stopped {
  switch (failure.kind) {
    case "exception":
      return describeException(failure, report, name);
    case "exit-code":
      return {
        ...NOTHING,
        title: `Ended with exit code ${failure.exitCode}`,
        hint: `The process ended itself before its cell had finished: by ${exit}, or by an error inside ${name}.`,
      };
    case "signal":
      return {
        ...NOTHING,
        title: `Ended by the signal ${failure.signal}`,
        hint:
          failure.signal === "SIGKILL"
            ? "Something outside ended the process: often the system, when memory runs out."
            : `The process was ended from outside, or ${name} itself crashed.`,
      };
    case "timeout":
      return {
        ...NOTHING,
        kind: "limit",
        title: `Stopped after ${formatDuration(failure.timeoutMs)}`,
        hint: "The cell was still running at its time limit, which the cell option `timeout` sets.",
      };
    case "heap-limit":
      return describeHeapLimit(failure);
    case "no-output":
      return {
        ...NOTHING,
        title: "Ended without finishing its cell",
        hint: `The process ended well, but never said that its cell had finished. Does the cell call ${exit}?`,
      };
    case "bad-message":
      return {
        ...NOTHING,
        title: "Wrote something else to Heapbook’s channel",
        lines: plainLines(failure.text),
        hint: "File descriptor 3 belongs to Heapbook. A cell must not write to it.",
      };
    case "unsettled-await":
      return {
        ...NOTHING,
        title: "Waited for something that never came",
        hint: "An `await` at the top level of the cell was still unsettled when nothing was left to run.",
      };
    case "spawn":
      return {
        ...NOTHING,
        title: "The process could not be started",
        lines: plainLines(failure.message),
        hint: undefined,
      };
    case "no-interpreter":
      return { ...NOTHING, title: `Not run: ${failure.message}`, hint: failure.hint };
  }
}

function describeException(
  failure: Extract<Failure, { kind: "exception" }>,
  report: Report,
  interpreter: string,
): Stopped {
  const [first = "", ...rest] = plainTerminalText(failure.message).split("\n");
  const top = failure.frames.find((frame) => frame.file !== undefined);
  const excerpt = top === undefined ? undefined : excerptOf(top, report);
  const lines: Piece[][] = rest.map((text) => [{ text, style: "plain" }]);
  if (top !== undefined && excerpt !== undefined) {
    const place = placeOf(top);
    lines.push([strong(place), plain(`  ${excerpt.text}`)]);
    lines.push([plain(`${" ".repeat(place.length + 2 + excerpt.caretOffset)}^`)]);
  }
  for (const frame of failure.frames) lines.push(frameLine(frame));
  if (failure.hiddenFrames > 0) {
    const count = failure.hiddenFrames === 1 ? "1 frame" : `${failure.hiddenFrames} frames`;
    lines.push([{ text: `${count} inside ${interpreter} and Heapbook hidden`, style: "quiet" }]);
  }
  return {
    ...NOTHING,
    title: first === "" ? failure.name : `${failure.name}: ${first}`,
    asides: top === undefined ? [] : [`${nameOf(top, report)}:${top.line}`],
    lines,
    hint: failure.uncaught
      ? "Nothing in the cell caught it: it came from a callback, or from a promise nobody awaited."
      : undefined,
  };
}

function nameOf(frame: StackFrame, report: Report): string {
  return frame.file ?? basename(report.path);
}

function frameLine(frame: StackFrame): Piece[] {
  const place = placeOf(frame);
  if (frame.file === undefined) return [{ text: `at ${frame.functionName || "(unnamed)"}`, style: "quiet" }];
  return frame.functionName === ""
    ? [plain("at "), strong(place)]
    : [plain(`at ${frame.functionName} (`), strong(place), plain(")")];
}

function placeOf(frame: StackFrame): string {
  return `${frame.file ?? ""}:${frame.line}:${frame.column}`;
}

function describeHeapLimit(failure: Extract<Failure, { kind: "heap-limit" }>): Stopped {
  const limit = failure.heapSizeLimitBytes;
  const used = usedBytes(failure.lastCollections);
  const text =
    limit === null
      ? "V8 had no room left to go on."
      : used === undefined
        ? `The limit of the heap was ${formatBytes(limit)}.`
        : `${formatBytes(used)} used after the last collection; the limit of the heap was ${formatBytes(limit)}.`;
  const percent =
    limit === null || used === undefined ? undefined : Math.min(100, Math.round((used / limit) * 1000) / 10);
  return {
    ...NOTHING,
    kind: "limit",
    title: "Heap limit reached",
    gauge: { percent, text },
    lines: failure.lastCollections.map((line) => [plain(tidyCollection(line))]),
    hint: "`--max-old-space-size`, in MB, sets the limit: in the `flags` of the cell.",
  };
}

/** `[4711:0x5f3b]      411 ms: Mark-Compact 32.6 (35.2) …`: process and address differ from run to run and tell nothing. */
function tidyCollection(line: string): string {
  return plainTerminalText(line).replace(/^\s*\[\d+:0x[0-9a-f]+\]\s*/i, "");
}

/** What V8 says was in use after its last collection: the number after the arrow, in MB of 2²⁰ bytes. */
function usedBytes(collections: readonly string[]): number | undefined {
  const after = /->\s*([\d.]+)\s*\(/.exec(collections.at(-1) ?? "")?.[1];
  return after === undefined ? undefined : Number(after) * 2 ** 20;
}

function plainLines(text: string): Piece[][] {
  return plainTerminalText(text)
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => [plain(line)]);
}

function plain(text: string): Piece {
  return { text, style: "plain" };
}

function strong(text: string): Piece {
  return { text, style: "strong" };
}
