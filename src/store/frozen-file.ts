import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { readRegularText, statIfThere } from "../files.ts";
import { FROZEN_VERSION, type FrozenResults } from "../model/frozen-results.ts";
import { SCHEMA_VERSION } from "../model/report-results.ts";
import { writeAtomically } from "./atomic-write.ts";

/** Name of the file beside report.md. */
export const FROZEN_FILE = "report.results.json";

const HINT = "Write the file again with `heapbook freeze`.";

/**
 * Reads the frozen results of a report; undefined where there are none.
 *
 * @param folder the report's folder
 * @param file path of the file, for messages
 * @throws UserError `invalid-frozen-results` where the file is not JSON (as after a merge conflict), of another version, or malformed
 */
export async function readFrozen(folder: string, file: string): Promise<FrozenResults | undefined> {
  const path = join(folder, FROZEN_FILE);
  if (!existsSync(path)) return undefined;
  let text: string;
  try {
    text = readRegularText(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`${file} cannot be read (${reason}).`, {
      code: "invalid-frozen-results",
      hint: HINT,
      cause: error,
    });
  }
  return parseFrozen(text, file);
}

/**
 * Parses frozen results.
 *
 * @param options `earlier`: also accepts the previous version, which kept fewer observations. Comparing results needs
 *   no observations
 * @throws UserError `invalid-frozen-results`
 */
export async function parseFrozen(
  text: string,
  file: string,
  { earlier = false }: { readonly earlier?: boolean } = {},
): Promise<FrozenResults> {
  const invalid = (message: string, hint = HINT, line = 1): UserError =>
    new UserError(`${file} ${message}`, { code: "invalid-frozen-results", position: { file, line }, hint });
  const conflict = text.split("\n").findIndex((line) => /^(?:<{7}|>{7}|={7}$)/.test(line));
  if (conflict >= 0) {
    const hint =
      "Choose one side, with `git checkout --ours` or `--theirs` and the file, and then run `heapbook freeze`.";
    throw invalid("has a merge conflict.", hint, conflict + 1);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("is not JSON.");
  }
  if (earlier) value = withObservations(value);
  const { frozen, schemaVersion } = Object(value) as Partial<FrozenResults>;
  if (typeof frozen === "number" && (frozen !== FROZEN_VERSION || schemaVersion !== SCHEMA_VERSION)) {
    throw invalid(`was written by another version of Heapbook (${frozen}.${schemaVersion}).`);
  }
  // Imported here because making the schema takes longer than a whole render without frozen results.
  const { frozenResultsSchema } = await import("./frozen-schema.ts");
  const parsed = frozenResultsSchema.safeParse(value);
  // The unparsed value is returned: the parsed copy has another order of properties, and the page's results.json would
  // have other bytes.
  if (parsed.success) return value as FrozenResults;
  const [issue] = parsed.error.issues;
  throw invalid(
    `is not a file of frozen results: at ${issue?.path.map(String).join(".") || "its top"}, ${issue?.message}.`,
  );
}

/** Converts frozen results of version 1 to version 2, without observations. Other values stay unchanged. */
function withObservations(value: unknown): unknown {
  const { frozen, sets, ...rest } = Object(value) as Partial<FrozenResults>;
  if (Number(frozen) !== 1 || !Array.isArray(sets)) return value;
  return { ...rest, frozen: FROZEN_VERSION, sets: sets.map((set) => ({ ...set, observed: [] })) };
}

/** Whether a text looks like frozen results rather than a results.json. */
export function isFrozenText(text: string): boolean {
  return /^\s*\{\s*"schemaVersion"\s*:\s*\d+\s*,\s*"frozen"\s*:/.test(text) || /^(?:<{7})/m.test(text.slice(0, 200));
}

/** The text of frozen results, with one value on each line and in a fixed order, so that git shows what changed. */
function formatFrozen(frozen: FrozenResults): string {
  return `${JSON.stringify(frozen, undefined, 1)}\n`;
}

/**
 * Writes frozen results beside their report, if they differ from the existing file.
 * @returns whether the file was written
 * @throws UserError `output-not-writable`
 */
export function writeFrozen(folder: string, frozen: FrozenResults): boolean {
  const path = join(folder, FROZEN_FILE);
  const contents = formatFrozen(frozen);
  if (statIfThere(path)?.isFile() === true && readRegularText(path) === contents) return false;
  try {
    writeAtomically([{ path, contents }]);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`The frozen results ${path} cannot be written (${reason}).`, {
      code: "output-not-writable",
      hint: "Allow writing to the folder of the report, or free space.",
      cause: error,
    });
  }
  return true;
}
