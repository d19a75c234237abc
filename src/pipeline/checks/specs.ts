import type { VegaLiteSpec } from "../../chart/types.ts";
import { lineOfMistake } from "../../chart/vega/place-of-mistake.ts";
import { checkSpec } from "../../chart/vega/spec-check.ts";
import { findUnknownProperties } from "../../chart/vega/unknown-properties.ts";
import { lineOfProperty, parseSpec, resultLabels } from "../../chart/vega/vega-lite-cell.ts";
import type { Cell, Report } from "../../document/types.ts";
import { didYouMean, UserError } from "../../errors.ts";
import { fieldsOfResults } from "./result-fields.ts";

export interface ReadSpecs {
  /** Specifications of the `vega-lite` cells that are drawn, by label. */
  readonly specs: ReadonlyMap<string, VegaLiteSpec>;
  /**
   * Errors: `invalid-chart` for YAML or JSON that cannot be parsed, and for mistakes that are visible without a result;
   * `unknown-label` for results of cells that do not exist.
   */
  readonly errors: readonly UserError[];
  /** `unknown-property`, each at its line. */
  readonly warnings: readonly UserError[];
}

/** The error at the line of the specification that it quotes, where it is placed at the first line. */
function atItsLine(error: UserError, cell: Cell, { file }: Report): UserError {
  if (error.position?.line !== cell.sourceLine) return error;
  const { message, code, hint, exitCode, cause } = error;
  const position = { file, line: cell.sourceLine + lineOfMistake(cell.source, message) };
  return new UserError(message, { code, position, hint, exitCode, cause });
}

/** Parses the specifications of the `vega-lite` cells. */
export function readSpecs(report: Report): ReadSpecs {
  const errors: UserError[] = [];
  const warnings: UserError[] = [];
  const specs = new Map<string, VegaLiteSpec>();
  const drawn = report.cells.filter((cell) => cell.options.eval);
  const sources = drawn.filter((cell) => cell.language !== "vega-lite").map((cell) => cell.label);
  for (const cell of drawn.filter(({ language }) => language === "vega-lite")) {
    const position = { file: report.file, line: cell.sourceLine };
    try {
      const spec = parseSpec(cell.source, position);
      for (const { path, message, hint } of findUnknownProperties(spec)) {
        const at = { file: report.file, line: cell.sourceLine + lineOfProperty(cell.source, path) };
        warnings.push(new UserError(message, { code: "unknown-property", position: at, hint }));
      }
      checkSpec(spec, position, fieldsOfResults(report));
      specs.set(cell.label, spec);
      for (const label of resultLabels(spec).filter((each) => !sources.includes(each))) {
        const message = `Cell \`${cell.label}\` draws the result of \`${label}\`, but no cell that runs has that label.`;
        const hint = didYouMean(label, sources, "results");
        const at = { file: report.file, line: cell.sourceLine + lineOfMistake(cell.source, `\`${label}\` \`result\``) };
        errors.push(new UserError(message, { code: "unknown-label", position: at, hint, exitCode: 1 }));
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(atItsLine(error, cell, report));
    }
  }
  return { specs, errors, warnings };
}
