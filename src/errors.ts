import { distance } from "fastest-levenshtein";
import type { ErrorCode } from "./error-codes.ts";

export type { ErrorCode } from "./error-codes.ts";

/** A place in a file that the author wrote. `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/**
 * Exit code of the process: 1 if a part of an understood report is broken, 2 if the report or command was not
 * understood.
 */
export type ExitCode = 1 | 2;

export interface UserErrorOptions {
  readonly code: ErrorCode;
  readonly position?: Position | undefined;
  /** What to do about the error: one sentence or two. */
  readonly hint?: string | undefined;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** An error that the user can correct. It is printed with its position and hint, without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: ErrorCode;
  readonly position: Position | undefined;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: UserErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.position = options.position;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 2;
  }
}

/** Several errors found in one pass, so that the author can correct all of them before the next render. */
export class UserErrors extends Error {
  override readonly name = "UserErrors";
  readonly errors: readonly UserError[];

  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }

  get exitCode(): ExitCode {
    return this.errors.some((error) => error.exitCode === 2) ? 2 : 1;
  }
}

/**
 * An error that is a fault in Heapbook, with the phase of the render in which it happened, such as `drawing`. The phase
 * is printed; the stack is written to a file.
 */
export class InternalError extends Error {
  override readonly name = "InternalError";
  readonly phase: string;

  constructor(phase: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.phase = phase;
  }
}

/** Exit code of an unexpected error (`EX_SOFTWARE` of sysexits.h). */
export const UNEXPECTED = 70;

/** `file:line:column`, the form that editors and terminals turn into a link. */
export function formatPosition(position: Position): string {
  const column = position.column === undefined ? "" : `:${position.column}`;
  return `${position.file}:${position.line}${column}`;
}

/**
 * Whether two words differ only by two swapped neighbouring letters: the commonest typo, which has Levenshtein distance
 * 2.
 */
function isSwapped(a: string, b: string): boolean {
  const first = [...a].findIndex((letter, index) => letter !== b[index]);
  return (
    a.length === b.length &&
    first >= 0 &&
    a[first] === b[first + 1] &&
    a[first + 1] === b[first] &&
    a.slice(first + 2) === b.slice(first + 2)
  );
}

/** Levenshtein distance, but smaller than 1 for two swapped letters, so that such a candidate wins. */
function slipsBetween(typed: string, candidate: string): number {
  const [a, b] = [typed.toLowerCase(), candidate.toLowerCase()];
  return isSwapped(a, b) ? 0.5 : distance(a, b);
}

/** The candidate with the least Levenshtein distance; undefined where more than a third of the typed letters differ. */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const found = slipsBetween(typed, candidate);
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  const allowed = Math.max(2, Math.ceil(typed.length / 3));
  return bestDistance <= allowed ? best : undefined;
}

/**
 * A hint with the nearest candidate; if none is near, a list of all candidates. `what`: plural noun for the candidates.
 */
export function didYouMean(typed: string, candidates: Iterable<string>, what: string): string {
  const known = [...new Set(candidates)];
  const near = nearest(typed, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return known.length === 0 ? `There are no ${what} in this report.` : `Known ${what}: ${known.join(", ")}.`;
}
