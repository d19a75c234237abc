import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Marks of processes that the kernel passes on: the filter of core dumps (core(5)) is inherited by children and kept by `execve`, whatever
 * environment and session they have. It changes nothing but which mappings a core dump contains. Linux only, and kernels that write core dumps.
 */

/** Bits that a mark may set: file mappings, huge pages and DAX pages. Those of anonymous mappings and ELF headers stay as they are. */
const FREE_BITS = [2, 3, 5, 6, 7, 8];
const KEPT_BITS = 0b10011;
/** The kernel's filter, where this process has none of its own. */
const USUAL = 0x33;

/** Marks of trials that run now. */
const taken = new Set<number>();

/** Ids of all processes; empty where `/proc` is not mounted. */
export function listProcesses(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** The filter of a process; undefined where it has ended or the system has no filters. */
export function filterOf(pid: string | number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/coredump_filter`, "latin1").trim();
    return text === "" ? undefined : Number.parseInt(text, 16);
  } catch {
    return undefined;
  }
}

/**
 * Gives a process a filter that no process of the machine has. What the process starts from then on inherits the filter.
 * @returns the filter, to be given back by `releaseFilter`; undefined where the system has none or all are in use
 */
export function setFilter(pid: number): number | undefined {
  const own = filterOf("self");
  if (own === undefined) return undefined;
  const used = new Set([USUAL, own, ...taken]);
  const free = Array.from({ length: 2 ** FREE_BITS.length }, (_, choice) =>
    FREE_BITS.reduce((value, bit, index) => value | (((choice >> index) & 1) << bit), own & KEPT_BITS),
  ).filter((value) => !used.has(value));
  while (free.length > 0) {
    const [filter = USUAL] = free.splice(Math.floor(Math.random() * free.length), 1);
    if (!writeFilter(pid, filter)) return undefined;
    // After writing: of two Heapbooks that choose the same at the same time, one sees the other.
    if (listProcesses().some((other) => Number(other) !== pid && filterOf(other) === filter)) continue;
    taken.add(filter);
    return filter;
  }
  writeFilter(pid, own);
  return undefined;
}

/** @returns whether it was written: not where the process has ended */
function writeFilter(pid: number, filter: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/coredump_filter`, `0x${filter.toString(16)}`);
    return true;
  } catch {
    return false;
  }
}

/** Gives a filter back when no process has it any longer. */
export function releaseFilter(filter: number | undefined): void {
  if (filter !== undefined) taken.delete(filter);
}

/** A filter as the kernel writes it in `/proc/<pid>/coredump_filter`. */
export function filterText(filter: number): string {
  return filter.toString(16).padStart(8, "0");
}
