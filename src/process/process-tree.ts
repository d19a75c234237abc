import { readdirSync, readFileSync } from "node:fs";

/** A process, identified by id and start time, because a later process can have the same id. */
export interface FoundProcess {
  readonly pid: number;
  /** Start time in clock ticks since the machine started, as the kernel writes it. */
  readonly started: string;
}

/**
 * Finds the processes with these ids and all their descendants at this moment. Descendants of a process that has
 * already ended have another parent and are not found. Linux only; empty if `/proc` is not mounted or the kernel does
 * not list children.
 */
export function findWithDescendants(pids: readonly number[]): FoundProcess[] {
  const found = new Map<number, string>();
  const waiting = [...pids];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const started = startOf(pid);
    if (started === undefined || found.has(pid)) continue;
    found.set(pid, started);
    waiting.push(...childrenOf(pid));
  }
  return [...found].map(([pid, started]) => ({ pid, started }));
}

/** Ids of the running processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return []; // the process has ended, or the system has no /proc
  }
}

/** Kills the found processes that still run. Skips ids that now belong to another process. */
export function killFound(processes: readonly FoundProcess[]): void {
  for (const { pid, started } of processes) {
    if (startOf(pid) !== started) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has ended meanwhile, or belongs to another user.
    }
  }
}

/**
 * Start time of a process: field 22 of `/proc/<pid>/stat`. The second field, a name in brackets, may contain blanks and
 * brackets.
 */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
