import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { devNull } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { UserError, UserErrors } from "../errors.ts";
import { statIfThere } from "../files.ts";
import { runGit } from "../git.ts";
import { oneLine } from "../render/markdown/one-line.ts";
import { MANIFEST_FILE, readManifest, removeListed } from "../site/manifest.ts";
import { readSettings } from "../site/project-site.ts";
import { findProjectRoot } from "../store/store-root.ts";
import { makeTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts";
import { type BrokenPage, findBrokenPages } from "./broken-pages.ts";
import { formatWarning, plural, type Terminal } from "./output.ts";

export interface PublishFlags {
  /** The site's folder; undefined: the folder that `heapbook.yml` sets, else `_site`. */
  readonly dir: string | undefined;
  readonly dryRun: boolean;
  /** Whether pages that lack something are published all the same, with warnings. */
  readonly allowBroken: boolean;
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
 * @throws UserError `not-published` if the folder is not in a repository or has no site, or if git fails; UserErrors
 *   `broken-page` for pages that lack something, unless `allowBroken` is set
 */
export function publish(branch: string, flags: PublishFlags, root: string, terminal: Terminal): void {
  const project = findProjectRoot(root, root);
  const folder =
    flags.dir === undefined
      ? resolve(project, readSettings(project, root).output ?? "_site")
      : resolve(root, flags.dir);
  const shown = relative(root, folder) || ".";
  const files = listFiles(folder, (name) => {
    const path = oneLine(join(shown, name));
    terminal.err(formatWarning(`${path} is a link or no file, and is not published. [not-published]`));
  });
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
  const broken = findBrokenPages(project, folder, flags.dir === undefined);
  if (flags.allowBroken) for (const { message } of broken) terminal.err(formatWarning(`${message} [broken-page]`));
  const isRefused = broken.length > 0 && !flags.allowBroken;
  if (isRefused && !flags.dryRun) throw brokenPages(broken);
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
      if (isRefused) throw brokenPages(broken);
      terminal.err(`Nothing to publish: the branch ${branch} has this site already.\n`);
    } else if (flags.dryRun) {
      for (const line of lines) terminal.out(line);
      if (isRefused) throw brokenPages(broken);
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
  for (const file of files) copyInto(worktree, file, join(folder, file));
  rmSync(join(worktree, NO_JEKYLL), { recursive: true, force: true });
  writeFileSync(join(worktree, NO_JEKYLL), "");
  must(worktree, ["add", "--all", "--force", "."]);
  return { worktree };
}

/**
 * Copies a file into a folder. Links and files of the branch that stand in its way are removed first: a copy through a
 * link would write outside of the folder.
 */
function copyInto(worktree: string, file: string, source: string): void {
  const parts = file.split("/");
  for (const [index] of parts.entries()) {
    const path = join(worktree, ...parts.slice(0, index + 1));
    const isParent = index < parts.length - 1;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && !(isParent && stats.isDirectory())) rmSync(path, { recursive: true });
  }
  mkdirSync(dirname(join(worktree, file)), { recursive: true });
  copyFileSync(source, join(worktree, file));
}

function emptyTree(root: string): string {
  return must(root, ["hash-object", "-t", "tree", "-w", "--stdin"]);
}

/**
 * Paths of the site's files, relative to its folder. Hidden files are left out, except the manifest.
 * @param onLeftOut called with the path of each link, device and pipe, which are left out: a link can lead to a file
 *   that its owner does not want to publish
 */
function listFiles(folder: string, onLeftOut: (name: string) => void = () => {}): string[] {
  if (statIfThere(folder)?.isDirectory() !== true) return [];
  const files: string[] = [];
  const list = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.name.startsWith(".") && name !== MANIFEST_FILE) continue;
      if (entry.isDirectory()) list(name);
      else if (entry.isFile()) files.push(name);
      else onLeftOut(name);
    }
  };
  list("");
  return files.some((name) => name.endsWith(".html")) ? files.sort() : [];
}

/** Hooks of the repository are for the author's own commits; `worktree add` would run `post-checkout`. */
const NO_HOOKS = ["-c", `core.hooksPath=${devNull}`];

function git(folder: string, args: readonly string[]) {
  const { status, stdout, error } = runGit(folder, [...NO_HOOKS, ...args]);
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

/** Errors for pages that are not published as they are; the last one names the option that publishes them. */
function brokenPages(broken: readonly BrokenPage[]): UserErrors {
  return new UserErrors(
    broken.map(({ message, hint }, index) => {
      const isLast = index === broken.length - 1;
      const anyway = isLast ? " To publish the site as it is, add `--allow-broken`." : "";
      return new UserError(message, { code: "broken-page", exitCode: 1, hint: `${hint}${anyway}` });
    }),
  );
}

function refused(message: string, hint?: string): UserError {
  return new UserError(message, { code: "not-published", hint });
}
