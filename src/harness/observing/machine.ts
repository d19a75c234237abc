import os from "node:os";
import type { MachineFact } from "../../model/observations.ts";
import { watch } from "./files.ts";
import type { Recorder } from "./recorder.ts";

/** Facts about the machine, by the function of `node:os` that returns them. */
const OF_OS: Readonly<Record<string, MachineFact>> = {
  hostname: "hostname",
  userInfo: "user",
  cpus: "processors",
  availableParallelism: "processors",
  totalmem: "memory",
  networkInterfaces: "network",
  release: "system",
  version: "system",
  machine: "system",
  type: "system",
  getPriority: "priority",
};

/** Facts about the machine, by the function of `process` that returns them. */
const OF_PROCESS: Readonly<Record<string, MachineFact>> = {
  umask: "umask",
  getuid: "groups",
  geteuid: "groups",
  getgid: "groups",
  getegid: "groups",
  getgroups: "groups",
  constrainedMemory: "memory",
};

/**
 * Observes what Node's own functions read of the environment and the machine: the user's folders and name, processors,
 * diagnostic reports.
 */
export function observeMachine(recorder: Recorder): void {
  const note = (name: string): void => recorder.observe("env", name);
  const noteFact = (fact: MachineFact) => (): void => recorder.observe("machine", fact);
  watch(os, "homedir", () => note("HOME"));
  watch(os, "tmpdir", () => ["TMPDIR", "TMP", "TEMP"].forEach(note));
  for (const [name, fact] of Object.entries(OF_OS)) watch(os, name, noteFact(fact));
  for (const [name, fact] of Object.entries(OF_PROCESS)) watch(process, name, noteFact(fact));
  observeNavigator(noteFact("processors"));
  const { report } = process;
  if (report === undefined) return;
  for (const name of ["getReport", "writeReport"])
    watch(report, name, () => {
      recorder.listsEnvironment();
      for (const fact of new Set(Object.values(OF_OS))) recorder.observe("machine", fact);
    });
}

/**
 * Observes `navigator.hardwareConcurrency` (Node 21 and later). Its other properties depend only on the runtime or the
 * locale.
 */
function observeNavigator(noteProcessors: () => void): void {
  const { Navigator } = globalThis as { Navigator?: { readonly prototype: object } };
  if (Navigator === undefined) return;
  const name = "hardwareConcurrency";
  const property = Object.getOwnPropertyDescriptor(Navigator.prototype, name);
  const { get } = property ?? {};
  if (property === undefined || get === undefined) return;
  Object.defineProperty(Navigator.prototype, name, {
    ...property,
    get(this: object) {
      noteProcessors();
      return Reflect.apply(get, this, []);
    },
  });
}
