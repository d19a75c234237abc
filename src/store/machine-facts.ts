import os from "node:os";
import type { MachineFact } from "../model/observations.ts";

/** How each fact is read here. A cell runs on the same machine, as the same user, and inherits the rest. */
const READERS: Readonly<Record<MachineFact, () => unknown>> = {
  hostname: os.hostname,
  user: () => os.userInfo(),
  // Times and clock rates of processors change from moment to moment.
  processors: () => [os.cpus().map(({ model }) => model), os.availableParallelism()],
  memory: os.totalmem,
  network: () => os.networkInterfaces(),
  system: () => [os.type(), os.release(), os.version(), os.machine()],
  priority: () => os.getPriority(),
  umask: () => process.umask(),
  groups: () => [
    process.getuid?.(),
    process.geteuid?.(),
    process.getgid?.(),
    process.getegid?.(),
    process.getgroups?.(),
  ],
  "time zone": () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** A fact as it is now, as JSON; null where there is none of this name, or the system does not say it. */
export function readMachineFact(name: string): string | null {
  if (!isMachineFact(name)) return null;
  try {
    return JSON.stringify([READERS[name]()]);
  } catch (error) {
    // A user without an entry in the list of users, an interface that vanishes.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

function isMachineFact(name: string): name is MachineFact {
  return Object.hasOwn(READERS, name);
}
