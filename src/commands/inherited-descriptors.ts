import { closeSync, readdirSync, readFileSync } from "node:fs";

/** Flag of a descriptor that programs do not inherit (`O_CLOEXEC` of Linux), in the octal of /proc. */
const CLOSED_ON_EXEC = 0o2000000;

/**
 * Closes the file descriptors that the shell has given to Heapbook besides 0, 1 and 2, so that none of them reaches a cell: Node closes
 * those below 17 for its children, and no others. Linux only. Those that an argument names, such as `/dev/fd/63`, stay open.
 */
export function closeInheritedDescriptors(args: readonly string[]): void {
  if (process.platform !== "linux") return;
  for (const name of readdirSync("/proc/self/fd")) {
    const descriptor = Number(name);
    if (descriptor <= 2 || args.some((each) => each.endsWith(`/fd/${name}`))) continue;
    try {
      const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, "utf8"))?.[1];
      if (flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0) closeSync(descriptor);
    } catch (error) {
      // The descriptor by which this folder was listed is closed by now.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "EBADF") throw error;
    }
  }
}
