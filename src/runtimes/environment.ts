import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import type { Environment } from "../model/report-results.ts";
import { currentNodeIdentity, type NodeIdentity } from "../store/fingerprint.ts";

/** What can be said of this machine without starting a process; it does not change while Heapbook runs. */
type Machine = Omit<Environment, "commit" | "measuredAt" | "node" | "v8" | "python" | "platform" | "arch">;

let machine: Machine | undefined;

/**
 * Where and when measuring begins. Asks git once (about 5 ms), so it is called only when something is measured.
 *
 * @param folder of the report, whose commit is recorded
 * @param now the time of the first trial
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
 * The environment of one render, for each runtime and Python in it: read at the first call, which is to be made before the first trial,
 * and kept.
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

/** Node gives 0, nothing, or a number beyond all memory where no container limits it. */
function readMemoryLimit(): number | null {
  const limitBytes = process.constrainedMemory() ?? 0;
  return limitBytes > 0 && limitBytes < totalmem() ? limitBytes : null;
}

/** The version in Heapbook's own package.json. */
export function heapbookVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  throw new Error("Heapbook's package.json has no version.");
}

/**
 * The commit checked out, shortened, with `-dirty` where a tracked file differs from it (as `git describe --dirty` has
 * it: files not tracked do not count). Null without git, without a repository, or before its first commit.
 */
function readCommit(folder: string): string | null {
  const git = spawnSync("git", ["describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 5000,
    // Without this, git may write to the index of a repository that is not ours to touch.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
  const commit = git.status === 0 ? git.stdout.trim() : "";
  return commit === "" ? null : commit;
}
