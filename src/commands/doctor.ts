import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import pc from "picocolors";
import { formatBytes } from "../analysis/format.ts";
import { findBrowser } from "../browser/find-browser.ts";
import { UserError } from "../errors.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { type FoundPython, findPyodide, findPython, isMissing } from "../runtimes/find-python.ts";
import { listRuntimes } from "../runtimes/find-runtime.ts";
import { canRunHeapbook, FOR_HEAPBOOK } from "../runtimes/supported-node.ts";
import { runtimesFolder } from "../store/store-folder.ts";
import { findStoreRoot } from "../store/store-root.ts";
import type { Terminal } from "./output.ts";

interface Finding {
  readonly what: string;
  readonly found: string | undefined;
  /** Text that is printed if nothing was found: what is missing, and what needs it. */
  readonly missing: string;
  readonly required?: boolean;
}

/** The first line of a program's version output; undefined if the program does not run. */
function versionOf(program: string, args: readonly string[] = ["--version"]): string | undefined {
  const run = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  if (run.error !== undefined || run.status !== 0) return undefined;
  return (run.stdout || run.stderr).split("\n")[0]?.trim();
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Versions of the installed runtimes, with a note on each that does not start; undefined if none is installed. */
function describeRuntimes(root: string): string | undefined {
  const versions = listRuntimes(runtimesFolder(root)).map(({ version, path }) =>
    versionOf(path) === undefined ? `${version} (does not start: ${path})` : version,
  );
  return versions.length === 0 ? undefined : `Node ${versions.join(", ")}`;
}

/** Looks up the Python of the PATH, and Pyodide. Python cells run in either. */
async function findPythons(folder: string): Promise<readonly FoundPython[]> {
  // Not cached, because an outdated cache entry may be the problem that the user is looking for.
  const cache = { get: () => undefined, set: () => {} };
  return [await findPython("system", { folder, cache }), findPyodide(folder)];
}

function describePythons(pythons: readonly FoundPython[]): readonly Finding[] {
  const other = pythons.some((python) => !isMissing(python));
  return pythons.map((python): Finding => {
    const what = python.spec === "pyodide" ? "Pyodide" : "Python";
    if (!isMissing(python)) return { what, found: `${python.name} (${python.module ?? python.path})`, missing: "" };
    const need = other ? "python cells run in the other Python" : `python cells cannot run: ${python.hint}`;
    return { what, found: undefined, missing: `${python.message}; ${need}` };
  });
}

/** Version and path of the browser that prints PDF files; undefined if none is found or it does not start. */
function describeBrowser(): string | undefined {
  try {
    const path = findBrowser();
    const version = versionOf(path);
    return version === undefined ? undefined : `${version} (${path})`;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * `heapbook doctor`: prints the tools that this machine has.
 * @returns the exit code: 1 if something required is missing
 */
export async function doctor(root: string, terminal: Terminal): Promise<0 | 1> {
  const node = process.versions.node;
  const findings: readonly Finding[] = [
    { what: "Heapbook", found: heapbookVersion(), missing: "" },
    {
      what: "Node",
      found: canRunHeapbook(node) ? `${node} (${process.execPath})` : undefined,
      missing: `this is Node ${node}; Heapbook needs ${FOR_HEAPBOOK}`,
      required: true,
    },
    {
      what: "V8",
      found: `${process.versions.v8}, heap limit ${formatBytes(getHeapStatistics().heap_size_limit)}`,
      missing: "",
    },
    {
      what: "Runtimes",
      found: describeRuntimes(findStoreRoot(root, root)),
      missing: "no other Node is installed; `heapbook runtime add 24` installs one for cells with `runtime: node@24`",
    },
    {
      what: "Machine",
      found: `${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${availableParallelism()} cores, ${formatBytes(totalmem())}`,
      missing: "",
    },
    {
      what: "Folder",
      found: isWritable(root) ? root : undefined,
      missing: `${root} cannot be written: results cannot be stored`,
      required: true,
    },
    {
      what: "Temporary",
      found: isWritable(tmpdir()) ? tmpdir() : undefined,
      missing: `${tmpdir()} cannot be written: \`references()\` writes heap snapshots there`,
      required: true,
    },
    { what: "git", found: versionOf("git"), missing: "not found; reports do not name their commit" },
    ...describePythons(await findPythons(root)),
    {
      what: "Chromium",
      found: describeBrowser(),
      missing:
        "not found; `--to pdf` cannot print. Install Chromium, Chrome or Edge, or set `HEAPBOOK_CHROMIUM` to its path",
    },
  ];
  for (const { what, found, missing, required } of findings) {
    const mark = found !== undefined ? pc.green("✓") : required === true ? pc.red("✗") : pc.yellow("–");
    terminal.out(`${mark} ${what.padEnd(10)} ${found ?? missing}`);
  }
  return findings.some((finding) => finding.required === true && finding.found === undefined) ? 1 : 0;
}
