import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** A folder of a test's own, outside the checkout, so that nothing resolves by accident. */
export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  read(name: string): string;
  write(name: string, contents: string): void;
  /** Paths of all files below a folder, sorted; empty where there is no such folder. */
  list(name?: string): string[];
  /** Hash of every file below the folders, by path. */
  snapshot(...names: readonly string[]): Record<string, string>;
}

/** Opens a folder that is already there. */
export function openWorkspace(folder: string): Workspace {
  const path = (name: string): string => join(folder, name);
  const list = (name = "."): string[] => {
    const start = path(name);
    if (statSync(start, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return (
      readdirSync(start, { recursive: true, encoding: "utf8" })
        .map((below) => join(name, below))
        // Heapbook may be writing: a temporary file can be gone by now.
        .filter((below) => statSync(path(below), { throwIfNoEntry: false })?.isFile() === true)
        .sort()
    );
  };
  const hash = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(path(name)))
      .digest("hex");
  return {
    folder,
    path,
    list,
    read: (name) => readFileSync(path(name), "utf8"),
    write: (name, contents) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), contents);
    },
    snapshot: (...names) => Object.fromEntries(names.flatMap((name) => list(name)).map((name) => [name, hash(name)])),
  };
}

/** Makes a folder with these files, which the caller removes. */
export function makeWorkspace(files: Readonly<Record<string, string>> = {}): Workspace {
  const workspace = openWorkspace(realpathSync(mkdtempSync(join(tmpdir(), "heapbook-test-"))));
  for (const [name, contents] of Object.entries(files)) workspace.write(name, contents);
  return workspace;
}

/** Makes a folder with these files; it is removed when the test ends. */
export function createWorkspace(files: Readonly<Record<string, string>> = {}): Workspace {
  const workspace = makeWorkspace(files);
  // Ten thousand files of npm packages take a busy disk more than Vitest's ten seconds.
  onTestFinished(() => rmSync(workspace.folder, { recursive: true, force: true }), 60_000);
  return workspace;
}

/** Copies a folder, time stamps too, into a workspace that is removed when the test ends. */
export function copyWorkspace(original: Workspace): Workspace {
  const workspace = createWorkspace();
  cpSync(original.folder, workspace.folder, { recursive: true, preserveTimestamps: true });
  return workspace;
}

/** A report of a title and a body. */
export function reportOf(body: string, frontMatter = "title: A report"): string {
  return `---\n${frontMatter}\n---\n\n${body}`;
}

/** A code cell; option lines first. */
export function cellOf(...lines: readonly string[]): string {
  return ["```{ts}", ...lines, "```", "", ""].join("\n");
}

/** Waits until something holds; fails when it does not within the time. */
export async function waitUntil(holds: () => boolean, what: string, timeoutMs = 30_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(20);
  }
}
