/**
 * Observes everything that a cell's result depends on besides its code: files, modules, environment variables,
 * programs, threads.
 */
import { existsSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ASKS_MACHINE, MAY_START } from "../model/observations.ts";
import type { TrialMessage } from "../model/records.ts";
import { send } from "./channel.ts";
import { observeEnvironment } from "./observing/environment.ts";
import { observeFiles } from "./observing/files.ts";
import { observeImports } from "./observing/imports.ts";
import { observeModules } from "./observing/modules.ts";
import { Recorder } from "./observing/recorder.ts";
import { keepOutputWhole } from "./observing/whole-output.ts";

/** Matches code that may hold memory which no metric contains. */
const MAY_BE_UNSEEN = /\b(?:WebAssembly|maxByteLength|SharedArrayBuffer)\b/;

/**
 * Reports to the parent what the cell observes, and what the cell uses that may read files unobserved (such as programs
 * and addons). Called under `output` only, which measures nothing. Measured processes have the plain `process.env` and
 * the original functions.
 *
 * @param bundle absolute path of the cell's bundle
 */
export async function observeSurroundings(bundle: string): Promise<void> {
  // Copied before the functions are wrapped, because named imports are live bindings.
  const [read, exists] = [readFileSync, existsSync];
  const code = read(bundle, "utf8");
  const records = `${bundle}.${process.pid}.observed`;
  const harness = dirname(process.argv[1] ?? "");
  // Loaded only for cells that may start processes: `node:child_process` loads Node's whole network code, `node:os` and
  // diagnostic reports.
  const mayStart = MAY_START.test(code);
  const processes = mayStart ? await import("./observing/processes.ts") : undefined;
  const namesSqlite = /["']node:sqlite["']/.test(code);
  const recorder = new Recorder(send);
  keepOutputWhole();
  observeFiles(recorder);
  observeModules(recorder);
  const environment = observeEnvironment(recorder);
  if (mayStart || ASKS_MACHINE.test(code)) {
    (await import("./observing/machine.ts")).observeMachine(recorder);
  }
  processes?.observeProcesses(recorder, {
    module: join(harness, "observe-child.cjs"),
    pythonFolder: resolve(harness, "../python/observing"),
    records,
    environment,
  });
  processes?.reportOtherStarts(recorder, code);
  // Only computed imports need hooks: an import of a literal name is part of the bundle.
  if (/\bimport\s*\(|\bimport\.meta\.resolve\b/.test(code)) {
    observeImports(records, `${pathToFileURL(harness).href}/`, namesSqlite);
  }
  // After the import hooks, which Node runs in a thread of its own.
  if (mayStart || MAY_BE_UNSEEN.test(code)) {
    await (await import("./observing/unseen-memory.ts")).observeUnseenMemory(code);
  }
  syncBuiltinESMExports();
  // Loads the module here, so that its functions are wrapped before the bundle imports it.
  if (namesSqlite) process.getBuiltinModule("node:sqlite");
  process.on("exit", () => {
    if (!exists(records)) return;
    for (const line of read(records, "utf8").split("\n")) {
      // A killed program may have written half a line.
      if (line.startsWith("{") && line.endsWith("}")) send(JSON.parse(line) as TrialMessage);
    }
  });
}
