import { fileURLToPath } from "node:url";
import type { ProbeName } from "../model/probes.ts";
import { SCHEMA_VERSION } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { canonicalJson, hashFile, hashFolder, sha256 } from "./hash.ts";
import { BUNDLED, MEASURING } from "./own-code.ts";

/** Properties of a Node binary that results depend on. */
export interface NodeIdentity {
  readonly node: string;
  readonly v8: string;
  readonly arch: string;
  readonly platform: string;
  /** SHA-256 of the binary, if the report gives its path: a custom build can change without a new version. */
  readonly binary?: string;
  /** Absolute path of the binary; only if the cell's code may show the path. */
  readonly path?: string;
}

/** Properties of a Python that results depend on, by name. */
export type PythonIdentity = Readonly<Record<string, string | number>>;

/** A file that a result depends on, with its hash; null if the file had no content to read. */
export interface InputHash {
  readonly path: string;
  readonly sha256: string | null;
}

/**
 * Everything that must be equal for a stored result to be used again. The number of trials is not part of it, because
 * missing trials are added to a stored set.
 */
export interface FingerprintParts {
  /** Text of the bundled cell: code, modules, imported results; without the values of the report's parameters. */
  readonly bundle: string;
  readonly probe: ProbeName;
  /**
   * Node's arguments, including those of the probe, with the variant's values. Their order matters, because for V8 the
   * last one counts.
   */
  readonly flags: readonly string[];
  /** Environment variables of the cell's option `env`, not the whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the process gets the environment of the shell; true by default. */
  readonly inheritEnv?: boolean;
  /** Parameters of the variant. The report's parameters are not here: those that a cell reads are observed. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Calls of a region's function before it is measured; 0 by default. */
  readonly warmup?: number;
  /** Of a search for the smallest heap: further conditions in which the cell had to complete. */
  readonly conditions?: readonly { readonly probe: ProbeName; readonly flags: readonly string[] }[];
  /** Only for a traced set: hash of the code that makes line profiles, and other properties that profiles depend on. */
  readonly tracing?: string;
  /** Files of the cell's option `inputs`, in any order. */
  readonly inputs: readonly InputHash[];
  /** Hash of the measuring code; by default that of this installation. */
  readonly harness?: string;
  /** Identity of the interpreter; by default the Node that runs Heapbook. */
  readonly runtime?: NodeIdentity | PythonIdentity;
}

/** The fingerprint of a result: SHA-256, in hex, of the canonical JSON of the parts. */
export function fingerprint(parts: FingerprintParts): string {
  const inputs = parts.inputs.map(({ path, sha256 }) => [path, sha256] as const);
  return sha256(
    canonicalJson({
      schemaVersion: SCHEMA_VERSION,
      harness: parts.harness ?? harnessHash(),
      runtime: parts.runtime ?? currentNodeIdentity(),
      bundle: parts.bundle,
      probe: parts.probe,
      flags: parts.flags,
      env: parts.env,
      ...(parts.inheritEnv === false ? { inheritEnv: false } : {}),
      params: parts.params,
      ...(parts.conditions === undefined ? {} : { conditions: parts.conditions }),
      ...(parts.tracing === undefined ? {} : { tracing: parts.tracing }),
      ...(parts.warmup ? { warmup: parts.warmup } : {}),
      inputs: inputs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    }),
  );
}

/** Identity of the Node that runs Heapbook, with its versions and platform. */
export function currentNodeIdentity(): NodeIdentity {
  return { node: process.versions.node, v8: process.versions.v8, arch: process.arch, platform: process.platform };
}

let ownLibraryHash: string | undefined;

/**
 * Hash of all of Heapbook's code that can affect a bundle: the cell library with its imports, and package.json, which
 * fixes the versions of packages and of esbuild. It is part of the keys of cached bundles. Computed once per process.
 */
export function libraryHash(): string {
  ownLibraryHash ??= sha256(
    `${hashRooms(BUNDLED)} ${hashFile(fileURLToPath(new URL("../../package.json", import.meta.url)))}`,
  );
  return ownLibraryHash;
}

let ownHarnessHash: string | undefined;

/**
 * Hash of the code that every measured process loads. If a probe changes, its stored results are not used again. The
 * cell library is not included, because bundles contain the library functions that a cell uses. Computed once per
 * process.
 */
export function harnessHash(): string {
  ownHarnessHash ??= hashRooms(MEASURING);
  return ownHarnessHash;
}

let ownPythonHash: string | undefined;

/** Hash of the Python code that runs python cells. Computed once per process. */
export function pythonHash(): string {
  ownPythonHash ??= hashCode("../python/");
  return ownPythonHash;
}

/**
 * Hash of the code that makes line profiles. If it changes, stored profiles are not used again. Computed once per
 * process.
 */
export function tracingHash(): string {
  ownTracingHash ??= hashCode("../allocation/");
  return ownTracingHash;
}

let ownTracingHash: string | undefined;

/** Hash of the code that searches for a peak or a smallest heap over several processes. Computed once per process. */
export function searchHash(): string {
  ownSearchHash ??= hashCode("../experiment/", /(?:^|[\\/])(?:peak|min-heap)-[\w-]+\.[jt]s$/);
  return ownSearchHash;
}

let ownSearchHash: string | undefined;

function hashRooms(rooms: readonly string[]): string {
  return sha256(rooms.map((room) => hashCode(`../${room}/`)).join(" "));
}

function hashCode(folder: string, selected = /./): string {
  return hashFolder(
    fileURLToPath(new URL(folder, import.meta.url)),
    (name) => selected.test(name) && /\.(?:[cm]?[jt]s|py)$/.test(name) && !/\.d\.[cm]?ts$/.test(name),
  );
}
