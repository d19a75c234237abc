import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { runGit } from "../git.ts";
import { makeTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts";

/** A copy of a git revision in a temporary folder. */
export interface Checkout {
  /** What stands for the working directory of the command. */
  readonly root: string;
  /** Path of the program there, relative to `root`: it may have had another one. */
  readonly file: string;
  remove(): void;
}

/** Whether a name is a revision of the git repository that contains a folder. */
export function isRevision(name: string, root: string): boolean {
  if (name.startsWith("-")) return false;
  return runGit(root, ["rev-parse", "--quiet", "--verify", `${name}^{commit}`]).status === 0;
}

/** Folders from one to another below it, both included. */
function foldersBetween(top: string, folder: string): string[] {
  const folders = [folder];
  for (let each = folder; each !== top && each !== dirname(each); each = dirname(each)) folders.push(dirname(each));
  return folders;
}

/** The path that a file had at a revision; paths are relative to the repository. */
function pathAt(revision: string, path: string, top: string): string {
  const { stdout } = runGit(top, ["diff", "-z", "--find-renames=25%", "--diff-filter=R", "--name-status", revision]);
  const words = stdout.split("\0");
  for (let at = 0; at + 2 < words.length; at += 3) if (words[at + 2] === path) return words[at + 1] ?? path;
  return path;
}

/**
 * Writes the files of a revision to a temporary folder, without touching the repository. Packages are those of now: each `node_modules`
 * beside the program or above it is linked.
 *
 * @param file path of the program as written on the command line
 * @throws UserError `file-not-found` where the revision has no such file; `temporary-not-writable`
 */
export function checkOut(revision: string, file: string, root: string): Checkout {
  const top = realpathSync(runGit(root, ["rev-parse", "--show-toplevel"]).stdout.trim());
  const temporary = makeTemporaryFolder("revision");
  const [own, folder] = [realpathSync(root), realpathSync(temporary)];
  const remove = (): void => removeTemporaryFolder(temporary);
  try {
    // An index of its own: that of the repository stays as it is.
    const env = { GIT_INDEX_FILE: join(folder, ".heapbook-index") };
    for (const args of [
      ["read-tree", `${revision}^{commit}`],
      ["checkout-index", "--all", "--force", `--prefix=${folder}/`],
    ]) {
      const { status, error } = runGit(top, args, { env });
      if (status !== 0) throw new Error(`git ${args[0]} failed: ${error}`);
    }
    rmSync(join(folder, ".heapbook-index"), { force: true });
    const main = resolve(own, file);
    const path = join(folder, pathAt(revision, relative(top, main), top));
    if (![path, `${path}.js`].some((each) => existsSync(each))) {
      throw new UserError(`${revision} has no file ${file}`, {
        code: "file-not-found",
        hint: "Name a revision that contains the program: `git log -- FILE` lists them.",
      });
    }
    for (const each of foldersBetween(top, dirname(main))) {
      const [modules, link] = [join(each, "node_modules"), join(folder, relative(top, each), "node_modules")];
      if (!existsSync(modules) || existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(modules, link, "junction");
    }
    const there = join(folder, relative(top, own));
    mkdirSync(there, { recursive: true });
    return { root: there, file: relative(there, path), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
