import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CliRun, runCli } from "./cli.ts";
import { copyFlagship } from "./flagship.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** The flagship's short form, with few walks. */
export const SHORT = ["-P", "repetitions:1000"];

/** The flagship, measured once for all test files of a run. */
export interface MeasuredFlagship {
  /** What `heapbook check` printed. */
  readonly checked: CliRun;
  /** The workspace it ran in, for the file that goes on from its store; others only read `page`. */
  readonly workspace: Workspace;
  /** A copy of the `_site/` rendered from its store, which does not change. */
  readonly site: string;
}

/** Where the test files of this run share what they measure; made before the workers start, removed after them. */
const SHARED = "HEAPBOOK_TEST_SHARED";

/** Makes the folder in which test files share measurements, unless another project of this run has made it. */
export function setup(): (() => void) | undefined {
  if (process.env[SHARED] !== undefined) return undefined;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-shared-")));
  process.env[SHARED] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Checks the flagship in its short form, or waits for the test file that does. */
export async function measureFlagship(): Promise<MeasuredFlagship> {
  const shared = process.env[SHARED];
  if (shared === undefined)
    throw new Error(`${SHARED} is not set: measured-flagship.ts is no global setup of this run`);
  const folder = join(shared, "flagship");
  const done = join(shared, "flagship.json");
  const site = join(shared, "flagship-site");
  const workspace = openWorkspace(folder);
  if (isFirst(folder)) {
    copyFlagship(workspace);
    const checked = await runCli(["check", ...SHORT], { cwd: folder });
    await runCli(["render", "--no-execute", ...SHORT], { cwd: folder });
    // Without a page, the tests show what the command printed; no test waits for a page that will not come.
    if (existsSync(join(folder, "_site"))) cpSync(join(folder, "_site"), site, { recursive: true });
    writeFileSync(`${done}.part`, JSON.stringify(checked));
    renameSync(`${done}.part`, done);
  }
  while (!existsSync(done)) await sleep(200);
  return { checked: JSON.parse(readFileSync(done, "utf8")) as CliRun, workspace, site };
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}
