import { posix } from "node:path";

/** The argument of `heapbook render`: the relative folder of the report, or its name for a report outside the project. */
export function reportFolder(file: string): string {
  const path = file.replaceAll("\\", "/");
  const folder = posix.dirname(path);
  return posix.isAbsolute(path) || path.startsWith("../") || /^[a-z]:/i.test(path) ? posix.basename(folder) : folder;
}
