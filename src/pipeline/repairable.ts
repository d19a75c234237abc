import { readReportText } from "../document/parse.ts";
import type { UserError } from "../errors.ts";
import { findDeadIds } from "./checks/anchors.ts";
import { findBrokenFormulas } from "./checks/formulas.ts";
import { readShownFiles } from "./checks/made-files.ts";

/** Mistakes in the prose of a report at which a render would stop, and the ids of its headings. Nothing is run. */
export async function findProseMistakes(
  file: Parameters<typeof readReportText>[0],
  projectRoot: string,
): Promise<{ readonly errors: readonly UserError[]; readonly ids: readonly string[] }> {
  const { report, errors } = readReportText(file);
  const shown = await readShownFiles(report, projectRoot);
  return {
    errors: [
      ...errors,
      ...(await findBrokenFormulas(report)),
      ...shown.errors,
      ...shown.missing,
      ...findDeadIds(report, undefined),
    ],
    ids: report.headings.map(({ id }) => id),
  };
}
