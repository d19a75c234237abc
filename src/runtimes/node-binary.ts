import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";

/** Versions and properties that a Node binary reports. */
export interface BinaryDescription {
  readonly node: string;
  readonly v8: string;
  readonly arch: string;
  readonly platform: string;
  readonly nodeFlags: readonly string[];
  readonly semiSpaceLimitBytes: number | null;
}

const run = promisify(execFile);
const ASK_TIMEOUT_MS = 20_000;
const MIB = 2 ** 20;

/**
 * Size in MiB of the old generation with which the largest semi-space is found. V8's heap limit is then old generation
 * + 3 × semi-space (two semi-spaces, and the same size for large new objects). Checked on Node 20, 22, 24 and 26.
 */
const ASKED_OLD_MIB = 100;
const QUESTION = `JSON.stringify({
  node: process.versions.node,
  v8: process.versions.v8,
  arch: process.arch,
  platform: process.platform,
  nodeFlags: [...process.allowedNodeEnvironmentFlags],
  semiSpaceLimitBytes: (require("node:v8").getHeapStatistics().heap_size_limit - ${ASKED_OLD_MIB * MIB}) / 3,
})`;

/** Key that identifies a binary by path, size and time, so that it need not be read. */
export function binaryKey(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

/**
 * Starts a binary to read its versions and properties (about 50 ms), and caches the answer.
 * @param name name of the runtime, for messages
 * @throws UserError `runtime-not-usable` if it does not run or is not Node
 */
export async function describeBinary(path: string, name: string, cache: TextCache): Promise<BinaryDescription> {
  // V8 derives its limits from the memory of the machine.
  const key = `node-binary 1 ${binaryKey(path)} ${process.constrainedMemory() ?? 0} ${totalmem()}`;
  const kept = cache.get(key);
  if (kept !== undefined) return JSON.parse(kept) as BinaryDescription;
  const described = await askBinary(path, name);
  cache.set(key, JSON.stringify(described));
  return described;
}

/** Like `describeBinary`, without a cache. @throws UserError `runtime-not-usable` */
export async function askBinary(path: string, name: string): Promise<BinaryDescription> {
  const notUsable = (reason: string, cause?: unknown): UserError =>
    new UserError(`The runtime \`${name}\` cannot be used: ${reason}`, {
      code: "runtime-not-usable",
      hint: `Name the binary of a Node that runs on this machine. This is ${path}.`,
      cause,
    });
  let answer: string;
  try {
    const { stdout } = await run(path, [`--max-old-space-size=${ASKED_OLD_MIB}`, "-p", QUESTION], {
      env: { ...process.env, NODE_OPTIONS: "" },
      timeout: ASK_TIMEOUT_MS,
    });
    answer = stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    const said = stderr?.trim().split("\n")[0] ?? "";
    throw notUsable(said !== "" ? said : typeof code === "string" ? `it does not start (${code})` : "it fails", error);
  }
  try {
    return readDescription(answer);
  } catch (error) {
    throw notUsable("it is not Node", error);
  }
}

function readDescription(answer: string): BinaryDescription {
  const { node, v8, arch, platform, nodeFlags, semiSpaceLimitBytes } = JSON.parse(answer) as BinaryDescription;
  if (![node, v8, arch, platform].every((text) => typeof text === "string") || !Array.isArray(nodeFlags))
    throw new TypeError("a version is missing");
  return { node, v8, arch, platform, nodeFlags, semiSpaceLimitBytes };
}

/** SHA-256 of a binary, in hex; takes about 0.3 s, then cached. */
export function hashBinary(path: string, cache: TextCache): string {
  const key = `node-binary-sha256 ${binaryKey(path)}`;
  const kept = cache.get(key);
  if (kept !== undefined) return kept;
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
  cache.set(key, hash);
  return hash;
}
