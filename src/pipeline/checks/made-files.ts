import type { Report } from "../../document/types.ts";
import { UserError, UserErrors } from "../../errors.ts";
import { bundleReport } from "../../experiment/bundle-report.ts";
import { MAY_START } from "../../model/observations.ts";
import { findMissingImages, findMissingInputs } from "./files.ts";
import { type ResolvedLinks, resolveLinks } from "./links.ts";

// Prose shows and links files that cells write, and cells name them as `inputs`. Before the first run, as in a fresh clone, such a file is not there.

/** The files that the text of a report shows and links, and those that `inputs` names. */
export interface ShownFiles {
  readonly links: ResolvedLinks;
  /** Mistakes that no cell can mend. */
  readonly errors: readonly UserError[];
  /** Inputs, images and links whose file is missing, and images that are broken. */
  readonly missing: readonly UserError[];
}

/** Reads the files that the text of a report shows and links, and looks for the inputs of its cells. @param projectRoot folder of the project */
export async function readShownFiles(report: Report, projectRoot: string): Promise<ShownFiles> {
  const links = resolveLinks(report, projectRoot);
  const images = findMissingImages(report);
  return {
    links,
    errors: [...images.filter((error) => !isOfFile(error)), ...links.errors],
    missing: [...(await findMissingInputs(report)), ...images.filter(isOfFile), ...links.missing],
  };
}

/** Whether the error is about the file of an image, and not about its address. */
function isOfFile({ code, cause }: UserError): boolean {
  return (code === "missing-image" && cause !== undefined) || code === "broken-image";
}

/** Code that may write a file: `node:fs`, and all that may start a program. */
const MAY_WRITE = /["'](?:node:)?fs(?:\/promises)?["']/;

const mayWrite = (code: string): boolean => MAY_WRITE.test(code) || MAY_START.test(code);

/** Whether a cell of the report may write files when it runs. A cell of Python always may. */
export async function mayWriteFiles(report: Report): Promise<boolean> {
  if (report.cells.some(({ language, options }) => language === "python" && options.eval)) return true;
  try {
    const bundles = [...(await bundleReport(report, report.frontMatter.params)).values()];
    return bundles.some(({ code }) => mayWrite(code));
  } catch (error) {
    if (!(error instanceof UserError || error instanceof UserErrors)) throw error;
    // The imports that cannot be resolved are reported beside the other mistakes; the code of the cells themselves says enough.
    return report.cells.some(({ source, options }) => options.eval && mayWrite(source));
  }
}
