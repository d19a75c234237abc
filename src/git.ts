import { spawnSync } from "node:child_process";

/** Most bytes that git may print: results of a revision are some hundred MB. */
const MOST_BYTES = 2 ** 30;

/** How git ended. Texts as it wrote them. */
export interface GitRun {
  /** 0 where it did what was asked; null where it could not be started, or took too long. */
  readonly status: number | null;
  readonly stdout: string;
  /** What git, or the system that could not start it, says is wrong. */
  readonly error: string;
}

/**
 * Runs git in a folder, without input.
 *
 * @param env variables beside those of this process
 */
export function runGit(
  folder: string,
  args: readonly string[],
  { env = {}, timeoutMs }: { readonly env?: Readonly<Record<string, string>>; readonly timeoutMs?: number } = {},
): GitRun {
  const { status, stdout, stderr, error } = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    input: "",
    maxBuffer: MOST_BYTES,
    timeout: timeoutMs,
    // Without this, git may write to the index of the author's repository where it only reads.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", ...env },
  });
  return { status, stdout: stdout ?? "", error: (stderr || error?.message) ?? "" };
}

/** Output of git; undefined where it fails, or is not installed. */
export function readGit(folder: string, args: readonly string[]): string | undefined {
  const { status, stdout } = runGit(folder, args);
  return status === 0 ? stdout : undefined;
}
