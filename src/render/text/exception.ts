import { basename } from "node:path";
import { definesName, importsName } from "../../document/shared-names.ts";
import type { Report } from "../../document/types.ts";
import type { Failure, StackFrame } from "../../model/report-results.ts";
import { METRICS } from "../../results/metric-catalog.ts";
import { say } from "../../words/say.ts";
import { excerptOf } from "./excerpt.ts";
import { type Piece, plain, quiet, STOPPED, type Stopped, strong } from "./stopped.ts";
import { plainTerminalText } from "./terminal-text.ts";

/** Describes an uncaught exception: message, line of code with a caret, stack. @param interpreter `Node` or `Python` */
export function describeException(
  failure: Extract<Failure, { kind: "exception" }>,
  report: Report,
  interpreter: string,
): Stopped {
  const [first = "", ...rest] = plainTerminalText(failure.message).split("\n");
  const top = failure.frames.find((frame) => frame.file !== undefined);
  return {
    ...STOPPED,
    title: first === "" ? failure.name : `${failure.name}: ${first}`,
    asides: top === undefined ? [] : [`${top.file ?? basename(report.path)}:${top.line}`],
    lines: [
      ...rest.map((text) => [plain(text)]),
      ...(top === undefined ? [] : excerptLines(top, report)),
      ...failure.frames.map(frameLine),
      ...hiddenLines(failure.hiddenFrames, interpreter),
    ],
    hint: hintOfName(first, top, report) ?? hintOfMetric(first) ?? (failure.uncaught ? say("callbackHint") : undefined),
  };
}

/**
 * Hint for an undefined name that another cell defines: how to import it.
 * @param top innermost frame in the author's files
 */
function hintOfName(message: string, top: StackFrame | undefined, { cells, file }: Report): string | undefined {
  const name = /^(?:name '(\w+)' is not defined|([\w$]+) is not defined)/.exec(message)?.slice(1).find(Boolean);
  const isInReport = top !== undefined && basename(top.file ?? "") === basename(file);
  const user = isInReport ? cells.find(({ range: [first, end] }) => top.line > first && top.line <= end) : undefined;
  if (name === undefined || user === undefined) return undefined;
  const definer = cells.findLast(
    (cell) =>
      cell !== user &&
      (cell.language === "python") === (user.language === "python") &&
      definesName({ code: cell.source, language: cell.language }, name) &&
      !importsName({ code: cell.source, language: cell.language }, name),
  );
  if (definer === undefined) return undefined;
  const what = say("definedElsewhere", { name, line: definer.position.line });
  if (user.language === "python") return `${what} ${say("joinCells")}`;
  const label = definer.labelled ? definer.label : "label";
  const given = definer.labelled ? "" : ` ${say("labelFirst")}`;
  return `${what} ${say("exportIt", { statement: `import { ${name} } from "cell:${label}"` })}${given}`;
}

/** Hint for a built-in metric that a result lacks: names the probe that measures it. */
function hintOfMetric(message: string): string | undefined {
  const id = /Unknown metric `(\w+)`/.exec(message)?.[1];
  const probe = METRICS.find((metric) => metric.id === id)?.probe;
  if (id === undefined || probe === undefined) return undefined;
  return say("probeMeasures", { probe, id });
}

/** The source line of a frame, and below it a caret at its column. */
function excerptLines(frame: StackFrame, report: Report): readonly Piece[][] {
  const excerpt = excerptOf(frame, report);
  if (excerpt === undefined) return [];
  const place = placeOf(frame);
  const indent = " ".repeat(place.length + 2 + excerpt.caretOffset);
  return [[strong(place), plain(`  ${excerpt.text}`)], [plain(`${indent}^`)]];
}

function frameLine(frame: StackFrame): Piece[] {
  if (frame.file === undefined) return [quiet(`at ${frame.functionName || say("unnamed")}`)];
  const place = strong(placeOf(frame));
  return frame.functionName === "" ? [plain("at "), place] : [plain(`at ${frame.functionName} (`), place, plain(")")];
}

function hiddenLines(count: number, interpreter: string): readonly Piece[][] {
  if (count === 0) return [];
  return [[quiet(say("framesHidden", { n: count, interpreter }))]];
}

function placeOf(frame: StackFrame): string {
  return `${frame.file ?? ""}:${frame.line}:${frame.column}`;
}
