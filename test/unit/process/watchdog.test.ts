import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { filterOf, releaseFilter, setFilter } from "../../../src/process/kernel-mark.ts";
import { createMark, killMarked, MARK } from "../../../src/process/watchdog.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** A process that waits, with these variables in its environment alone. */
function startSleeper(env: Readonly<Record<string, string>>): ChildProcess & { readonly pid: number } {
  const child = spawn("/bin/sleep", ["60"], { env: { PATH: "/usr/bin:/bin", ...env }, stdio: "ignore" });
  started.push(child);
  return child as ChildProcess & { readonly pid: number };
}

const hasFilters = filterOf("self") !== undefined;

describe.runIf(hasFilters)("processes with the filter of core dumps of a trial that has ended", () => {
  it("are killed, unless they are another trial's", async () => {
    const unmarked = startSleeper({});
    const other = startSleeper({ [MARK]: createMark() });
    const filter = setFilter(unmarked.pid);
    expect(filter).toBeDefined();
    releaseFilter(filter);
    // A second Heapbook may choose it after the trial has ended, and before its processes are looked for.
    writeFileSync(`/proc/${other.pid}/coredump_filter`, `0x${filter?.toString(16)}`);
    const ended = once(unmarked, "exit");
    killMarked(createMark(), filter);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    expect(filterOf(other.pid)).toBe(filter);
  });

  it("no two have the same", () => {
    const filters = Array.from({ length: 20 }, () => setFilter(startSleeper({}).pid));
    expect(new Set(filters).size).toBe(20);
    for (const filter of filters) releaseFilter(filter);
  });
});
