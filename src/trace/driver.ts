import { spawn } from "node:child_process";
import { resolve } from "node:path";
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
    throw new UserError(`The driver ${file} ended with ${end}.`, { code: "failed-driver", exitCode: 1 });
  };
}

/** Time between SIGTERM and SIGKILL of a script whose program has ended, in ms. */
const CLOSING_MS = 500;

/**
 * Runs a script until it ends or `ended` aborts. The watchdog kills the script and what the script started when Heapbook is gone.
 * @returns how the script failed, in words; undefined for exit code 0
 */
function runScript(
  path: string,
  root: string,
  port: number | undefined,
  ended: AbortSignal,
): Promise<string | undefined> {
  const mark = createMark();
  const ports = port === undefined ? {} : { HEAPBOOK_PORT: String(port) };
  const child = spawn(process.execPath, [path], {
    cwd: root,
    env: { ...process.env, ...ports, [MARK]: mark },
    stdio: ["ignore", 2, "inherit"],
    detached: true,
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
  return new Promise<string | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  }).finally(() => {
    endWatch();
    clearTimeout(closing);
    process.off("exit", kill);
    ended.removeEventListener("abort", close);
  });
}
