import { removeStore } from "../results/store.ts";
import type { Terminal } from "./output.ts";

/** `heapbook clean`: removes what is stored, results and drawings; the next render measures everything anew. */
export function clean(root: string, terminal: Terminal): void {
  terminal.err(
    removeStore(root)
      ? "Removed .heapbook: the next render measures everything anew.\n"
      : "There is no .heapbook here: nothing to remove.\n",
  );
}
