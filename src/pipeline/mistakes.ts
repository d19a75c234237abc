import type { ReportReading } from "../document/parse.ts";
import { type UserError, UserErrors } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import { type CheckOptions, checkReport, findBundleErrors } from "./check.ts";

/** Codes of mistakes that may be mere consequences of front matter that could not be read. */
const MAY_FOLLOW: ReadonlySet<string> = new Set([
  "unknown-parameter",
  "unknown-helper",
  "unknown-citation",
  "stray-markup",
  "broken-formula",
]);

/** Codes of mistakes in a cell's fence. After them, the language of the cell's code is uncertain. */
const OF_FENCES: ReadonlySet<string> = new Set(["invalid-fence", "unknown-language", "unclosed-cell"]);

/**
 * Collects all mistakes of a report that parsing refuses, from parsing and from the checks, so that the author can
 * correct all of them before the next render. Mistakes that may be consequences of others are left out.
 * @param onWarning called for each warning that is not such a consequence
 */
export async function collectMistakes(
  { report, errors }: ReportReading,
  options: CheckOptions,
  cache: TextCache,
  onWarning: (message: string) => void,
): Promise<UserErrors> {
  const frontMatterEnd = report.source.split("\n").findIndex((line, index) => index > 0 && /^---\s*$/.test(line)) + 1;
  const mayFollow = errors.some((error) => isWithin(error, 1, frontMatterEnd)) ? MAY_FOLLOW : new Set<string>();
  const broken = report.cells.flatMap(({ range: [first, end], sourceLine }): readonly [number, number][] => {
    const own = errors.filter((error) => isWithin(error, first + 1, end));
    if (own.some(({ code }) => OF_FENCES.has(code))) return [[first + 1, end]];
    // A mistake in an option causes no mistakes in the code, so only the option lines are skipped.
    return own.length > 0 ? [[first + 1, sourceLine - 1]] : [];
  });
  // The checks parse expressions again and find the same syntax mistakes a second time.
  const known = new Set(errors.map(identityOf));
  const others = (await furtherErrors(report, options, cache, mayFollow, onWarning)).filter(
    (error) =>
      !mayFollow.has(error.code) &&
      !known.has(identityOf(error)) &&
      !broken.some(([first, last]) => isWithin(error, first, last)),
  );
  const line = ({ position }: UserError): number => position?.line ?? 0;
  return new UserErrors([...errors, ...others].sort((a, b) => line(a) - line(b)));
}

async function furtherErrors(
  report: ReportReading["report"],
  options: CheckOptions,
  cache: TextCache,
  mayFollow: ReadonlySet<string>,
  onWarning: (message: string) => void,
): Promise<readonly UserError[]> {
  try {
    await checkReport(report, options, cache, false, (message, code) => {
      if (code === undefined || !mayFollow.has(code)) onWarning(message);
    });
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    throw error;
  }
  return findBundleErrors(report);
}

function identityOf({ code, position, message }: UserError): string {
  return `${position?.line}:${position?.column} ${code} ${message}`;
}

function isWithin({ position }: UserError, first: number, last: number): boolean {
  return position !== undefined && position.line >= first && position.line <= last;
}
