import { basename } from "node:path";
import type { Report } from "../../document/types.ts";
import type { Failure, StackFrame } from "../../model/report-results.ts";
import { say } from "../../words/say.ts";
import { hintOfException } from "./exception-hints.ts";
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
    hint: hintOfException(failure, report) ?? (failure.uncaught ? say("callbackHint") : undefined),
  };
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
