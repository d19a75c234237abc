import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { formatBytes } from "../analysis/format.ts";
import { checkSyntax, moduleSystemOf } from "../bundle/program-modules.ts";
import { UserError } from "../errors.ts";
import { LONGEST_TEXT, readRegularText } from "../files.ts";

/** The main file of the program that `heapbook trace` runs. */
export interface MainFile {
  /** Absolute path, with links resolved. */
  readonly path: string;
  /** The path as it is passed to Node. */
  readonly argument: string;
  readonly isTypeScript: boolean;
  /** Name of the package in `node_modules` that contains the file; undefined for other files. */
  readonly packageName: string | undefined;
  /** Additional arguments for Node. */
  readonly flags: readonly string[];
}

/** Arguments that make Node load the main file as an ES module if its name does not: any `--import` does so. */
const AS_MODULE = ["--import", "data:text/javascript,"];

const PACKAGE = /[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/g;
const HINT =
  "Give the path of a .ts or .js file. Arguments of the program come after `--`: heapbook trace app.js -- --port 3000";

function notScript(file: string, what: string): UserError {
  return new UserError(`${file} is no script${what}.`, { code: "not-a-script", hint: HINT });
}

/** Finds a file as Node does: by its full name, or without its extension. */
function findFile(file: string, root: string): string {
  const path = resolve(root, file);
  const found = [path, `${path}.js`, `${path}.json`].find((each) => existsSync(each));
  if (found !== undefined) return found;
  if (file.startsWith("-")) {
    throw new UserError(`${file} is not a file.`, {
      code: "bad-usage",
      hint: `The main file comes first, arguments of the program after \`--\`: heapbook trace app.js -- ${file}. Flags of Node go into one option: heapbook trace --flags="${file}" app.js`,
    });
  }
  throw new UserError(`There is no file ${file}.`, { code: "file-not-found", hint: HINT });
}

/** The path of the file that `node folder` runs: `main` of its package.json, or index.js. */
function mainOfFolder(folder: string, file: string): string {
  try {
    return createRequire(join(folder, "_")).resolve(folder);
  } catch {
    throw notScript(file, ": it is a folder without index.js, and without `main` in a package.json");
  }
}

/**
 * Reads the main file. Devices and pipes are refused: they have no end or can be read only once, and Node must read the
 * file again.
 */
function readScript(path: string, file: string): string {
  // Files of the kernel report the size 0, and some of them have no end.
  if (/^\/(?:proc|sys)\//.test(path)) throw notScript(file, ": it is a file of the kernel");
  let source: string;
  try {
    source = readRegularText(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      NOT_A_FILE: ": it is a device, a pipe or a socket. Save the program to a file",
      ENXIO: ": it is a device, a pipe or a socket. Save the program to a file",
      TOO_LONG: `: it is longer than the longest text of V8 (${formatBytes(LONGEST_TEXT)})`,
    };
    const reason = reasons[code ?? ""];
    if (reason !== undefined) throw notScript(file, reason);
    throw new UserError(`${file} cannot be read (${code ?? String(error)}).`, {
      code: "file-not-found",
      hint: HINT,
      cause: error,
    });
  }
  if (source.includes("\0")) throw notScript(file, ": it is a binary file");
  return source;
}

/**
 * Finds the main file, and reads it before anything runs.
 * @throws UserError `file-not-found`, `not-a-script`, `syntax-error`
 */
export async function findMain(file: string, root: string): Promise<MainFile> {
  const argument = findFile(file, root);
  const path = realpathSync(statSync(argument).isDirectory() ? mainOfFolder(argument, file) : argument);
  if (/\.(json|node|wasm|html|css|md|txt|py|sh)$/.test(path)) throw notScript(file, "");
  const source = readScript(path, file);
  await checkSyntax(path, source, file);
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const isModule = isTypeScript && (await moduleSystemOf(path, source)) === "module";
  const packageName = [...path.matchAll(PACKAGE)].at(-1)?.[1]?.replaceAll("\\", "/");
  return { path, argument, isTypeScript, packageName, flags: isModule ? AS_MODULE : [] };
}
