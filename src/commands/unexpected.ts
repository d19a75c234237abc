import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import pc from "picocolors";
import { InternalError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { STORE_FOLDER } from "../store/store-folder.ts";
import { printableLine } from "./printable.ts";

/**
 * Formats an unexpected error for the terminal: what failed, in which phase, and the path of a file with stack, causes
 * and versions.
 * @param what the report or command, such as `reports/walks/report.md`
 * @param root folder that holds `.heapbook`, in which the file is written; if that fails, the file goes to the folder
 *   for temporary files
 */
export function formatUnexpected(error: unknown, what: string, root: string): string {
  const phase = error instanceof InternalError ? ` while ${error.phase}` : "";
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const shown = message.length > 200 ? `${message.slice(0, 199)}…` : message;
  const file = writeDetails(error, `${what}${phase}`, root);
  const details = file === undefined ? "" : ` Details: ${file}`;
  return `${pc.bold(printableLine(what))}: ${pc.red("unexpected error")}${phase}: ${printableLine(shown)}\n  This is a mistake of Heapbook, not of the report.${details}\n`;
}

function writeDetails(error: unknown, what: string, root: string): string | undefined {
  const name = `${what.replace(/[^\w-]+/g, "-").slice(0, 80)}.txt`;
  const text = `heapbook ${heapbookVersion()}, Node ${process.version}, ${process.platform} ${process.arch}\n${what}\n\n${describe(error)}\n`;
  for (const folder of [join(root, STORE_FOLDER, "errors"), join(tmpdir(), "heapbook-errors")]) {
    try {
      makeFolder(folder);
      writeFileSync(join(folder, name), text);
      const path = relative(root, join(folder, name));
      return path.startsWith("..") ? join(folder, name) : path;
    } catch {
      // Writing failed: the next folder is tried. If all fail, only the message is printed.
    }
  }
  return undefined;
}

/** The stack of an error, followed by the stacks of its causes. */
function describe(error: unknown): string {
  const stacks: string[] = [];
  let each = error;
  for (let depth = 0; depth < 8 && each !== undefined; depth += 1) {
    stacks.push(each instanceof Error ? (each.stack ?? String(each)) : String(each));
    each = each instanceof Error ? each.cause : undefined;
  }
  return stacks.join("\ncaused by: ");
}
