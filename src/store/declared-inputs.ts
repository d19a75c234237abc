import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { InputHash } from "./fingerprint.ts";
import { hashFile } from "./hash.ts";

const isPattern = (input: string): boolean => /[*?[\]{}!]/.test(input);

/** Finds the files of one entry of `inputs` (a path or a glob pattern): paths relative to the folder, sorted, maybe none. */
export async function findInputs(folder: string, input: string): Promise<string[]> {
  if (!isPattern(input)) return existsSync(resolve(folder, input)) ? [input] : [];
  const { glob } = await import("tinyglobby");
  return (await glob(input, { cwd: folder, dot: true, expandDirectories: false })).sort();
}

/** Hashes the files of a cell's option `inputs`. */
export async function hashInputs(folder: string, inputs: readonly string[]): Promise<InputHash[]> {
  const found = await Promise.all(inputs.map((input) => findInputs(folder, input)));
  return [...new Set(found.flat())].sort().map((path) => ({ path, sha256: hashFile(resolve(folder, path)) }));
}
