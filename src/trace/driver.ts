import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../errors.ts";
import { statIfThere } from "../files.ts";
import type { ProgramSpec } from "../process/run-program.ts";
import { createMark, killMarked, MARK, watchTrial } from "../process/watchdog.ts";

/**
 * Checks the script of `--drive`, which runs in plain Node while the traced program runs. The environment variable
 * `HEAPBOOK_PORT` gives the script the port of the program's server, if there is one. Output of the script goes to
 * stderr.
 *
 * @returns a function that runs the script to its end, or until the program has ended
 * @throws UserError `file-not-found`, `not-a-script`; the function rejects with `failed-driver` unless the script ends
 *   with exit code 0
 */
export function startDriver(file: string, root: string): NonNullable<ProgramSpec["drive"]> {
  const path = resolve(root, file);
  const hint = "--drive takes a .js or .mjs file.";
  const stats = statIfThere(path);
  if (stats === undefined) throw new UserError(`There is no file ${file}.`, { code: "file-not-found", hint });
  if (!stats.isFile() && !stats.isDirectory())
    throw new UserError(`${file} is no script: it is a device or a pipe.`, { code: "not-a-script", hint });
  return async ([port], ended) => {
    const end = await runScript(path, root, port, ended);
    if (end === undefined || ended.aborted) return;
    const line = lineOfError(end.stderr, path);
    throw new UserError(`The driver ${file} ended with ${end.how}.`, {
      code: "failed-driver",
      exitCode: 1,
      ...(line === undefined ? {} : { position: { file, line } }),
    });
  };
}

/** Time between SIGTERM and SIGKILL of a script whose program has ended, in ms. */
const CLOSING_MS = 500;
/** Time after the script's end in which its last output to stderr must have come, in ms. */
const STDERR_MS = 500;

/** Number of characters at the end of the script's stderr in which the place of its error is looked for. */
const KEPT_STDERR = 65_536;

/** How a script failed: in words, and the end of what it printed to stderr. */
interface FailedScript {
  readonly how: string;
  readonly stderr: string;
}

/**
 * Line of a script at which its last error was thrown; undefined where stderr names none. Node prints the place of an uncaught error
 * on a line of its own (`file:///load.mjs:3`), or only in the stack, whose first frames may be of other files.
 * @param path absolute path of the script
 */
export function lineOfError(stderr: string, path: string): number | undefined {
  const places = [path, pathToFileURL(path).href];
  const lineIn = (text: string): number | undefined => {
    for (const place of places) {
      const start = text.lastIndexOf(`${place}:`);
      const number = start < 0 ? undefined : /^\d+/.exec(text.slice(start + place.length + 1))?.[0];
      if (number !== undefined) return Number(number);
    }
    return undefined;
  };
  const isFrame = (text: string): boolean => /^\s+at /.test(text);
  const lines = stderr.split("\n");
  const last = lines.findLastIndex((text) => lineIn(text) !== undefined);
  let found = lineIn(lines[last] ?? "");
  for (let index = last - 1; index >= 0 && isFrame(lines[index + 1] ?? ""); index -= 1)
    found = lineIn(lines[index] ?? "") ?? found;
  return found;
}

/**
 * Runs a script until it ends or `ended` aborts. The watchdog kills the script and what the script started when Heapbook is gone.
 * @returns how the script failed; undefined for exit code 0
 */
function runScript(
  path: string,
  root: string,
  port: number | undefined,
  ended: AbortSignal,
): Promise<FailedScript | undefined> {
  const mark = createMark();
  const ports = port === undefined ? {} : { HEAPBOOK_PORT: String(port) };
  const child = spawn(process.execPath, [path], {
    cwd: root,
    env: { ...process.env, ...ports, [MARK]: mark },
    stdio: ["ignore", 2, "pipe"],
    detached: true,
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    process.stderr.write(text);
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  const { pid } = child;
  const endWatch = pid === undefined ? () => {} : watchTrial(pid, mark, undefined);
  const kill = (): void => {
    child.kill("SIGKILL");
    killMarked(mark, undefined);
  };
  let closing: NodeJS.Timeout | undefined;
  const close = (): void => {
    child.kill("SIGTERM");
    closing = setTimeout(kill, CLOSING_MS);
  };
  process.on("exit", kill);
  ended.addEventListener("abort", close);
  return new Promise<FailedScript | undefined>((resolve, reject) => {
    child.once("error", reject);
    const settle = (code: number | null, signal: string | null): void =>
      resolve(code === 0 ? undefined : { how: signal ?? `exit code ${code}`, stderr });
    // All of stderr has come by `close`. What the script started may hold stderr open, so the wait is short.
    child.once("close", settle);
    child.once("exit", (code, signal) => setTimeout(settle, STDERR_MS, code, signal).unref());
  }).finally(() => {
    endWatch();
    clearTimeout(closing);
    process.off("exit", kill);
    ended.removeEventListener("abort", close);
  });
}
