import * as z from "zod";
import { didYouMean, UserError } from "../errors.ts";
import type { Scalar } from "../model/values.ts";
import type { CellLanguage } from "./types.ts";
import { describeValue, type YamlReading } from "./yaml.ts";

/** An output from another source, which the page shows beside the output of the cell. */
export interface RecordedOutput {
  /** Origin of the output: `the writeup, 17 November 2021`. */
  readonly source: string;
  /** The output, if written in the cell; undefined if `file` contains it. */
  readonly text: string | undefined;
  /** Path of the file with the output, relative to the report's folder; undefined if `text` contains it. */
  readonly file: string | undefined;
  /** Largest difference between numbers that count as equal, as a share of the recorded number: 0.01 for `1%`. */
  readonly tolerance: number;
  /** Parameters of the variants that this output is compared with; empty for all variants. */
  readonly variant: Readonly<Record<string, Scalar>>;
  /** Line of the report on which the output was written. */
  readonly line: number;
}

const RECORDED_OUTPUT_EXPECTED = 'a mapping such as { source: "the writeup", text: "2" }, or a list of them';
const TOLERANCE_EXPECTED = "per cent, such as 1% or 0.5 %";

const entrySchema = z.object({
  source: z.string("a text").trim().min(1, "a text that is not empty"),
  text: z.union([z.string(), z.number(), z.boolean()], "a text").transform(String).optional(),
  file: z.string("a text").trim().min(1, "a text that is not empty").optional(),
  tolerance: z
    .string(TOLERANCE_EXPECTED)
    .regex(/^\d+(?:\.\d+)?\s*%$/, TOLERANCE_EXPECTED)
    .transform((text) => Number.parseFloat(text) / 100)
    .optional(),
  variant: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], "a text, a number, true or false"), {
      error: "a mapping of matrix parameters to values, such as { walks: saved }",
    })
    .optional(),
});

const ENTRY_NAMES = Object.keys(entrySchema.shape);

/**
 * Reads the option `recorded-output`: one mapping, or a list of mappings for the variants of a matrix. Adds errors
 * `invalid-recorded-output`, each at its line.
 */
export function readRecordedOutputs(
  written: unknown,
  cell: { readonly matrix: Readonly<Record<string, readonly Scalar[]>>; readonly language: CellLanguage | undefined },
  yaml: YamlReading,
  errors: UserError[],
): readonly RecordedOutput[] {
  if (written === undefined) return [];
  const fail = (message: string, path: readonly PropertyKey[], hint?: string): void => {
    const position = yaml.position(["recorded-output", ...path]);
    errors.push(new UserError(message, { code: "invalid-recorded-output", position, hint }));
  };
  if (cell.language === "vega-lite") {
    fail("A vega-lite cell prints no output to compare.", [], "Move `recorded-output` to a cell that runs.");
    return [];
  }
  const isList = Array.isArray(written);
  if (isList && written.length === 0) fail(`\`recorded-output\` must be ${RECORDED_OUTPUT_EXPECTED}.`, []);
  return (isList ? written : [written]).flatMap((entry: unknown, index): RecordedOutput[] => {
    const path = isList ? [index] : [];
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      fail(`\`recorded-output\` must be ${RECORDED_OUTPUT_EXPECTED}, but is ${describeValue(entry)}.`, path);
      return [];
    }
    const before = errors.length;
    for (const name of Object.keys(entry)) {
      if (ENTRY_NAMES.includes(name)) continue;
      fail(`\`recorded-output\` has no \`${name}\`.`, [...path, name], didYouMean(name, ENTRY_NAMES, "names"));
    }
    const result = entrySchema.safeParse(entry);
    for (const issue of result.error?.issues ?? []) {
      const name = issue.path.map(String).join(".");
      const found = issue.path.reduce<unknown>((value, key) => Object(value)[key], entry);
      const missing = found === undefined && issue.path.length === 1;
      fail(
        missing
          ? `\`recorded-output\` needs \`${name}\`, the origin of the output.`
          : `\`recorded-output.${name}\` must be ${issue.message}, but is ${describeValue(found)}.`,
        [...path, ...issue.path],
      );
    }
    const { text, file } = entry as { readonly text?: unknown; readonly file?: unknown };
    if ((text === undefined) === (file === undefined)) {
      const both = text !== undefined;
      fail(
        both ? "`recorded-output` has both `text` and `file`." : "`recorded-output` has neither `text` nor `file`.",
        both ? [...path, "file"] : path,
        both
          ? "Remove one of the two."
          : "Quote the output with `text: |`, or name a file beside the report with `file:`.",
      );
    }
    const { data } = result;
    if (data !== undefined) checkVariant(data.variant ?? {}, cell.matrix, path, fail);
    if (data === undefined || errors.length > before) return [];
    const { line } = yaml.position(["recorded-output", ...path]);
    const { source, tolerance = 0, variant = {} } = data;
    return [{ source, text: data.text, file: data.file, tolerance, variant, line }];
  });
}

function checkVariant(
  variant: Readonly<Record<string, Scalar>>,
  matrix: Readonly<Record<string, readonly Scalar[]>>,
  path: readonly PropertyKey[],
  fail: (message: string, path: readonly PropertyKey[], hint?: string) => void,
): void {
  for (const [name, value] of Object.entries(variant)) {
    const values = matrix[name]?.map(String);
    const place = [...path, "variant", name];
    if (values === undefined) {
      const hint = didYouMean(name, Object.keys(matrix), "matrix parameters");
      fail(`\`${name}\` is not a parameter of the cell's matrix.`, place, hint);
    } else if (!values.includes(String(value))) {
      fail(`The matrix has no \`${name}\` of ${value}.`, place, didYouMean(String(value), values, "values"));
    }
  }
}
