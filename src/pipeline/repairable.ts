import { readReportText } from "../document/parse.ts";
import { isScript } from "../document/types.ts";
import type { UserError } from "../errors.ts";
import { findBundleErrors } from "./check.ts";
import { findDeadIds } from "./checks/anchors.ts";
import { findBrokenFormulas } from "./checks/formulas.ts";
import { readShownFiles } from "./checks/made-files.ts";

/** Imports that cannot be resolved and code that cannot be bundled, with the cells of the report. Nothing is run. */
export async function findCodeMistakes(file: Parameters<typeof readReportText>[0]) {
  const { report } = readReportText(file);
  const script = report.cells.filter(({ language, options }) => isScript(language) && options.eval);
  return {
    errors: await findBundleErrors(report),
    cells: script.map(({ range }) => ({ range, mark: "//|" as const })),
  };
}

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
