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

/** The output streams of commands. Tests collect the text instead. */
export interface Terminal {
  /** Writes a line to stdout: results, which scripts read. */
  out(line: string): void;
  /** Writes the contents of a whole file to stdout, unchanged. */
  write(contents: string | Uint8Array): void;
  /** Writes text to stderr: progress, warnings and errors, which people read. */
  err(text: string): void;
  readonly isInteractive: boolean;
  readonly columns: number;
}

/**
 * Text for stdout: without control characters for a terminal, which would execute them; unchanged for a file or pipe.
 */
const forStdout = (text: string): string => (process.stdout.isTTY ? forTerminal(text) : text);

/**
 * Writes to the process's streams. All output of commands passes through this object. Text for stderr never keeps
 * control characters, because people read it in logs too.
 */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${forStdout(line)}\n`),
  write: (contents) => void process.stdout.write(typeof contents === "string" ? forStdout(contents) : contents),
  err: (text) => void process.stderr.write(forTerminal(text)),
  isInteractive: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
};

/** Formats an error for the terminal: position, cause and code; the hint on the next line. */
export function formatUserError(error: UserError): string {
  const place = error.position === undefined ? "" : `${pc.bold(printableLine(formatPosition(error.position)))}: `;
  const hint = error.hint === undefined ? "" : `\n  ${printable(error.hint)}`;
  return `${place}${pc.red("error")}: ${printable(error.message)} ${pc.dim(`[${error.code}]`)}${hint}\n`;
}

export function formatWarning(message: string): string {
  // Colours are kept, because positions in the message are bold.
  return `${pc.yellow("warning")}: ${printable(message, true)}\n`;
}

/** Formats a claim as one line: `reports/walks/report.md:31: holds: sentence (20.4 > 2, exact; recorded: 3.63)`. */
export function formatClaimLine(listed: LocatedClaim): string {
  const { claim, position } = listed;
  const { verdict, sentence } = claim;
  const colour = { holds: pc.green, fails: pc.red, undecided: pc.yellow }[verdict];
  const evidence = [compareClaim(claim), describeCertainty(claim), describeIndecision(listed), describeRecorded(claim)];
  const details = evidence.filter((part) => part !== undefined).join("; ");
  return `${pc.bold(printableLine(formatPosition(position)))}: ${colour(nameVerdict(verdict))}: ${printableLine(sentence)} (${printableLine(details)})`;
}

/** A count with its noun in singular or plural: `1 trial`, `2 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
