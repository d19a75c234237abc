import os from "node:os";
import type { MachineFact } from "../model/observations.ts";

/**
 * Functions that read each fact in the parent. A cell's process has the same values: same machine, same user, the rest
 * inherited.
 */
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

/** The current value of a fact, as JSON; null if the name is unknown or the system does not provide the fact. */
export function readMachineFact(name: string): string | null {
  if (!isMachineFact(name)) return null;
  try {
    return JSON.stringify([READERS[name]()]);
  } catch (error) {
    // For example a user who is not in the system's list of users, or a network interface that vanishes.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

function isMachineFact(name: string): name is MachineFact {
  return Object.hasOwn(READERS, name);
}
