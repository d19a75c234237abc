import { fileURLToPath } from "node:url";
import type { ProbeName } from "../model/probes.ts";
import { SCHEMA_VERSION } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { canonicalJson, hashFile, hashFolder, sha256 } from "./hash.ts";
import { BUNDLED, MEASURING } from "./own-code.ts";

/** Properties of a Node that results depend on. */
export interface NodeIdentity {
  readonly node: string;
  readonly v8: string;
  readonly arch: string;
  readonly platform: string;
  /** SHA-256 of a binary given by a path: a custom build can change while its version stays. */
  readonly binary?: string;
  /** Absolute path of the binary, for code that may show it. */
  readonly path?: string;
}

/** Properties of a Python that results depend on, by name. */
export type PythonIdentity = Readonly<Record<string, string | number>>;

/** A file that a result depends on, with its hash; null if there was no content to read. */
export interface InputHash {
  readonly path: string;
  readonly sha256: string | null;
}

/** Everything that must be equal for a stored result to be used again. The number of trials is not part of it: missing trials are added. */
export interface FingerprintParts {
  /** Text of the bundled cell: code, modules, imported results; without the values of the report's parameters. */
  readonly bundle: string;
  readonly probe: ProbeName;
  /** Arguments of Node, including those of the probe, with the variant's values. The order matters: for V8 the last one counts. */
  readonly flags: readonly string[];
  /** Variables of the cell's option `env`, not the whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the process gets the environment of the shell; true by default. */
  readonly inheritEnv?: boolean;
  /** Parameters of the variant. Those of the report that a cell reads are observed. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Calls of a region's function before it is measured; 0 by default. */
  readonly warmup?: number;
  /** Of a search for the smallest heap: further conditions in which the cell had to complete. */
  readonly conditions?: readonly { readonly probe: ProbeName; readonly flags: readonly string[] }[];
  /** Of a traced set: hash of the code that makes line profiles, and what else they depend on. */
  readonly tracing?: string;
  /** Files of the cell's option `inputs`, in any order. */
  readonly inputs: readonly InputHash[];
  /** Hash of the measuring code; by default that of this installation. */
  readonly harness?: string;
  /** By default the Node that runs Heapbook. */
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

/** Identity of the Node that runs Heapbook. */
export function currentNodeIdentity(): NodeIdentity {
  return { node: process.versions.node, v8: process.versions.v8, arch: process.arch, platform: process.platform };
}

let ownLibraryHash: string | undefined;

/**
 * Hash of everything of Heapbook that can be part of a bundle, or that bundles it: the cell library with all it imports, and
 * package.json, which fixes the versions of packages and of esbuild. The version of cached bundles. Computed once per process.
 */
export function libraryHash(): string {
  ownLibraryHash ??= sha256(
    `${hashRooms(BUNDLED)} ${hashFile(fileURLToPath(new URL("../../package.json", import.meta.url)))}`,
  );
  return ownLibraryHash;
}

let ownHarnessHash: string | undefined;

/**
 * Hash of the code that every measured process loads: a change of a probe invalidates its results. The cell library is not
 * part of it, because a bundle contains the functions of the library that the cell uses. Computed once per process.
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

/** Hash of the code that makes line profiles: a change invalidates stored profiles. Computed once per process. */
export function tracingHash(): string {
  ownTracingHash ??= hashCode("../allocation/");
  return ownTracingHash;
}

let ownTracingHash: string | undefined;

/** Hash of the code that searches a peak or a smallest heap over several processes. Computed once per process. */
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
