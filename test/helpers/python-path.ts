import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/**
 * Puts the folder of the interpreter first in the PATH where `python3` is a program that starts another one. A shim of pyenv starts
 * some thirty processes before the interpreter, at every render of a test; the interpreter is the same without it.
 */
export function setup(): void {
  const path = process.env["PATH"] ?? "";
  const program = path
    .split(delimiter)
    .map((folder) => join(folder, "python3"))
    .find((file) => existsSync(file));
  if (program === undefined) return;
  let executable: string;
  try {
    const args = ["-c", "import sys; print(sys.executable)"];
    executable = execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return; // it is no Python that works, and tests show that
  }
  if (executable === "" || realpathSync(executable) === realpathSync(program)) return;
  process.env["PATH"] = `${dirname(executable)}${delimiter}${path}`;
}
