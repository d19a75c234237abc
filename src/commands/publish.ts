import { cpSync, existsSync, readdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { runGit } from "../git.ts";
import { MANIFEST_FILE, readManifest, removeListed } from "../site/manifest.ts";
import { readSettings } from "../site/project-site.ts";
import { findProjectRoot } from "../store/store-root.ts";
import { makeTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts";
import { plural, type Terminal } from "./output.ts";

export interface PublishFlags {
  /** The site's folder; undefined: the folder that `heapbook.yml` sets, else `_site`. */
  readonly dir: string | undefined;
  readonly dryRun: boolean;
  readonly push: boolean;
}

/** Name of a file that is added to the branch. Without it GitHub would process the site with Jekyll. */
const NO_JEKYLL = ".nojekyll";

/** Largest number of files that are listed one by one. */
const MOST_LISTED = 20;

/**
 * `heapbook publish gh-pages`: commits the site to a branch. It uses a separate git worktree, so that the working
 * folder, its index and its branch stay unchanged. Files on the branch that Heapbook did not write, such as CNAME,
 * stay.
 * @throws UserError `not-published` if the folder is not in a repository or has no site, or if git fails
 */
export function publish(branch: string, flags: PublishFlags, root: string, terminal: Terminal): void {
  const project = findProjectRoot(root, root);
  const folder =
    flags.dir === undefined
      ? resolve(project, readSettings(project, root).output ?? "_site")
      : resolve(root, flags.dir);
  const shown = relative(root, folder) || ".";
  const files = listFiles(folder);
  if (files.length === 0) throw noSite(shown, flags.dir, project, root);
  const repository = git(root, ["rev-parse", "--show-toplevel"]);
  if (!repository.ok)
    throw refused("This folder is not in a git repository.", "Run `git init` and commit your reports.");
  if (!git(root, ["check-ref-format", "--branch", branch]).ok) throw refused(`\`${branch}\` is no name of a branch.`);
  if (git(root, ["symbolic-ref", "--short", "-q", "HEAD"]).text === branch) {
    throw refused(
      `\`${branch}\` is the branch that you work on.`,
      "Switch to another branch, or name another one to publish to.",
    );
  }
  const base = ["refs/heads/", "refs/remotes/origin/"]
    .map((place) => `${place}${branch}`)
    .find((ref) => git(root, ["rev-parse", "--verify", "-q", ref]).ok);
  const parent = base === undefined ? undefined : git(root, ["rev-parse", base]).text;
  const temporary = makeTemporaryFolder("publish");
  const worktree = realpathSync(temporary);
  try {
    const commit = stage({ root, worktree, folder, files, branch, parent });
    const changes = must(commit.worktree, [
      "diff",
      "--cached",
      "--name-status",
      "--no-renames",
      ...(parent === undefined ? [emptyTree(root)] : [parent]),
    ]);
    const lines = changes === "" ? [] : changes.split("\n").map((line) => line.replace("\t", "  "));
    if (lines.length === 0) {
      terminal.err(`Nothing to publish: the branch ${branch} has this site already.\n`);
    } else if (flags.dryRun) {
      for (const line of lines) terminal.out(line);
      terminal.err(`Would commit ${plural(lines.length, "changed file")} to ${branch}. Nothing was changed.\n`);
      return;
    } else {
      const source = git(root, ["rev-parse", "--short", "HEAD"]);
      const subject = `Publish ${shown}${source.ok ? ` of ${source.text}` : ""}`;
      must(worktree, ["commit", "--quiet", "--no-verify", "-m", subject]);
      const made = must(worktree, ["rev-parse", "HEAD"]);
      must(root, [
        "update-ref",
        `refs/heads/${branch}`,
        made,
        ...(base?.startsWith("refs/heads/") ? [parent ?? ""] : []),
      ]);
      for (const line of lines.slice(0, MOST_LISTED)) terminal.err(`  ${line}\n`);
      if (lines.length > MOST_LISTED) terminal.err(`  and ${lines.length - MOST_LISTED} more\n`);
      terminal.out(`${branch} ${made.slice(0, 12)}`);
    }
    if (flags.dryRun) return;
    if (flags.push) {
      must(root, ["push", "--quiet", "origin", `refs/heads/${branch}:refs/heads/${branch}`]);
      terminal.err(`Pushed ${branch} to origin.\n`);
    } else terminal.err(`Push it with\n\n  git push origin ${branch}\n\n`);
  } finally {
    git(root, ["worktree", "remove", "--force", worktree]);
    removeTemporaryFolder(temporary);
    git(root, ["worktree", "prune"]);
  }
}

interface Staging {
  readonly root: string;
  readonly worktree: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly branch: string;
  readonly parent: string | undefined;
}

/** Makes a worktree of the branch's commit, copies the site into it, and adds the site to the worktree's index. */
function stage({ root, worktree, folder, files, parent }: Staging): { readonly worktree: string } {
  // For a new branch the worktree begins at an empty commit without a parent.
  const start = parent ?? must(root, ["commit-tree", emptyTree(root), "-m", "The site begins"]);
  must(root, ["worktree", "add", "--quiet", "--detach", worktree, start]);
  const { reports, files: own } = readManifest(worktree);
  const kept = new Set(files);
  removeListed(
    worktree,
    [...own, ...reports.flatMap((report) => report.files)].filter((file) => !kept.has(file)),
  );
  for (const file of files) cpSync(join(folder, file), join(worktree, file), { recursive: true });
  writeFileSync(join(worktree, NO_JEKYLL), "");
  must(worktree, ["add", "--all", "--force", "."]);
  return { worktree };
}

function emptyTree(root: string): string {
  return must(root, ["hash-object", "-t", "tree", "-w", "--stdin"]);
}

/** Paths of the site's files, relative to its folder. Hidden files are left out, except the manifest. */
function listFiles(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const shown = names.filter((name) => name === MANIFEST_FILE || !name.split("/").some((part) => part.startsWith(".")));
  const files = shown.filter((name) => statSync(join(folder, name)).isFile()).sort();
  return files.some((name) => name.endsWith(".html")) ? files : [];
}

function git(folder: string, args: readonly string[]) {
  const { status, stdout, error } = runGit(folder, args);
  return { ok: status === 0, text: stdout.trim(), error: error.trim() };
}

/** Runs git and returns its output. @throws UserError `not-published` with git's own message */
function must(folder: string, args: readonly string[]): string {
  const run = git(folder, args);
  if (!run.ok)
    throw refused(`\`git ${args[0]}\` failed: ${run.error.split("\n")[0] ?? ""}`, run.error.split("\n")[1]?.trim());
  return run.text;
}

/**
 * The error for a folder without a site; its hint names the folder in which the project has one.
 * @param shown path of the folder, relative to the working folder
 */
function noSite(shown: string, dir: string | undefined, project: string, root: string): UserError {
  const own = resolve(project, readSettings(project, root).output ?? "_site");
  const ownShown = relative(root, own) || ".";
  const isThere = dir !== undefined && listFiles(own).length > 0;
  const hint = isThere
    ? `The site of this project is in ${ownShown}: leave out \`--dir\`, or write \`--dir ${ownShown}\`.`
    : dir === undefined
      ? "Run `heapbook render` first, or name the site with `--dir`."
      : `\`--dir\` is a path from the working folder. Run \`heapbook render -o ${shown}\` first.`;
  return refused(`The folder ${shown} ${existsSync(resolve(root, shown)) ? "has no site" : "does not exist"}.`, hint);
}

function refused(message: string, hint?: string): UserError {
  return new UserError(message, { code: "not-published", hint });
}
