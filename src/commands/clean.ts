import { formatBytes } from "../analysis/format.ts";
import { listRuntimes } from "../runtimes/find-runtime.ts";
import { removeStore } from "../store/store.ts";
import { checkStoreKind, hasRunningRender, runtimesFolder } from "../store/store-folder.ts";
import { findStoreRoot } from "../store/store-root.ts";
import { pruneStore } from "../store/store-size.ts";
import { plural, type Terminal } from "./output.ts";

interface CleanOptions {
  readonly runtimes: boolean;
  /** Age in ms: only files that no render has used for this time are removed; undefined: all. */
  readonly olderThanMs: number | undefined;
}

/** Removes stored files by age: `heapbook clean --older-than 30d`. */
function removeOld(root: string, terminal: Terminal, olderThanMs: number): void {
  checkStoreKind(root);
  const { files, bytes } = pruneStore(root, { unusedForMs: olderThanMs });
  if (files === 0) terminal.err("Nothing to remove: every stored file was used since then.\n");
  else terminal.err(`Removed ${plural(files, "file")} (${formatBytes(bytes)}) that no render has used since then.\n`);
}

/**
 * `heapbook clean`: removes stored results and drawings, so that the next render measures everything again. Installed runtimes
 * are kept unless `runtimes` is set, because only a download can replace them.
 */
export function clean(cwd: string, terminal: Terminal, options: CleanOptions): void {
  const root = findStoreRoot(cwd, cwd);
  if (options.olderThanMs !== undefined) {
    removeOld(root, terminal, options.olderThanMs);
    return;
  }
  const removed = removeStore(root, options);
  const kept = listRuntimes(runtimesFolder(root)).length;
  const rest =
    kept === 0 ? "" : `${kept === 1 ? "1 runtime" : `${kept} runtimes`} kept: \`--runtimes\` also removes them.\n`;
  const isInUse = hasRunningRender(root);
  if (isInUse) terminal.err("A render runs at this moment: the code of its cells is kept until it ends.\n");
  if (!removed && kept === 0) terminal.err("Nothing to remove: this folder has no .heapbook.\n");
  else if (!removed) terminal.err(`Nothing to remove: .heapbook has no results. ${rest}`);
  else
    terminal.err(
      `Removed ${kept === 0 && !isInUse ? ".heapbook" : "the results"}: the next render measures everything again.\n${rest}`,
    );
}
