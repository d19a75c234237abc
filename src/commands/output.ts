import pc from "picocolors";
import { formatPosition, type UserError } from "../errors.ts";
import type { LocatedClaim } from "../pipeline/render-report.ts";
import {
  compareClaim,
  describeCertainty,
  describeIndecision,
  describeRecorded,
  nameVerdict,
} from "../results/claim-texts.ts";

/** Where commands write; tests put strings in their place. */
export interface Terminal {
  /** Results: what a script would read. */
  out(line: string): void;
  /** Everything said to a person: progress, warnings, errors. */
  err(text: string): void;
  readonly isInteractive: boolean;
  readonly columns: number;
}

export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (text) => void process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
};

/** A mistake as it is printed: place, what is wrong, code, and what to do. */
export function formatUserError(error: UserError): string {
  const place = error.position === undefined ? "" : `${pc.bold(formatPosition(error.position))}: `;
  const hint = error.hint === undefined ? "" : `\n  ${error.hint}`;
  return `${place}${pc.red("error")}: ${error.message} ${pc.dim(`[${error.code}]`)}${hint}\n`;
}

export function formatWarning(message: string): string {
  return `${pc.yellow("warning")}: ${message}\n`;
}

/** `reports/walks/report.md:31: holds: sentence (20.4 > 2, exact; recorded: 3.63)`, to be read in one line. */
export function formatClaim(listed: LocatedClaim): string {
  const { claim, position } = listed;
  const { verdict, sentence } = claim;
  const colour = { holds: pc.green, fails: pc.red, undecided: pc.yellow }[verdict];
  const evidence = [compareClaim(claim), describeCertainty(claim), describeIndecision(listed), describeRecorded(claim)];
  const told = evidence.filter((part) => part !== undefined).join("; ");
  return `${pc.bold(formatPosition(position))}: ${colour(nameVerdict(verdict))}: ${sentence} (${told})`;
}

/** `1 trial`, `2 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
