import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "./errors.ts";
import type { RenderedFile } from "./render/renderer.ts";

function notWritable(folder: string, cause: unknown): UserError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new UserError(`the output folder ${folder} cannot be written (${reason})`, {
    code: "output-not-writable",
    hint: "Name another one with `-o folder`, or make room and allow writing there.",
    cause,
  });
}

/**
 * Makes sure that files can be written to a folder, before anything runs.
 * @throws UserError `output-not-writable`
 */
export function checkOutputFolder(folder: string): void {
  // The folder need not be there yet: then the nearest one that is must let it be made.
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
    readdirSync(existing); // a file where a folder is needed
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** Whether a file holds just these bytes already; then its time stamp is left alone too. */
function isCurrent(path: string, contents: Uint8Array): boolean {
  return existsSync(path) && Buffer.compare(readFileSync(path), contents) === 0;
}

/**
 * Writes the files of a report, each by a rename, so that a reader (or a crash) meets the old file or the new one, never half.
 * @throws UserError `output-not-writable`
 */
export function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  try {
    for (const file of files) {
      const path = join(folder, file.path);
      const contents = typeof file.contents === "string" ? Buffer.from(file.contents, "utf8") : file.contents;
      if (isCurrent(path, contents)) continue;
      mkdirSync(dirname(path), { recursive: true });
      const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
      writeFileSync(temporary, contents);
      renameSync(temporary, path);
    }
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** Removes figures of an earlier render whose cells are gone. */
export function removeStaleFigures(folder: string, files: readonly RenderedFile[], labels: ReadonlySet<string>): void {
  const figures = join(folder, "figures");
  if (!existsSync(figures)) return;
  const written = new Set(files.map((file) => file.path));
  for (const name of readdirSync(figures)) {
    const label = name.replace(/(-\d+)?(\.vl\.json|\.svg|\.csv)$/, "");
    if (label === name || labels.has(label) || written.has(`figures/${name}`)) continue;
    rmSync(join(figures, name), { force: true });
  }
}
