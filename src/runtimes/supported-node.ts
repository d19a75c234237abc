import { UserError } from "../errors.ts";

/** Versions of Node in which cells and traced programs run, for messages. */
const FOR_CELLS = "Node 20.16 or a later 20, 22.3 or newer";
/** Versions of Node in which Heapbook itself runs, for messages: `engines` of package.json. */
export const FOR_HEAPBOOK = "Node 20.19 or a later 20, 22.3 or newer";

/** Major and minor number of a version. Parts that are missing, as in `22`, count as those of the newest version. */
function partsOf(version: string): { readonly major: number; readonly minor: number } {
  const [major = 0, minor = Number.POSITIVE_INFINITY] = version.split(".").map(Number);
  return { major, minor };
}

/**
 * Whether a Node can run cells and traced programs. The harness needs `process.getBuiltinModule()`, which loads no
 * other module into the measured process. Node has the function from 20.16 and 22.3 on; no Node 21 has it.
 * @param version full version, or with parts missing (`22`, `22.3`), which count as those of the newest
 */
export function canRunCells(version: string): boolean {
  const { major, minor } = partsOf(version);
  return major === 20 ? minor >= 16 : major === 22 ? minor >= 3 : major > 22;
}

/** Whether this version of Node can run Heapbook itself. */
export function canRunHeapbook(version: string): boolean {
  const { major, minor } = partsOf(version);
  return canRunCells(version) && !(major === 20 && minor < 19);
}

/** Checks that a Node can run cells. @throws UserError `runtime-too-old` */
export function checkRuntime(version: string, name: string): void {
  if (canRunCells(version)) return;
  const found = name === `node@${version}` ? "" : ` (Node ${version})`;
  throw new UserError(`The runtime \`${name}\`${found} cannot run cells, which need ${FOR_CELLS}.`, {
    code: "runtime-too-old",
    hint: `heapbook runtime add ${partsOf(version).major <= 20 ? 20 : 22}`,
  });
}

/** Checks that the Node that runs Heapbook is supported. @throws UserError `runtime-too-old` */
export function checkOwnNode(version: string = process.versions.node): void {
  if (canRunHeapbook(version)) return;
  throw new UserError(`This is Node ${version}; Heapbook needs ${FOR_HEAPBOOK}.`, {
    code: "runtime-too-old",
    hint: `Run Heapbook with another Node. This is ${process.execPath}.`,
  });
}
