import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import type { Terminal } from "./output.ts";

const STARTER = fileURLToPath(new URL("../../templates/starter/", import.meta.url));

/** Title for a folder name: `Memory of maps` for `memory-of-maps`. */
function titleOf(name: string): string {
  const words = name.replace(/[-_]+/g, " ").trim();
  return words === "" ? "My report" : words[0]?.toUpperCase() + words.slice(1);
}

/**
 * `heapbook init <folder>`: creates a report that renders as it is, for the author to rewrite.
 * @throws UserError `folder-not-empty`, `folder-not-writable`
 */
export function init(target: string, root: string, terminal: Terminal): void {
  const folder = resolve(root, target);
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UserError(`${target} is a file`, {
      code: "folder-not-writable",
      hint: "Nothing was changed. Name a new folder.",
    });
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UserError(`the folder ${target} is not empty`, {
      code: "folder-not-empty",
      hint: "Nothing was changed. Name a new folder.",
    });
  }
  try {
    cpSync(STARTER, folder, { recursive: true });
    // npm excludes files named .gitignore from packages, so the template's has another name.
    renameSync(join(folder, "gitignore"), join(folder, ".gitignore"));
    const report = join(folder, "report.md");
    // Folder names such as `2026` or `map: an essay` are not strings in YAML without quotes.
    const title = stringify(titleOf(basename(folder)), { lineWidth: 0 }).trim();
    writeFileSync(
      report,
      readFileSync(report, "utf8").replaceAll("STARTER_TITLE", () => title),
    );
  } catch (error) {
    throw new UserError(
      `the folder ${target} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      { code: "folder-not-writable", hint: "Name a folder that you may write to.", cause: error },
    );
  }
  const path = relative(root, folder) || ".";
  const shown = /^[\w./@+-]+$/.test(path) ? path : `'${path}'`;
  terminal.err(`Created ${shown}. Render it with\n\n  npx heapbook render ${shown}\n\n`);
}
