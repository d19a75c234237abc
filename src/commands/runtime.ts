import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { listRuntimes, selectInstalled } from "../runtimes/find-runtime.ts";
import { installRuntime, packageName, readRequest } from "../runtimes/runtime-install.ts";
import { checkRuntime } from "../runtimes/supported-node.ts";
import { prepareStore, runtimesFolder } from "../store/store-folder.ts";
import { findStoreRoot } from "../store/store-root.ts";
import type { Terminal } from "./output.ts";

/**
 * `heapbook runtime add 24`: installs a Node from npm, for cells with `runtime: node@24`.
 * @throws UserError as `readRequest` and `installRuntime` say, `runtime-too-old`, `store-not-writable`
 */
export async function addRuntime(asked: string, cwd: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const request = readRequest(asked, cwd);
  if (request.version !== undefined) checkRuntime(request.version, `node@${request.version}`);
  const root = findStoreRoot(cwd, cwd);
  prepareStore(root);
  terminal.err(`Installing ${request.source} …\n`);
  const { runtime, wasThere } = await installRuntime(request, { folder: runtimesFolder(root), signal });
  terminal.err(wasThere ? `Node ${runtime.version} is already installed.\n` : `Installed Node ${runtime.version}.\n`);
  terminal.err(`Cells with \`runtime: node@${runtime.version.split(".")[0]}\` run in it.\n`);
}

/** `heapbook runtime list`: prints the Node that runs Heapbook, then the installed ones, newest first. */
export function showRuntimes(cwd: string, terminal: Terminal): void {
  const own = { name: "node", version: process.versions.node, path: process.execPath };
  const installed = listRuntimes(runtimesFolder(findStoreRoot(cwd, cwd))).map((each) => ({
    name: `node@${each.version}`,
    ...each,
  }));
  for (const { name, version, path } of [own, ...installed]) {
    terminal.out(`${name.padEnd(14)} ${version.padEnd(10)} ${path}`);
  }
  if (installed.length === 0)
    terminal.err(
      `No other Node is installed. \`heapbook runtime add 24\` installs Node 24 (npm package ${packageName()}).\n`,
    );
}

/**
 * `heapbook runtime remove 24`: removes every installed Node of the version.
 * @throws UserError `runtime-not-installed`
 */
export function removeRuntime(asked: string, cwd: string, terminal: Terminal): void {
  const root = findStoreRoot(cwd, cwd);
  for (const { version, path } of selectInstalled(runtimesFolder(root), asked.replace(/^(?:node@)?v?/, ""))) {
    rmSync(dirname(dirname(path)), { recursive: true, force: true, maxRetries: 3 });
    terminal.err(`Removed Node ${version}.\n`);
  }
}
