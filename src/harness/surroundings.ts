/** Observes all that a cell's result depends on besides its code: files, modules, environment variables, programs, threads. */
import { existsSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { TrialMessage } from "../model/records.ts";
import { send } from "./channel.ts";
import { observeEnvironment } from "./observing/environment.ts";
import { observeFiles } from "./observing/files.ts";
import { observeImports } from "./observing/imports.ts";
import { observeModules } from "./observing/modules.ts";
import { observeProcesses } from "./observing/processes.ts";
import { Recorder } from "./observing/recorder.ts";

/**
 * Reports to the parent what the cell observes, and what may read files that nothing observes. Called under `output` only, which
 * measures nothing: a measured process has the plain `process.env` and the original functions.
 *
 * @param bundle absolute path of the cell's bundle
 */
export function observeSurroundings(bundle: string): void {
  // Taken before they are wrapped: named imports are live.
  const [read, exists] = [readFileSync, existsSync];
  const code = read(bundle, "utf8");
  const records = `${bundle}.${process.pid}.observed`;
  const harness = dirname(process.argv[1] ?? "");
  const recorder = new Recorder(send);
  observeFiles(recorder);
  observeModules(recorder);
  observeProcesses(recorder, {
    module: pathToFileURL(join(harness, "observe-child.js")).href,
    pythonFolder: resolve(harness, "../python/observing"),
    records,
    environment: observeEnvironment(recorder),
  });
  // An import of a literal name is part of the bundle.
  if (/\bimport\s*\(/.test(code)) observeImports(records);
  if (/["'](?:node:)?sqlite["']/.test(code)) recorder.unobserved("`node:sqlite`");
  syncBuiltinESMExports();
  process.on("exit", () => {
    if (!exists(records)) return;
    for (const line of read(records, "utf8").split("\n")) {
      // A program that was killed may have written half a line.
      if (line.startsWith("{") && line.endsWith("}")) send(JSON.parse(line) as TrialMessage);
    }
  });
}
