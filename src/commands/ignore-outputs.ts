import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readRegularText } from "../files.ts";
import { runGit } from "../git.ts";
import type { Terminal } from "./output.ts";

const IGNORED = [".heapbook/", "_site/", "node_modules/"];

/** Adds to the `.gitignore` of a folder the folders that it lacks. */
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
 * Writes a `.gitignore` beside a folder `_site` that a render has just made, if the folder is in a git repository that does not ignore
 * it. A `.gitignore` that exists is its author's and stays as it is.
 *
 * @param folder the folder of the site, which exists
 */
export function ignoreNewSite(folder: string, terminal: Terminal): void {
  const root = dirname(folder);
  if (basename(folder) !== "_site" || existsSync(join(root, ".gitignore"))) return;
  // 1: in a repository, and not ignored. 128: in no repository.
  if (runGit(root, ["check-ignore", "--quiet", folder]).status !== 1) return;
  try {
    ignoreOutputs(root);
  } catch {
    return;
  }
  terminal.err(`Created ${join(root, ".gitignore")}: git ignores ${IGNORED.join(", ")}\n`);
}
