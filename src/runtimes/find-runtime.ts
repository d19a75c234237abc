import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest, UserError } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import { describeBinary, hashBinary } from "./node-binary.ts";

/** An interpreter of cells, found and asked what it is. */
export interface Runtime {
  /** As the report names it: `node`, `node@22` or a path. */
  readonly spec: string;
  /** Absolute path of the binary. */
  readonly path: string;
  readonly node: string;
  readonly v8: string;
  readonly arch: string;
  readonly platform: string;
  /** SHA-256 of a binary given by its path: a build of one's own changes without its version changing. */
  readonly binary?: string;
  /** Flags of Node itself (not of V8) that it takes in front of a script. */
  readonly nodeFlags: ReadonlySet<string>;
  /** What the semi-space of the young generation may grow to without a flag; null where that was not asked. */
  readonly semiSpaceLimitBytes: number | null;
}

/** A Node that `heapbook runtime add` installed. */
export interface InstalledRuntime {
  readonly version: string;
  /** Absolute path of the binary. */
  readonly path: string;
}

/** Oldest Node that can run a trial. */
const OLDEST_MAJOR = 20;

/** The binary in the folder of one runtime, or in npm's package of it. */
export function binaryIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "bin", "node.exe") : join(folder, "bin", "node");
}

/**
 * What is installed, newest first: a folder for each, named by its full version.
 * @param folder `.heapbook/runtimes`; it need not exist
 */
export function listRuntimes(folder: string): InstalledRuntime[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .map((version) => ({ version, path: binaryIn(join(folder, version)) }))
    .filter(({ path }) => existsSync(path))
    .sort((a, b) => compareVersions(b.version, a.version));
}

/** Orders `9.1.0` before `10.0.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  const index = left.findIndex((part, place) => part !== right[place]);
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}

/** Whether `22` or `22.3` asks for this version. */
export function matchesVersion(version: string, asked: string): boolean {
  return version === asked || version.startsWith(`${asked}.`);
}

/**
 * Every runtime that a report can name without a path, each once: `node`, which is the Node that runs Heapbook, and those
 * installed, oldest first: `node@24`, or the whole version where that would name one of several.
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
  /** The report's folder, from which paths are taken. */
  readonly folder: string;
  readonly cache: TextCache;
}

/**
 * Finds the runtime that a report names. `node` is the Node that runs Heapbook; `node@22` the newest Node 22 there is, that one
 * included. A binary is asked once what it is, and the answer kept.
 * @throws UserError `runtime-not-installed`, `runtime-not-found`, `runtime-not-usable`, `runtime-too-old`
 */
export async function findRuntime(spec: string, search: RuntimeSearch): Promise<Runtime> {
  const path = locate(spec, search);
  if (path === process.execPath) return { ...ownRuntime(), spec };
  const isOwnBuild = !/^node(@|$)/.test(spec);
  const described = await describeBinary(path, spec, search.cache);
  if (Number(described.node.split(".")[0]) < OLDEST_MAJOR) {
    throw new UserError(`the runtime \`${spec}\` is Node ${described.node}; cells need Node ${OLDEST_MAJOR} or newer`, {
      code: "runtime-too-old",
      hint: "heapbook runtime add 20",
    });
  }
  const binary = isOwnBuild ? { binary: hashBinary(path, search.cache) } : {};
  return { ...described, ...binary, spec, path, nodeFlags: new Set(described.nodeFlags) };
}

/** The Node that runs Heapbook; no process is started to ask it. */
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

/** The runtimes with their semi-space limits: the Node that runs Heapbook is asked here, by starting it once more. */
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
    throw new UserError(`there is no runtime \`${spec}\``, {
      code: "runtime-not-found",
      hint: `Paths are taken from the report's folder: ${path}`,
    });
  }
  const own = { version: process.versions.node, path: process.execPath };
  const all = [own, ...listRuntimes(search.runtimesFolder)].sort((a, b) => compareVersions(b.version, a.version));
  const found = all.find(({ version }) => matchesVersion(version, asked));
  if (found !== undefined) return found.path;
  throw new UserError(`the runtime \`${spec}\` is not installed`, {
    code: "runtime-not-installed",
    hint: `heapbook runtime add ${asked}`,
  });
}

/** The installed runtimes that `22`, `22.3` or `22.3.1` names. @throws UserError `runtime-not-installed` where it names none */
export function selectInstalled(folder: string, asked: string): InstalledRuntime[] {
  const installed = listRuntimes(folder);
  const selected = installed.filter(({ version }) => matchesVersion(version, asked));
  if (selected.length > 0) return selected;
  const versions = installed.map(({ version }) => version);
  const near = nearest(asked, versions);
  throw new UserError(`no runtime ${asked} is installed`, {
    code: "runtime-not-installed",
    hint: near === undefined ? "`heapbook runtime list` tells what is." : `There is ${versions.join(", ")}.`,
  });
}
