import { join } from "node:path";
import type { Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import { nearestPath, statIfThere } from "../../files.ts";
import { inlineImage } from "../../render/prose/image.ts";
import { findInputs } from "../../store/declared-inputs.ts";
import { optionPosition } from "./cells.ts";

/** Finds entries of `inputs` that match no file: errors `input-not-found`. */
export async function findMissingInputs(report: Report): Promise<UserError[]> {
  const errors: UserError[] = [];
  for (const cell of report.cells) {
    for (const input of cell.options.inputs) {
      if ((await findInputs(report.folder, input)).length > 0) continue;
      errors.push(
        new UserError(`Cell \`${cell.label}\`: no file matches the input \`${input}\`.`, {
          code: "input-not-found",
          position: optionPosition(report, cell, "inputs"),
          hint: relativeHint(report, input),
          exitCode: 1,
        }),
      );
    }
  }
  return errors;
}

/** Finds files of `recorded-output` that do not exist: errors `recorded-output-not-found`. */
export function findMissingRecordedOutputs(report: Report): UserError[] {
  return report.cells.flatMap((cell) =>
    cell.options.recordedOutputs.flatMap(({ file, line }) => {
      if (file === undefined || statIfThere(join(report.folder, file))?.isFile()) return [];
      return new UserError(`Cell \`${cell.label}\`: the file \`${file}\` of the recorded output does not exist.`, {
        code: "recorded-output-not-found",
        position: { file: report.file, line },
        hint: relativeHint(report, file),
        exitCode: 1,
      });
    }),
  );
}

function relativeHint(report: Report, path: string): string {
  const near = nearestPath(path, report.folder);
  const base = `Paths are relative to the report's folder: ${join(report.folder, path)}`;
  return near === undefined ? base : `Did you mean \`${near}\`? ${base}`;
}

/**
 * Finds images in the author's Markdown or HTML that the page cannot show: errors `missing-image`, `remote-image`,
 * `unknown-image-type`, `broken-image`, each at its line.
 */
export function findMissingImages({ images, folder }: Report): UserError[] {
  return images.flatMap(({ src, position }): UserError[] => {
    if (src === "") return [];
    try {
      inlineImage(src, folder, position);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [error];
    }
  });
}
