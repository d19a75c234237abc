import pc from "picocolors";
import { formatPosition, type UserError } from "../errors.ts";
import type { LocatedClaim } from "../pipeline/located-claims.ts";
import {
  compareClaim,
  describeCertainty,
  describeIndecision,
  describeRecorded,
  nameVerdict,
} from "../results/claim-texts.ts";

/** Where commands write. Tests collect the text instead. */
export interface Terminal {
  /** Writes a line to stdout: results, which scripts read. */
  out(line: string): void;
  /** Writes a whole file to stdout, as it is. */
  write(contents: string | Uint8Array): void;
  /** Writes text to stderr: progress, warnings and errors, which people read. */
  err(text: string): void;
  readonly isInteractive: boolean;
  readonly columns: number;
}

export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  write: (contents) => void process.stdout.write(contents),
  err: (text) => void process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
};

/** An error as it is printed: position, cause, code and, on the next line, the hint. */
export function formatUserError(error: UserError): string {
  const place = error.position === undefined ? "" : `${pc.bold(printable(formatPosition(error.position)))}: `;
  const hint = error.hint === undefined ? "" : `\n  ${printable(error.hint)}`;
  return `${place}${pc.red("error")}: ${printable(error.message)} ${pc.dim(`[${error.code}]`)}${hint}\n`;
}

export function formatWarning(message: string): string {
  // Positions in it are bold, so colours stay.
  return `${pc.yellow("warning")}: ${printable(message, true)}\n`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
const COLOUR = /^\u001b\[[\d;]*m/;

/** Text of a report or a cell for the terminal: control characters, which would run as commands of the terminal, become `\ufffd`. */
export function printable(text: string, keepColours = false): string {
  return text.replace(CONTROL, (character, at: number) =>
    keepColours && character === "\u001b" && COLOUR.test(text.slice(at, at + 20)) ? character : "\ufffd",
  );
}

/** A claim as one line: `reports/walks/report.md:31: holds: sentence (20.4 > 2, exact; recorded: 3.63)`. */
export function formatClaimLine(listed: LocatedClaim): string {
  const { claim, position } = listed;
  const { verdict, sentence } = claim;
  const colour = { holds: pc.green, fails: pc.red, undecided: pc.yellow }[verdict];
  const evidence = [compareClaim(claim), describeCertainty(claim), describeIndecision(listed), describeRecorded(claim)];
  const details = evidence.filter((part) => part !== undefined).join("; ");
  return `${pc.bold(formatPosition(position))}: ${colour(nameVerdict(verdict))}: ${printable(sentence)} (${printable(details)})`;
}

/** `1 trial`, `2 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
