import type { ReportReading } from "../document/parse.ts";
import { type UserError, UserErrors } from "../errors.ts";
import type { TextCache } from "../model/text-cache.ts";
import { checkReport, findBundleErrors } from "./check.ts";
import type { RenderOptions } from "./options.ts";

type Roots = Required<Pick<RenderOptions, "root" | "storeRoot">> & Pick<RenderOptions, "projectRoot">;

/** Mistakes that may only follow from front matter of which a part could not be read. */
const MAY_FOLLOW: ReadonlySet<string> = new Set([
  "unknown-parameter",
  "unknown-helper",
  "unknown-citation",
  "stray-markup",
  "broken-formula",
]);

/**
 * All mistakes of a report that parsing refuses: those of parsing, and those that the checks find in the rest of the report, so that
 * the author can correct all of them before the next render. Mistakes that may follow from another one are not among them.
 */
export async function collectMistakes(
  { report, errors }: ReportReading,
  roots: Roots,
  cache: TextCache,
): Promise<UserErrors> {
  const broken = report.cells.filter(({ range: [first, end] }) =>
    errors.some((error) => isWithin(error, first + 1, end)),
  );
  const others = (await furtherErrors(report, roots, cache)).filter(
    (error) =>
      !MAY_FOLLOW.has(error.code) && !broken.some(({ range: [first, end] }) => isWithin(error, first + 1, end)),
  );
  const line = ({ position }: UserError): number => position?.line ?? 0;
  return new UserErrors([...errors, ...others].sort((a, b) => line(a) - line(b)));
}

async function furtherErrors(
  report: ReportReading["report"],
  roots: Roots,
  cache: TextCache,
): Promise<readonly UserError[]> {
  try {
    await checkReport(report, roots, cache, false);
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    throw error;
  }
  return findBundleErrors(report);
}

function isWithin({ position }: UserError, first: number, last: number): boolean {
  return position !== undefined && position.line >= first && position.line <= last;
}
