import { distance } from "fastest-levenshtein";
import type { ErrorCode } from "./error-codes.ts";

export type { ErrorCode } from "./error-codes.ts";

/** A place in a file that the author wrote. `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** What the process exits with: 1, the report was understood but something in it is broken; 2, it or the command was not understood. */
export type ExitCode = 1 | 2;

export interface UserErrorOptions {
  readonly code: ErrorCode;
  readonly position?: Position | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** A mistake that the person who runs Heapbook can mend. It is printed without a stack trace. */
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

/** Several mistakes found in one pass, so that the author need not mend them one render at a time. */
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

/** `file:line:column`, as editors and terminals link it. */
export function formatPosition(position: Position): string {
  const column = position.column === undefined ? "" : `:${position.column}`;
  return `${position.file}:${position.line}${column}`;
}

/**
 * The candidate nearest to what was typed, by Levenshtein distance, or undefined where none is near enough
 * (more than a third of its letters differ) to be what was meant.
 */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const found = distance(typed.toLowerCase(), candidate.toLowerCase());
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  const allowed = Math.max(2, Math.ceil(typed.length / 3));
  return bestDistance <= allowed ? best : undefined;
}

/** A hint that names the nearest candidate, or lists them all when none is near. */
export function didYouMean(typed: string, candidates: Iterable<string>, what: string): string {
  const known = [...candidates];
  const near = nearest(typed, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return known.length === 0 ? `There is no ${what} in this report.` : `Known ${what}: ${known.join(", ")}.`;
}
