import { spawnSync } from "node:child_process";

/** Most bytes that git may print: the results of one revision can be some hundred MB. */
const MOST_BYTES = 2 ** 30;

/** The end of a git command, with its output as text. */
export interface GitRun {
  /** Exit code: 0 for success; null if git could not be started or took too long. */
  readonly status: number | null;
  readonly stdout: string;
  /** Message of git about an error, or of the system that could not start git. */
  readonly error: string;
}

/**
 * Runs git in a folder, with empty stdin.
 *
 * @param env environment variables added to those of this process
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
    // Without this variable, git may write to the index of the author's repository although it only reads.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", ...env },
  });
  return { status, stdout: stdout ?? "", error: (stderr || error?.message) ?? "" };
}

/** Output of a git command; undefined if git fails or is not installed. */
export function readGit(folder: string, args: readonly string[]): string | undefined {
  const { status, stdout } = runGit(folder, args);
  return status === 0 ? stdout : undefined;
}
