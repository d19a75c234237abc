import os from "node:os";
import { watch } from "./files.ts";
import type { Recorder } from "./recorder.ts";

/** Observes what Node itself reads of the environment, without `process.env`: folders of the user, and diagnostic reports. */
export function observeMachine(recorder: Recorder): void {
  const note = (name: string): void => recorder.observe("env", name);
  watch(os, "homedir", () => note("HOME"));
  watch(os, "tmpdir", () => ["TMPDIR", "TMP", "TEMP"].forEach(note));
  const { report } = process;
  if (report === undefined) return;
  for (const name of ["getReport", "writeReport"]) watch(report, name, () => recorder.listsEnvironment());
}
