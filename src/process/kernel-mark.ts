import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Marks of processes that the kernel itself passes on to child processes.
 *
 * The mark is the filter of core dumps (core(5)). Children inherit it, and `execve` keeps it, whatever their
 * environment and session. It only decides which mappings a core dump contains. Works on Linux only, with kernels that
 * write core dumps.
 */

/**
 * Bits of the filter that a mark may set: file mappings, huge pages and DAX pages. Bits of anonymous mappings and ELF
 * headers keep their values.
 */
const FREE_BITS = [2, 3, 5, 6, 7, 8];
const KEPT_BITS = 0b10011;
/** The kernel's default filter of core dumps. */
const USUAL = 0x33;

/** Filters of core dumps that are in use as marks of running trials. */
const taken = new Set<number>();

/** Ids of all processes; empty where `/proc` is not mounted. */
export function listProcesses(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Filter of core dumps of a process; undefined if the process has ended or the system has no such filters. */
export function filterOf(pid: string | number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/coredump_filter`, "latin1").trim();
    return text === "" ? undefined : Number.parseInt(text, 16);
  } catch {
    return undefined;
  }
}

/**
 * Gives a process a filter of core dumps that no other process on the machine has. Processes that it starts later
 * inherit the filter.
 * @returns the filter, to be released by `releaseFilter`; undefined if the system has no filters or all are in use
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
    // Checked after writing, so that two Heapbooks that choose the same filter at the same time notice each other.
    if (listProcesses().some((other) => Number(other) !== pid && filterOf(other) === filter)) continue;
    taken.add(filter);
    return filter;
  }
  writeFilter(pid, own);
  return undefined;
}

/** Sets the filter of a process. @returns whether it was set; false if the process has ended */
function writeFilter(pid: number, filter: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/coredump_filter`, `0x${filter.toString(16)}`);
    return true;
  } catch {
    return false;
  }
}

/** Makes a filter available again. Call it when no process has the filter any longer. */
export function releaseFilter(filter: number | undefined): void {
  if (filter !== undefined) taken.delete(filter);
}

/** Text of a filter as the kernel writes it in `/proc/<pid>/coredump_filter`. */
export function filterText(filter: number): string {
  return filter.toString(16).padStart(8, "0");
}
