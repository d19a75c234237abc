import { listRuntimes } from "../runtimes/find-runtime.ts";
import { removeStore } from "../store/store.ts";
import { hasRunningRender, runtimesFolder } from "../store/store-folder.ts";
import type { Terminal } from "./output.ts";

/**
 * `heapbook clean`: removes stored results and drawings, so that the next render measures everything again. Installed runtimes
 * are kept unless `runtimes` is set, because only a download can replace them.
 */
export function clean(root: string, terminal: Terminal, options: { readonly runtimes: boolean }): void {
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
