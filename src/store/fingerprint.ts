import { fileURLToPath } from "node:url";
import type { ProbeName } from "../model/probes.ts";
import { SCHEMA_VERSION } from "../model/report-results.ts";
import type { Scalar } from "../model/values.ts";
import { canonicalJson, hashFolder, sha256 } from "./hash.ts";
import { BUNDLED, MEASURING } from "./own-code.ts";

/** The interpreter that runs a cell. */
export interface NodeIdentity {
  readonly node: string;
  readonly v8: string;
  readonly arch: string;
  readonly platform: string;
  /** SHA-256 of a binary given by its path: a build of one's own changes without its version changing. */
  readonly binary?: string;
}

/** The Python that runs a python cell: all that a result depends on of it, by name. */
export type PythonIdentity = Readonly<Record<string, string | number>>;

/** A file that a result depends on, and what was in it; null where there was nothing to read. */
export interface InputHash {
  readonly path: string;
  readonly sha256: string | null;
}

/** Everything that must be equal for a measured result to be used again. The number of trials is not among it: more are added to those there are. */
export interface FingerprintParts {
  /** The bundled cell: its code, its modules, the results it imports. */
  readonly bundle: string;
  readonly probe: ProbeName;
  /** Arguments of Node, those of the probe included, the variant's values filled in. Their order counts: V8 lets the last one win. */
  readonly flags: readonly string[];
  /** Variables set by the cell's options, not the whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Parameters of the report and of the variant. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Calls of a region's function before it is measured; by default none. */
  readonly warmup?: number;
  /** Of a search for the smallest heap: where else the cell had to complete. */
  readonly conditions?: readonly { readonly probe: ProbeName; readonly flags: readonly string[] }[];
  /** Of allocations by line: hash of the code that reads them, and all else that is in their text. */
  readonly tracing?: string;
  /** Files that the cell's `inputs` name. Their order does not count. */
  readonly inputs: readonly InputHash[];
  /** Hash of the measuring code; by default that of this installation. */
  readonly harness?: string;
  /** By default this process's. */
  readonly runtime?: NodeIdentity | PythonIdentity;
}

/** Identifies a result by what it depends on: SHA-256, in hex, of the canonical JSON of the parts. */
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
      params: parts.params,
      ...(parts.conditions === undefined ? {} : { conditions: parts.conditions }),
      ...(parts.tracing === undefined ? {} : { tracing: parts.tracing }),
      ...(parts.warmup ? { warmup: parts.warmup } : {}),
      inputs: inputs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    }),
  );
}

/** The Node that runs Heapbook, and its cells. */
export function currentNodeIdentity(): NodeIdentity {
  return { node: process.versions.node, v8: process.versions.v8, arch: process.arch, platform: process.platform };
}

let ownLibraryHash: string | undefined;

/** Hash of all that can be bundled into a cell from Heapbook itself: the key of bundles that are kept. Read once per process. */
export function libraryHash(): string {
  ownLibraryHash ??= hashRooms(BUNDLED);
  return ownLibraryHash;
}

let ownHarnessHash: string | undefined;

/**
 * Hash of the code that is loaded into every measured process: when a probe changes, what it measured before is invalid. The cell
 * library is not in it, because the bundle of a cell holds what the cell uses of that. Read once per process.
 */
export function harnessHash(): string {
  ownHarnessHash ??= hashRooms(MEASURING);
  return ownHarnessHash;
}

let ownPythonHash: string | undefined;

/** The same of python cells: hash of the Python code that runs them. Read once per process. */
export function pythonHash(): string {
  ownPythonHash ??= hashCode("../python/");
  return ownPythonHash;
}

/** Hash of the code that reads what a traced process wrote: when it tells lines otherwise, what it told before counts no more. */
export function tracingHash(): string {
  ownTracingHash ??= hashCode("../allocation/");
  return ownTracingHash;
}

let ownTracingHash: string | undefined;

function hashRooms(rooms: readonly string[]): string {
  return sha256(rooms.map((room) => hashCode(`../${room}/`)).join(" "));
}

function hashCode(folder: string): string {
  return hashFolder(
    fileURLToPath(new URL(folder, import.meta.url)),
    (name) => /\.(?:[cm]?[jt]s|py)$/.test(name) && !/\.d\.[cm]?ts$/.test(name),
  );
}
