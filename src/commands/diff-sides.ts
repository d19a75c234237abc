import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { oneOfEachReport } from "../diff/one-of-each-report.ts";
import type { DiffSide } from "../diff/types.ts";
import { UserError } from "../errors.ts";
import { frozenToResults } from "../experiment/frozen.ts";
import { readRegularText } from "../files.ts";
import { readGit } from "../git.ts";
import type { ReportResults } from "../model/report-results.ts";
import { isFrozenText, parseFrozen } from "../store/frozen-file.ts";
import { parseResults } from "../store/parse-results.ts";

/**
 * Places of results within a folder; the first with results is used: a page, a site, a project with its site, a project
 * with frozen results.
 */
const PLACES = [
  ["results.json", "*.results.json"],
  ["*/results.json", "*/*.results.json", "!(_site|reports|node_modules)/**/results.json"],
  ["_site/**/results.json"],
  ["reports/**/*.results.json"],
] as const;

const RESULTS_FILE = /(?:^|[/.])results\.json$/;

/** Default for the second side of `heapbook diff`. */
const DEFAULT_SIDE = "_site";

const SIDE_HINT = "Name a results.json, a folder such as `_site`, or a revision such as `HEAD~1`.";

/**
 * Reads one of the two sides of a comparison: a results.json, a folder with results, or a git revision with committed
 * or frozen results. If the name is both a path and a revision, the path is used.
 *
 * @throws UserError `diff-side-not-found`, `no-results`, `invalid-results`
 */
export async function readSide(name: string, root: string): Promise<DiffSide> {
  if (name.trim() === "") {
    throw new UserError("A side of the difference is empty: `heapbook diff` got an argument without text.", {
      code: "diff-side-not-found",
      hint: `${SIDE_HINT} In a script, an unset variable gives an empty argument.`,
    });
  }
  const path = resolve(root, name);
  if (existsSync(path)) {
    const reports = statSync(path).isDirectory() ? await readFolder(name, path) : [await readResults(path, name)];
    return { name, reports };
  }
  return { name, reports: await readRevision(name, root) };
}

/** Reads a file of results: a results.json or frozen results. @throws UserError `invalid-results` */
async function readResults(path: string, file: string): Promise<ReportResults> {
  let text: string;
  try {
    text = readRegularText(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const hint = "Name the `results.json` that `heapbook render` writes beside the page.";
    throw new UserError(`${file} cannot be read (${reason}).`, { code: "invalid-results", hint, cause });
  }
  return parseSide(text, file);
}

/** Parses results from a results.json or from frozen results. @param file path for messages */
export async function parseSide(text: string, file: string): Promise<ReportResults> {
  return isFrozenText(text)
    ? frozenToResults(await parseFrozen(text, file, { earlier: true }))
    : parseResults(text, file);
}

async function readFolder(name: string, folder: string): Promise<ReportResults[]> {
  const { glob } = await import("tinyglobby");
  for (const patterns of PLACES) {
    const files = (await glob([...patterns], { cwd: folder, expandDirectories: false })).sort();
    if (files.length > 0) {
      return oneOfEachReport(await Promise.all(files.map((file) => readResults(join(folder, file), join(name, file)))));
    }
  }
  throw new UserError(`The folder ${name} has no results.`, {
    code: "no-results",
    hint: "Name a site that `heapbook render` wrote, such as `_site`, or a folder with files that `heapbook freeze` wrote.",
  });
}

/** A folder and its ancestors up to the top of its repository, nearest first. */
function upwards(folder: string): string[] {
  const above = readGit(folder, ["rev-parse", "--show-cdup"])?.trim().split("/").filter(Boolean) ?? [];
  return [folder, ...above.map((_, index) => resolve(folder, ...above.slice(0, index + 1)))];
}

/**
 * Reads the results in a git revision: frozen results and committed sites. Searches below the working folder; if there
 * are none, below the nearest ancestor that has any.
 */
async function readRevision(name: string, root: string): Promise<ReportResults[]> {
  const object = readGit(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", name])?.trim();
  if (object === undefined && name === DEFAULT_SIDE) {
    throw new UserError("This folder has no `_site`, which is what `heapbook diff` compares with by itself.", {
      code: "diff-side-not-found",
      hint: "Render the reports first, or name both sides: `heapbook diff HEAD~1 HEAD`.",
    });
  }
  if (object === undefined) {
    throw new UserError(`\`${name}\` is neither a file, nor a folder, nor a git revision.`, {
      code: "diff-side-not-found",
      hint: SIDE_HINT,
    });
  }
  const kind = readGit(root, ["cat-file", "-t", object])?.trim();
  if (kind === "blob") return [await parseSide(readGit(root, ["cat-file", "blob", object]) ?? "", name)];
  for (const folder of upwards(root)) {
    const listed = readGit(folder, ["ls-tree", "-r", "-z", "--name-only", object]) ?? "";
    const files = listed.split("\0").filter((file) => RESULTS_FILE.test(file) && !file.includes("node_modules/"));
    const reports = (await Promise.all(files.map((file) => readCommitted(folder, object, file)))).flat();
    if (reports.length > 0) return oneOfEachReport(reports);
  }
  throw new UserError(`The revision \`${name}\` contains no results.`, {
    code: "no-results",
    hint:
      "Results are compared, not code: keep them in git with `heapbook freeze`, which writes report.results.json beside the " +
      "report, and commit that file. For an older revision, check it out in another folder, render there, and name that folder.",
  });
}

/**
 * Reads the results in one committed file. A results.json of another program is ignored; broken frozen results are an
 * error.
 */
async function readCommitted(root: string, revision: string, file: string): Promise<ReportResults[]> {
  const text = readGit(root, ["show", `${revision}:./${file}`]) ?? readGit(root, ["show", `${revision}:${file}`]) ?? "";
  try {
    return [await parseSide(text, `${revision.slice(0, 7)}:${file}`)];
  } catch (error) {
    if (file.endsWith(".results.json")) throw error;
    return [];
  }
}
