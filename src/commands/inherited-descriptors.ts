import { closeSync, readdirSync, readFileSync } from "node:fs";

/** Flag `O_CLOEXEC` of Linux, in the octal form of /proc: programs do not inherit a descriptor with this flag. */
const CLOSED_ON_EXEC = 0o2000000;

/**
 * Closes the file descriptors that Heapbook has inherited from its shell, except 0, 1 and 2, so that no cell inherits
 * them: for its children Node closes only those below 17. Descriptors that an argument names, such as `/dev/fd/63`,
 * stay open. Linux only.
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
      // The descriptor with which this folder was listed is already closed.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "EBADF") throw error;
    }
  }
}
