import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import { ignoreOutputs } from "./ignore-outputs.ts";
import type { Terminal } from "./output.ts";

const TEMPLATES = fileURLToPath(new URL("../../templates/", import.meta.url));

/** Starter reports of the option `--template`, with their purposes. */
const STARTERS = {
  starter: "three data structures, their live memory and heap",
  coursework: "a hand-in: title page, declaration, formula, citation, claims",
  study: "a service: what stays alive, by line of code",
  "gc-tuning": "flags of the collector: pauses, collections, heap",
} as const;

export type Starter = keyof typeof STARTERS;

/** Path of the GitHub Actions workflow that publishes a site by GitHub Pages. */
const WORKFLOW = ".github/workflows/heapbook.yml";

/** A report's title from its folder's name: `Memory of maps` for `memory-of-maps`. */
function titleOf(name: string): string {
  const words = name.replace(/[-_]+/g, " ").trim();
  return words === "" ? "My report" : words[0]?.toUpperCase() + words.slice(1);
}

/**
 * `heapbook init <folder>`: creates a report that can be rendered at once, for the author to rewrite. Also adds missing
 * lines to the `.gitignore` of the working folder, which will contain `_site`.
 * @throws UserError `folder-not-empty`, `folder-not-writable`
 */
export function init(target: string, starter: Starter, root: string, terminal: Terminal): void {
  const folder = resolve(root, target);
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UserError(`${target} is a file.`, {
      code: "folder-not-writable",
      hint: "Nothing was changed. Name a new folder.",
    });
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UserError(`The folder ${target} is not empty.`, {
      code: "folder-not-empty",
      hint: "Nothing was changed. Name a new folder.",
    });
  }
  orNotWritable(target, () => {
    cpSync(join(TEMPLATES, starter === "starter" ? "starter" : `starters/${starter}`), folder, { recursive: true });
    const report = join(folder, "report.md");
    // Quoted where YAML requires it: folder names such as `2026` or `map: an essay` would not be strings.
    const title = stringify(titleOf(basename(folder)), { lineWidth: 0 }).trim();
    writeFileSync(
      report,
      readFileSync(report, "utf8").replaceAll("STARTER_TITLE", () => title),
    );
    ignoreOutputs(root);
  });
  const path = relative(root, folder) || ".";
  const shown = /^[\w./@+-]+$/.test(path) ? path : `'${path}'`;
  terminal.err(`Created ${shown}. Render it with\n\n  npx heapbook render ${shown}\n\n`);
}

/**
 * `heapbook init --ci`: writes a GitHub Actions workflow that renders the reports and publishes the site by GitHub Pages.
 * @throws UserError `file-exists` where the workflow is there already, `folder-not-writable`
 */
export function initWorkflow(root: string, terminal: Terminal): void {
  const path = join(root, WORKFLOW);
  if (existsSync(path)) {
    throw new UserError(`${WORKFLOW} is there already.`, {
      code: "file-exists",
      hint: "Nothing was changed. Remove the file to have it written again.",
    });
  }
  orNotWritable(WORKFLOW, () => {
    makeFolder(dirname(path));
    cpSync(join(TEMPLATES, "pages-workflow.yml"), path);
  });
  terminal.err(
    `Created ${WORKFLOW}. Commit it, and choose "GitHub Actions" as the source under Settings → Pages.\n` +
      "A runner measures other times than your machine: run `heapbook freeze` and commit report.results.json to publish yours.\n",
  );
}

function orNotWritable(target: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new UserError(`${target} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`, {
      code: "folder-not-writable",
      hint: "Correct the permissions of its folder, or work in a folder that you may write to.",
      cause: error,
    });
  }
}
