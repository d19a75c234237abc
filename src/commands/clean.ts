import { listRuntimes } from "../runtimes/find-runtime.ts";
import { removeStore } from "../store/store.ts";
import { runtimesFolder } from "../store/store-folder.ts";
import type { Terminal } from "./output.ts";

/**
 * `heapbook clean`: removes what is stored, results and drawings; the next render measures everything anew. Installed
 * runtimes, which are downloaded and not measured, stay unless `runtimes` is set.
 */
export function clean(root: string, terminal: Terminal, options: { readonly runtimes: boolean }): void {
  const removed = removeStore(root, options);
  const kept = listRuntimes(runtimesFolder(root)).length;
  const rest =
    kept === 0 ? "" : `${kept === 1 ? "1 runtime" : `${kept} runtimes`} kept: \`--runtimes\` removes them too.\n`;
  if (!removed && kept === 0) terminal.err("There is no .heapbook here: nothing to remove.\n");
  else if (!removed) terminal.err(`There are no results in .heapbook: nothing to remove. ${rest}`);
  else
    terminal.err(
      `Removed ${kept === 0 ? ".heapbook" : "the results"}: the next render measures everything anew.\n${rest}`,
    );
}
