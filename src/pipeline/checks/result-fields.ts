import type { FieldsOfData } from "../../chart/vega/spec-check.ts";
import { cellsByLabel } from "../../document/cells-by-label.ts";
import type { Cell, Report } from "../../document/types.ts";
import { importsCode } from "../../render/expressions/selection.ts";
import { METRICS, probeOf } from "../../results/metric-catalog.ts";

/** Fields of a row of a metric beside its value. */
const ENDS = ["", "_low", "_high"];

/**
 * The fields of the rows that a chart takes from a result, as far as they are known before the cell runs: parameters of its
 * matrix, and metrics of its probes. Unknown for `rows` other than variants and samples, and for cells that may record
 * metrics or name regions.
 */
export function fieldsOfResults(report: Report): FieldsOfData {
  return (data) => {
    const { result, rows = "variants" } = Object(data) as { readonly result?: unknown; readonly rows?: unknown };
    const cell = typeof result === "string" ? cellsByLabel(report).get(result) : undefined;
    if (cell === undefined || cell.uncertain === true || (rows !== "variants" && rows !== "samples")) return undefined;
    const probes = probesOf(cell);
    const ids = METRICS.filter((metric) => probeOf(metric) === "output" || probes.includes(probeOf(metric)));
    const ends = rows === "variants" ? ENDS : [""];
    const fields = new Set([
      ...Object.keys(cell.options.matrix),
      ...(rows === "samples" ? ["trial"] : []),
      ...ids.flatMap(({ id }) => ends.map((end) => id + end)),
    ]);
    return { fields, isComplete: isMeasuredOnly(cell), whyMissing: (field) => whyMissing(field, cell, probes) };
  };
}

function probesOf({ options }: Cell): readonly string[] {
  return options.heapMultiples === undefined ? options.probes : [...options.probes, "min-heap"];
}

/** Whether a cell can have no metrics but those of its probes, in a region without a name. */
function isMeasuredOnly({ source }: Cell): boolean {
  return !/\bmetric\b|\bmeasure\w*\s*\(\s*["'`]|\bregion\b/.test(source) && !importsCode(source);
}

/** Text for a built-in metric whose probe the cell does not have; undefined for other fields. */
function whyMissing(field: string, { label }: Cell, probes: readonly string[]) {
  const metric = METRICS.find(({ id }) => ENDS.some((end) => id + end === field));
  const probe = metric === undefined ? "output" : probeOf(metric);
  if (probe === "output" || probes.includes(probe)) return undefined;
  return {
    message: `The field \`${field}\` needs the probe \`${probe}\`, which the cell \`${label}\` does not have.`,
    hint: `Add the probe to the options of the cell: \`//| probes: [${[...probes, probe].join(", ")}]\`.`,
  };
}
