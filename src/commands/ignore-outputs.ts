import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readRegularText } from "../files.ts";
import { runGit } from "../git.ts";
import type { Terminal } from "./output.ts";

const IGNORED = [".heapbook/", "_site/", "node_modules/"];

/** Adds Heapbook's output folders to the `.gitignore` of a folder, unless they are in it. */
export function ignoreOutputs(root: string): void {
  const path = join(root, ".gitignore");
  const text = existsSync(path) ? readRegularText(path) : "";
  const known = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, "")));
  const missing = IGNORED.filter((folder) => !known.has(folder.slice(0, -1)));
  if (missing.length === 0) return;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${text}${separator}${missing.join("\n")}\n`);
}

/**
 * Writes a `.gitignore` beside a `_site` folder that a render has just made, if the folder is in a git repository that
 * does not ignore it. An existing `.gitignore` belongs to its author and stays unchanged.
 *
 * @param folder the site's folder, which exists
 */
export function ignoreNewSite(folder: string, terminal: Terminal): void {
  const root = dirname(folder);
  if (basename(folder) !== "_site" || existsSync(join(root, ".gitignore"))) return;
  // git's exit code 1: in a repository and not ignored. 128: not in a repository.
  if (runGit(root, ["check-ignore", "--quiet", folder]).status !== 1) return;
  try {
    ignoreOutputs(root);
  } catch {
    return;
  }
  terminal.err(`Created ${join(root, ".gitignore")}: git ignores ${IGNORED.join(", ")}\n`);
}
