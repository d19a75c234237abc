/** Pipes of stdout and stderr, which Node lists after the first write, although they do not keep the event loop open. */
const STANDARD: ReadonlySet<string> = new Set(["PipeWrap", "TTYWrap"]);

/** Work that keeps the event loop open, by Node's names: `Timeout`, `TCPServerWrap`. One name for each piece of work. */
export function listWork(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => !STANDARD.has(kind));
}

/** Whether the event loop has anything left to wait for. */
export function hasWork(): boolean {
  return listWork().length > 0;
}
