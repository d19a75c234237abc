import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { runGit } from "../git.ts";
import { makeTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts";

/** A copy of a git revision in a temporary folder. */
export interface Checkout {
  /** Folder in the copy that corresponds to the command's working directory. */
  readonly root: string;
  /** Path of the program in the copy, relative to `root`. At that revision the file may have had another path. */
  readonly file: string;
  remove(): void;
}

/** Whether a name is a revision of the git repository that contains a folder. */
export function isRevision(name: string, root: string): boolean {
  if (name.startsWith("-")) return false;
  return runGit(root, ["rev-parse", "--quiet", "--verify", `${name}^{commit}`]).status === 0;
}

/** All folders from `top` down to `folder`, both included. */
function foldersBetween(top: string, folder: string): string[] {
  const folders = [folder];
  for (let each = folder; each !== top && each !== dirname(each); each = dirname(each)) folders.push(dirname(each));
  return folders;
}

/** The path that a file had at a revision. Both paths are relative to the repository. */
function pathAt(revision: string, path: string, top: string): string {
  const { stdout } = runGit(top, ["diff", "-z", "--find-renames=25%", "--diff-filter=R", "--name-status", revision]);
  const words = stdout.split("\0");
  for (let at = 0; at + 2 < words.length; at += 3) if (words[at + 2] === path) return words[at + 1] ?? path;
  return path;
}

/**
 * Writes the files of a git revision to a temporary folder, without changing the repository. Installed packages are the
 * present ones: `node_modules` folders beside the program and above it are linked.
 *
 * @param file path of the program as written on the command line
 * @throws UserError `file-not-found` if the revision has no such file; `temporary-not-writable`
 */
export function checkOut(revision: string, file: string, root: string): Checkout {
  const top = realpathSync(runGit(root, ["rev-parse", "--show-toplevel"]).stdout.trim());
  const temporary = makeTemporaryFolder("revision");
  const [own, folder] = [realpathSync(root), realpathSync(temporary)];
  const remove = (): void => removeTemporaryFolder(temporary);
  try {
    // A separate index, so that the repository's own index stays unchanged.
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
      throw new UserError(`${revision} has no file ${file}.`, {
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
