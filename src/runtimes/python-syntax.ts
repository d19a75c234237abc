import { execFile } from "node:child_process";
import { UserError } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import type { Python } from "./find-python.ts";
import { pythonEnvironment, pythonFile } from "./python-program.ts";

/** A syntax error; line and column count from 1. */
export interface SyntaxProblem {
  /** `SyntaxError`, `IndentationError`, `TabError`. */
  readonly name: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Compiles sources with a Python to find syntax errors: one process for all sources, none if all answers are cached.
 * @returns for each source the first syntax error, or null
 * @throws UserError `python-not-usable` if the process fails
 */
export async function findSyntaxProblems(
  python: Python,
  sources: readonly string[],
  cache: TextCache,
): Promise<(SyntaxProblem | null)[]> {
  const keyOf = (source: string): string => `python-syntax 1 ${JSON.stringify([python.identity, source])}`;
  const kept = sources.map((source) => cache.get(keyOf(source)));
  const unknown = sources.filter((_, index) => kept[index] === undefined);
  const answers = unknown.length === 0 ? [] : await ask(python.path, unknown);
  for (const [index, source] of unknown.entries()) cache.set(keyOf(source), JSON.stringify(answers[index] ?? null));
  return kept.map((text) => (text === undefined ? (answers.shift() ?? null) : JSON.parse(text)));
}

function cannotCheck(path: string, cause: Error & { readonly stderr?: string }): UserError {
  const said = cause.stderr?.trim().split("\n").at(-1) ?? cause.message;
  return new UserError(`The Python ${path} cannot compile the report's cells: ${said}.`, {
    code: "python-not-usable",
    hint: "Name another interpreter with the option `python`, or use `python: pyodide`.",
    cause,
  });
}

function ask(path: string, sources: readonly string[]): Promise<(SyntaxProblem | null)[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      path,
      [pythonFile("check_syntax.py")],
      { env: pythonEnvironment({}), maxBuffer: Number.POSITIVE_INFINITY },
      (error, stdout) => {
        if (error === null) resolve(JSON.parse(stdout));
        else reject(cannotCheck(path, error));
      },
    );
    // If the process ends early, the callback above reports the reason.
    child.stdin?.on("error", () => {});
    child.stdin?.end(JSON.stringify(sources));
  });
}
