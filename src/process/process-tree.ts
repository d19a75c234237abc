import { readdirSync, readFileSync } from "node:fs";

/** A process: its id, and what distinguishes it from a later process with the same id. */
export interface FoundProcess {
  readonly pid: number;
  /** Time of its start, in clock ticks since the machine started, as the kernel writes it. */
  readonly started: string;
}

/**
 * Finds processes by their ids with all that descends from them, as of now. Linux only; empty where `/proc` is not mounted or the kernel
 * does not list children. What a process started that has ended since has another parent, and is not found.
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

/** Ids of the processes that a process has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return []; // it has ended, or is no process of this system
  }
}

/** Kills processes that are still those that were found. */
export function killFound(processes: readonly FoundProcess[]): void {
  for (const { pid, started } of processes) {
    if (startOf(pid) !== started) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile, or is another user's.
    }
  }
}

/** Field 22 of `/proc/<pid>/stat`; the second field, a name in brackets, may contain blanks and brackets. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
