import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { runGit } from "../git.ts";
import type { Environment } from "../model/report-results.ts";
import { currentNodeIdentity, type NodeIdentity } from "../store/fingerprint.ts";

/**
 * The properties of the environment that are known without starting a process and do not change while Heapbook runs.
 */
type Machine = Omit<Environment, "commit" | "measuredAt" | "node" | "v8" | "python" | "platform" | "arch">;

let machine: Machine | undefined;

/**
 * Describes machine, runtime, commit and time of a measurement. Starts git once (about 5 ms), so call it only before a trial.
 *
 * @param folder the report's folder; the commit of its repository is recorded
 * @param now time of the first trial
 * @param runtime of the trials; by default the Node that runs Heapbook
 */
export function readEnvironment(
  folder: string = process.cwd(),
  now: Date = new Date(),
  runtime: NodeIdentity = currentNodeIdentity(),
): Environment {
  machine ??= readMachine();
  const { heapbook, ...rest } = machine;
  const { node, v8, platform, arch } = runtime;
  return { heapbook, node, v8, platform, arch, ...rest, commit: readCommit(folder), measuredAt: now.toISOString() };
}

/**
 * Returns a function that gives the environment of one render for any of its runtimes and Pythons. Time and commit are read at
 * the first call: call it before the first trial.
 */
export function createEnvironmentReader(folder: string): (runtime?: NodeIdentity, python?: string) => Environment {
  let environment: Environment | undefined;
  return (runtime = currentNodeIdentity(), python = undefined) => {
    environment ??= readEnvironment(folder);
    const { node, v8, platform, arch } = runtime;
    return { ...environment, node, v8, ...(python === undefined ? {} : { python }), platform, arch };
  };
}

function readMachine(): Machine {
  return {
    heapbook: heapbookVersion(),
    osRelease: release(),
    cpuModel: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    memoryLimitBytes: readMemoryLimit(),
  };
}

/**
 * Memory limit of the container in bytes; null without a limit. Without one, Node reports 0, undefined, or more than
 * the machine's memory.
 */
function readMemoryLimit(): number | null {
  const limitBytes = process.constrainedMemory() ?? 0;
  return limitBytes > 0 && limitBytes < totalmem() ? limitBytes : null;
}

/** Heapbook's version, from its package.json. */
export function heapbookVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  throw new Error("Heapbook's package.json has no version.");
}

/**
 * The short hash of the commit, with `-dirty` if a tracked file differs from it (as `git describe --dirty`: untracked files do
 * not count). Null without git, without a repository, or before the first commit.
 */
function readCommit(folder: string): string | null {
  const args = ["describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"];
  const { status, stdout } = runGit(folder, args, { timeoutMs: 5000 });
  const commit = status === 0 ? stdout.trim() : "";
  return commit === "" ? null : commit;
}
