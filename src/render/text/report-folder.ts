import { posix } from "node:path";

/**
 * The argument for `heapbook render`: relative folder of the report; only its name if the report is outside the
 * project.
 */
export function reportFolder(file: string): string {
  const path = file.replaceAll("\\", "/");
  const folder = posix.dirname(path);
  return posix.isAbsolute(path) || path.startsWith("../") || /^[a-z]:/i.test(path) ? posix.basename(folder) : folder;
}
