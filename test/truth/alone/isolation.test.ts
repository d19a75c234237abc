import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { trialFlags } from "../../../src/experiment/probe-flags.ts";
import type { ProbeName } from "../../../src/model/probes.ts";
import { runCell } from "../../helpers/trial-runner.ts";

// Nothing but Node's own modules and the cell is in a measured process: importing zod alone would move its heap from 3.1 to
// 6.9 MiB (docs/measurement.md#start-up-heap).

const PROBES: readonly ProbeName[] = ["output", "peak", "bracket", "allocated", "gc", "time", "min-heap"];

/** Shown by a failure, so that it works under probes that keep no outputs. */
/**
 * V8's threads would still be compiling at the reading, or not. With inline allocation, Node 20 counts a whole piece of old space, up to
 * 256 KB, as used at its first object: under `output`, 18 KB more read as 233. What is loaded depends on neither.
 */
const steadyFlags = (probe: ProbeName): readonly string[] =>
  probe === "output" ? ["--single-threaded", "--no-inline-new"] : ["--single-threaded"];
const throwing = (expression: string): string => `throw new Error(JSON.stringify(${expression}));`;

async function thrown(expression: string, probe: ProbeName): Promise<unknown> {
  const { failure } = await runCell(throwing(expression), { probe, flags: steadyFlags(probe) });
  if (failure?.kind !== "exception") throw new Error(`the cell did not run: ${JSON.stringify(failure)}`);
  return JSON.parse(failure.message);
}

/**
 * How much more than bare Node a process may have in its heap. 0.6 MB when written: the loader of ES modules from files, the harness,
 * process.stdout. `peak` rehearses its regions first: the code that V8 makes of them is in its base. Under `bracket` V8 makes baseline
 * code of all that runs (`--always-sparkplug`), Node's own loader too. With one thread `gc` has 0.91 MB, with several 0.67 MB, or on a busy machine 0.91 MB.
 */
const MOST_BYTES: Partial<Record<ProbeName, number>> = { gc: 1_000_000, peak: 1_100_000, bracket: 2_600_000 };

/** Loading the same takes more bytes in later versions: 0.9 to 1.7 MB under the probes but `bracket` on Node 24 and 26, where Node 20 has 0.6 to 1.0. */
const SHARE_OF_NODE_20 = Number.parseInt(process.versions.node, 10) < 22 ? 1 : 1.6;

/** Under `allocated` Node 20 and 21 count the page of the first new object as used, whole (docs/measurement.md#allocated). */
function countedPageBytes(probe: ProbeName): number {
  return probe === "allocated" && Number.parseInt(process.versions.node, 10) <= 21 ? 257_720 : 0;
}

describe.each(PROBES)("a process under the %s probe", (probe) => {
  it("has loaded no package, and nothing by require", async () => {
    const cached = '(await import("node:module")).createRequire(import.meta.url).cache';
    expect(await thrown(`Object.keys(${cached})`, probe)).toEqual([]);
    const natives = (await thrown("process.moduleLoadList", probe)) as string[];
    expect(natives.length).toBeGreaterThan(50);
    // What of Node itself is loaded: no network, no child processes, no compression.
    const heavy = [
      "http",
      "https",
      "net",
      "tls",
      "child_process",
      "zlib",
      "worker_threads",
      "inspector",
      "crypto",
      "assert",
    ];
    expect(natives.filter((name) => heavy.includes(name.replace("NativeModule ", "")))).toEqual([]);
  });

  it("has little more in its heap than bare Node", async () => {
    const read = "(globalThis.gc(), globalThis.gc(), process.memoryUsage().heapUsed)";
    const bare = Number(
      execFileSync(
        process.execPath,
        [...trialFlags(probe, steadyFlags(probe)), "--input-type=module", "-e", `console.log(${read})`],
        {
          encoding: "utf8",
        },
      ),
    );
    const measured = ((await thrown(read, probe)) as number) - countedPageBytes(probe);
    expect(measured - bare).toBeLessThan((MOST_BYTES[probe] ?? 800_000) * SHARE_OF_NODE_20);
  });
});
