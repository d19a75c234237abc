import { execFile } from "node:child_process";
import type { TextCache } from "../chart/types.ts";
import { pythonEnvironment, pythonFile } from "./python-process.ts";
import type { Python } from "./pythons.ts";

/** What is wrong with a source; line and column count from 1. */
export interface SyntaxProblem {
  /** `SyntaxError`, `IndentationError`, `TabError`. */
  readonly name: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Asks a Python whether it can compile these sources: one process for all of them, none for those that were asked before.
 * @returns for each source its first problem, or null
 */
export async function checkSyntax(
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

function ask(path: string, sources: readonly string[]): Promise<(SyntaxProblem | null)[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      path,
      [pythonFile("check_syntax.py")],
      { env: pythonEnvironment({}), maxBuffer: Number.POSITIVE_INFINITY },
      (error, stdout) => {
        if (error === null) resolve(JSON.parse(stdout));
        else reject(error);
      },
    );
    child.stdin?.end(JSON.stringify(sources));
  });
}
