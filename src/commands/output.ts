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
import { forTerminal, printable, printableLine } from "./printable.ts";

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

/** What a stream gets: a terminal runs control characters as commands; a file or a pipe gets what is to be kept as it is. */
const forStdout = (text: string): string => (process.stdout.isTTY ? forTerminal(text) : text);

/** The one place through which everything goes to the terminal. People read stderr, also in logs: it is never raw. */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${forStdout(line)}\n`),
  write: (contents) => void process.stdout.write(typeof contents === "string" ? forStdout(contents) : contents),
  err: (text) => void process.stderr.write(forTerminal(text)),
  isInteractive: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
};

/** An error as it is printed: position, cause, code and, on the next line, the hint. */
export function formatUserError(error: UserError): string {
  const place = error.position === undefined ? "" : `${pc.bold(printableLine(formatPosition(error.position)))}: `;
  const hint = error.hint === undefined ? "" : `\n  ${printable(error.hint)}`;
  return `${place}${pc.red("error")}: ${printable(error.message)} ${pc.dim(`[${error.code}]`)}${hint}\n`;
}

export function formatWarning(message: string): string {
  // Positions in it are bold, so colours stay.
  return `${pc.yellow("warning")}: ${printable(message, true)}\n`;
}

/** A claim as one line: `reports/walks/report.md:31: holds: sentence (20.4 > 2, exact; recorded: 3.63)`. */
export function formatClaimLine(listed: LocatedClaim): string {
  const { claim, position } = listed;
  const { verdict, sentence } = claim;
  const colour = { holds: pc.green, fails: pc.red, undecided: pc.yellow }[verdict];
  const evidence = [compareClaim(claim), describeCertainty(claim), describeIndecision(listed), describeRecorded(claim)];
  const details = evidence.filter((part) => part !== undefined).join("; ");
  return `${pc.bold(printableLine(formatPosition(position)))}: ${colour(nameVerdict(verdict))}: ${printableLine(sentence)} (${printableLine(details)})`;
}

/** `1 trial`, `2 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
