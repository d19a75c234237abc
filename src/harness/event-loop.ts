/** Pipes of stdout and stderr, which Node lists after the first write, although they do not keep the event loop open. */
const STANDARD: ReadonlySet<string> = new Set(["PipeWrap", "TTYWrap"]);

/** Work that keeps the event loop open, by Node's names: `Timeout`, `TCPServerWrap`. One name for each piece of work. */
export function listWork(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => !STANDARD.has(kind));
}
