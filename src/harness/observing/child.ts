/**
 * The first module that a Node process or worker thread started by a cell loads. Observes what that process reads, as
 * the cell's own process does, and appends the records to the file named by `HEAPBOOK_OBSERVED`. `npm run build`
 * bundles this module into one file.
 */
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { observeEnvironment } from "./environment.ts";
import { observeFiles } from "./files.ts";
import { observeImports } from "./imports.ts";
import { observeMachine } from "./machine.ts";
import { observeModules } from "./modules.ts";
import { observeProcesses, preloadOption, RECORDS_KEY } from "./processes.ts";
import { Recorder } from "./recorder.ts";

const records = process.env["HEAPBOOK_OBSERVED"] ?? getEnvironmentData(RECORDS_KEY);
if (typeof records === "string") {
  setEnvironmentData(RECORDS_KEY, undefined);
  const append = appendFileSync;
  const module = fileURLToPath(import.meta.url);
  const pythonFolder = resolve(dirname(module), "../python/observing");
  // The program must see only the variables that its parent gave it.
  delete process.env["HEAPBOOK_OBSERVED"];
  restore("NODE_OPTIONS", `${preloadOption(module)} `, preloadOption(module));
  restore("PYTHONPATH", `${pythonFolder}:`, pythonFolder);
  const recorder = new Recorder((record) => append(records, `${JSON.stringify(record)}\n`));
  observeFiles(recorder);
  observeModules(recorder);
  observeMachine(recorder);
  observeProcesses(recorder, { module, pythonFolder, records, environment: observeEnvironment(recorder) });
  observeImports(records, new URL("./", pathToFileURL(module)).href, false);
  syncBuiltinESMExports();
}

function restore(name: string, ...added: readonly string[]): void {
  let value = process.env[name];
  if (value === undefined) return;
  for (const part of added) value = value.replace(part, "");
  if (value === "") delete process.env[name];
  else process.env[name] = value;
}
