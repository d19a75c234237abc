/**
 * Names of the pipes of stdout and stderr. Node lists them after the first write, although they do not keep the event
 * loop open.
 */
const STANDARD: ReadonlySet<string> = new Set(["PipeWrap", "TTYWrap"]);

/**
 * Lists the work that keeps the event loop open, by Node's names, such as `Timeout` or `TCPServerWrap`: one name for
 * each piece of work.
 */
export function listWork(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => !STANDARD.has(kind));
}
