import { resolve } from "node:path";
import { statIfThere } from "../files.ts";
import type { InputHash } from "./fingerprint.ts";
import { hashFile } from "./hash.ts";

/** Whether an entry of `inputs` is a glob pattern. */
export const isPattern = (input: string): boolean => /[*?[\]{}!]/.test(input);

/**
 * Finds the files that one entry of the option `inputs` names: a path, a folder or a glob pattern. Returns paths
 * relative to the report's folder, sorted; may be empty.
 */
export async function findInputs(folder: string, input: string): Promise<string[]> {
  const found = isPattern(input) ? undefined : statIfThere(resolve(folder, input));
  if (found === undefined && !isPattern(input)) return [];
  if (found !== undefined && !found.isDirectory()) return [input];
  const { escapePath, glob } = await import("tinyglobby");
  // A folder stands for all that is in it.
  const pattern = found === undefined ? input : `${escapePath(input.replace(/(?<!\/)\/+$/, ""))}/**`;
  return (await glob(pattern, { cwd: folder, dot: true, expandDirectories: false })).sort();
}

/** Hashes the files of a cell's option `inputs`. */
export async function hashInputs(folder: string, inputs: readonly string[]): Promise<InputHash[]> {
  const found = await Promise.all(inputs.map((input) => findInputs(folder, input)));
  return [...new Set(found.flat())].sort().map((path) => ({ path, sha256: hashFile(resolve(folder, path)) }));
}
