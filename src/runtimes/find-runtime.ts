import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest, UserError } from "../errors.ts";
import { statIfThere } from "../files.ts";
import type { TextCache } from "../model/text-cache.ts";
import { describeBinary, hashBinary } from "./node-binary.ts";
import { checkOwnNode, checkRuntime } from "./supported-node.ts";

/** A Node binary that can run cells. */
export interface Runtime {
  /** Name in the report: `node`, `node@22` or a path. */
  readonly spec: string;
  /** Absolute path of the Node binary. */
  readonly path: string;
  readonly node: string;
  readonly v8: string;
  readonly arch: string;
  readonly platform: string;
  /** SHA-256 of the binary, if the report gives its path: a custom build can change without a new version. */
  readonly binary?: string;
  /** Flags of Node itself (not of V8) that the binary accepts, with their dashes. */
  readonly nodeFlags: ReadonlySet<string>;
  /** Largest semi-space without flags, in bytes; null before `askLimits`. */
  readonly semiSpaceLimitBytes: number | null;
}

/** A Node installed by `heapbook runtime add`. */
export interface InstalledRuntime {
  readonly version: string;
  /** Absolute path of the binary. */
  readonly path: string;
}

/** Path of the Node binary in the folder of an installed runtime or of its npm package. */
export function binaryIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "bin", "node.exe") : join(folder, "bin", "node");
}

/**
 * Lists the installed runtimes, newest first. Each has a folder named by its full version.
 * @param folder `.heapbook/runtimes`; may be missing
 */
export function listRuntimes(folder: string): InstalledRuntime[] {
  const stats = statIfThere(folder);
  if (stats?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .map((version) => ({ version, path: binaryIn(join(folder, version)) }))
    .filter(({ path }) => statIfThere(path)?.isFile() === true)
    .sort((a, b) => compareVersions(b.version, a.version));
}

/** Compares versions by number, for `sort`: `9.1.0` before `10.0.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  const index = left.findIndex((part, place) => part !== right[place]);
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}

/** Whether a full version is one of those that `22`, `22.3` or `22.3.1` names. */
export function matchesVersion(version: string, asked: string): boolean {
  return version === asked || version.startsWith(`${asked}.`);
}

/**
 * Names of all runtimes for `matrix: { runtime: installed }`: `node`, the Node that runs Heapbook, then the installed ones,
 * oldest first: `node@24`, or the full version if several have the same major version.
 *
 * @param own version of the Node that runs Heapbook
 */
export function nameRuntimes(installed: readonly InstalledRuntime[], own = process.versions.node): string[] {
  const others = installed.map(({ version }) => version).filter((version) => version !== own);
  const majorOf = (version: string): string => version.split(".")[0] ?? "";
  const majors = [own, ...others].map(majorOf);
  const isAlone = (version: string): boolean => majors.filter((major) => major === majorOf(version)).length === 1;
  const names = others.sort(compareVersions).map((version) => `node@${isAlone(version) ? majorOf(version) : version}`);
  return ["node", ...names];
}

export interface RuntimeSearch {
  /** `.heapbook/runtimes`. */
  readonly runtimesFolder: string;
  /** The report's folder, to which paths are relative. */
  readonly folder: string;
  readonly cache: TextCache;
}

/**
 * Finds the runtime that a report names. `node` is the Node that runs Heapbook; `node@22` is the newest Node 22 among that Node
 * and the installed ones. The properties of a binary are cached.
 * @throws UserError `runtime-not-installed`, `runtime-not-found`, `runtime-not-usable`, `runtime-too-old`
 */
export async function findRuntime(spec: string, search: RuntimeSearch): Promise<Runtime> {
  const path = locate(spec, search);
  if (path === process.execPath) {
    checkOwnNode();
    return { ...ownRuntime(), spec };
  }
  const isOwnBuild = !/^node(@|$)/.test(spec);
  const described = await describeBinary(path, spec, search.cache);
  checkRuntime(described.node, spec);
  const binary = isOwnBuild ? { binary: hashBinary(path, search.cache) } : {};
  return { ...described, ...binary, spec, path, nodeFlags: new Set(described.nodeFlags) };
}

/** The Node that runs Heapbook, known without starting a process. */
export function ownRuntime(): Runtime {
  return {
    spec: "node",
    path: process.execPath,
    node: process.versions.node,
    v8: process.versions.v8,
    arch: process.arch,
    platform: process.platform,
    nodeFlags: process.allowedNodeEnvironmentFlags,
    semiSpaceLimitBytes: null,
  };
}

/**
 * Adds the default semi-space limit to each runtime. Starts the Node that runs Heapbook once more to read its limit.
 */
export async function askLimits(
  runtimes: ReadonlyMap<string, Runtime>,
  cache: TextCache,
): Promise<ReadonlyMap<string, Runtime>> {
  const asked = [...runtimes].map(async ([spec, runtime]): Promise<[string, Runtime]> => {
    if (runtime.semiSpaceLimitBytes !== null) return [spec, runtime];
    const { semiSpaceLimitBytes } = await describeBinary(runtime.path, spec, cache);
    return [spec, { ...runtime, semiSpaceLimitBytes }];
  });
  return new Map(await Promise.all(asked));
}

function locate(spec: string, search: RuntimeSearch): string {
  if (spec === "node") return process.execPath;
  const asked = /^node@(.+)$/.exec(spec)?.[1];
  if (asked === undefined) {
    const path = resolve(search.folder, spec);
    if (existsSync(path)) return path;
    throw new UserError(`There is no runtime \`${spec}\`.`, {
      code: "runtime-not-found",
      hint: `Paths are taken from the report's folder: ${path}`,
    });
  }
  const own = { version: process.versions.node, path: process.execPath };
  const all = [own, ...listRuntimes(search.runtimesFolder)].sort((a, b) => compareVersions(b.version, a.version));
  const found = all.find(({ version }) => matchesVersion(version, asked));
  if (found !== undefined) return found.path;
  throw new UserError(`The runtime \`${spec}\` is not installed.`, {
    code: "runtime-not-installed",
    hint: `heapbook runtime add ${asked}`,
  });
}

/** The installed runtimes that `22`, `22.3` or `22.3.1` names. @throws UserError `runtime-not-installed` if there are none */
export function selectInstalled(folder: string, asked: string): InstalledRuntime[] {
  const installed = listRuntimes(folder);
  const selected = installed.filter(({ version }) => matchesVersion(version, asked));
  if (selected.length > 0) return selected;
  const versions = installed.map(({ version }) => version);
  const near = nearest(asked, versions);
  throw new UserError(`No runtime ${asked} is installed.`, {
    code: "runtime-not-installed",
    hint:
      near === undefined
        ? "`heapbook runtime list` shows the installed versions."
        : `Installed: ${versions.join(", ")}.`,
  });
}
