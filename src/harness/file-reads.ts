/** Observes the files and modules that a cell reads, lists or looks for. */
import { syncBuiltinESMExports } from "node:module";
import { send } from "./channel.ts";
import { observeFiles } from "./observing/files.ts";
import { observeModules } from "./observing/modules.ts";
import { Recorder } from "./observing/recorder.ts";

/**
 * Reports to the parent each file that the cell reads through `node:fs` or Node's loader. A changed file then makes a
 * stored result stale without `inputs`. Called under `min-heap`; under `output` see `surroundings.ts`. Other probes
 * keep the original functions.
 */
export function observeReads(): void {
  const recorder = new Recorder(send);
  observeFiles(recorder);
  observeModules(recorder);
  syncBuiltinESMExports();
}
