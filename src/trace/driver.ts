import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { statIfThere } from "../files.ts";

/**
 * Checks the script of `--drive`, which runs in plain Node while the traced program runs. The environment variable
 * `HEAPBOOK_PORT` gives the script the port of the program's server, if there is one. Output of the script goes to
 * stderr.
 *
 * @returns a function that runs the script to its end
 * @throws UserError `file-not-found`, `not-a-script`; the function rejects with `failed-driver` unless the script ends
 *   with exit code 0
 */
export function startDriver(file: string, root: string): (ports: readonly number[]) => Promise<void> {
  const path = resolve(root, file);
  const hint = "--drive takes a .js or .mjs file.";
  const stats = statIfThere(path);
  if (stats === undefined) throw new UserError(`There is no file ${file}.`, { code: "file-not-found", hint });
  if (!stats.isFile() && !stats.isDirectory())
    throw new UserError(`${file} is no script: it is a device or a pipe.`, { code: "not-a-script", hint });
  return ([port]) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, ...(port === undefined ? {} : { HEAPBOOK_PORT: String(port) }) };
      const child = spawn(process.execPath, [path], { cwd: root, env, stdio: ["ignore", 2, "inherit"] });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        if (code === 0) resolve();
        else {
          const end = signal === null ? `exit code ${code}` : signal;
          reject(new UserError(`The driver ${file} ended with ${end}.`, { code: "failed-driver", exitCode: 1 }));
        }
      });
    });
}
