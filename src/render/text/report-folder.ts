import { posix } from "node:path";

/** The folder to give to `heapbook render`, relative; a report that lies elsewhere goes by its name alone. */
export function reportFolder(file: string): string {
  const path = file.replaceAll("\\", "/");
  const folder = posix.dirname(path);
  return posix.isAbsolute(path) || path.startsWith("../") || /^[a-z]:/i.test(path) ? posix.basename(folder) : folder;
}
