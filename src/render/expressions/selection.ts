import type { ExpressionCall, ExpressionNode } from "../../document/expression.ts";
import type { Cell, Report } from "../../document/types.ts";
import { didYouMean, type ErrorCode } from "../../errors.ts";
import type { Scalar } from "../../model/values.ts";
import { describeMetric, METRICS, probeOf } from "../../results/metric-catalog.ts";
import { METRIC_OPTIONS } from "./helpers.ts";

/** Records a mistake of the author. `message`: the mistake. `hint`: a remedy. */
export type Complain = (code: ErrorCode, message: string, hint: string) => void;

/** What the checks of an expression read, and where they record mistakes. */
export interface Check {
  readonly report: Report;
  readonly complain: Complain;
}

/** Finds the cell with a label. Records a mistake if there is none, or if the cell cannot measure. */
export function checkLabel(label: string, { report, complain }: Check): Cell | undefined {
  const cell = report.cells.find((candidate) => candidate.label === label);
  if (cell !== undefined && cell.language !== "vega-lite") return cell;
  if (cell !== undefined) {
    complain(
      "unknown-label",
      `The cell \`${label}\` draws a chart and measures nothing.`,
      "Write the label of the cell whose result it draws.",
    );
    return undefined;
  }
  const labels = report.cells
    .filter(({ labelled, language }) => labelled && language !== "vega-lite")
    .map((each) => each.label);
  complain("unknown-label", `Unknown cell \`${label}\`.`, didYouMean(label, labels, "cells"));
  return undefined;
}

/**
 * Checks that each named argument is a parameter of the matrix, and that all arguments together select exactly one
 * variant.
 */
export function checkSelection(call: ExpressionCall, cell: Cell, { report, complain }: Check): void {
  if (cell.uncertain === true) return;
  const { matrix } = cell.options;
  let misnamed = false;
  for (const [name, node] of call.hash) {
    if (METRIC_OPTIONS.includes(name)) continue;
    const values = Object.hasOwn(matrix, name) ? matrix[name] : undefined;
    if (values === undefined) {
      const known = [...Object.keys(matrix), ...METRIC_OPTIONS];
      const message = `The matrix of the cell \`${cell.label}\` has no parameter \`${name}\`.`;
      complain("unknown-parameter", message, didYouMean(name, known, "arguments"));
      misnamed = true;
      continue;
    }
    const value = constantOf(node, report);
    if (value !== undefined && !values.some((known) => String(known) === String(value))) {
      const message = `No variant of the cell \`${cell.label}\` has \`${name}=${value}\`.`;
      complain("unknown-value", message, didYouMean(String(value), values.map(String), "values"));
    }
  }
  const open = Object.entries(matrix).filter(([name, values]) => values.length > 1 && !call.hash.has(name));
  // A misspelt parameter already has an error; a second message is left out.
  if (open.length === 0 || misnamed) return;
  const choices = open.map(([name, values]) => `\`${name}\` is ${values.join(" or ")}`).join("; ");
  const example = open
    .map(([name, [value]]) => `${name}=${typeof value === "string" ? JSON.stringify(value) : value}`)
    .join(" ");
  const message = `The expression matches several variants of the cell \`${cell.label}\`: ${choices}.`;
  complain("ambiguous-selection", message, `Select one, for example \`${example}\`.`);
}

/** Value of a node that is a literal or a parameter; undefined for other nodes. */
function constantOf(node: ExpressionNode, report: Report): Scalar | undefined {
  if (node.kind === "literal") return node.value ?? String(node.value);
  return node.kind === "path" && node.parts[0] === "params" ? parameter(report, node.parts[1] ?? "") : undefined;
}

/** Checks that the cell has the probe of a built-in metric, or that its code can record a metric of its own. */
export function checkMetric(id: string, cell: Cell, { complain }: Check): void {
  if (cell.uncertain === true) return;
  const metric = describeMetric(id);
  const { heapMultiples } = cell.options;
  // The option `heap-multiples` adds the probe that searches for the smallest heap.
  const probes = heapMultiples === undefined ? cell.options.probes : [...cell.options.probes, "min-heap" as const];
  if (metric !== undefined) {
    const probe = probeOf(metric);
    if (probe === "output" || probes.includes(probe)) return;
    const hint = `Add the probe to the options of the cell: \`//| probes: [${[...probes, probe].join(", ")}]\`.`;
    complain(
      "probe-missing",
      `\`${id}\` needs the probe \`${probe}\`, which the cell \`${cell.label}\` does not have.`,
      hint,
    );
    return;
  }
  // Metrics that the code records are known only after the run, unless the code cannot record any.
  const sameLetters = METRICS.find((known) => known.id.toLowerCase() === id.toLowerCase());
  if (sameLetters === undefined && (/\bmetric\b/.test(cell.source) || importsCode(cell.source))) return;
  const known = METRICS.filter((metric) => {
    const probe = probeOf(metric);
    return probe !== "output" && probes.includes(probe);
  }).map((each) => each.id);
  const candidates = known.length > 0 ? known : METRICS.map((each) => each.id);
  complain(
    "unknown-metric",
    `The cell \`${cell.label}\` has no metric \`${id}\`.`,
    didYouMean(id, candidates, "metrics"),
  );
}

/** Whether the cell imports a module of the author's or an npm package, which may call `metric()`. */
export function importsCode(source: string): boolean {
  const specifiers = [...source.matchAll(/(?:\bfrom|\bimport)\s*(?:\(\s*)?(["'`])(.*?)\1/g)].map(
    ([, , specifier]) => specifier,
  );
  return specifiers.some((specifier) => specifier !== "heapbook" && !/^(?:node|result):/.test(specifier ?? ""));
}

/** Value of a parameter of the report; undefined for any other name, also for inherited names such as `constructor`. */
export function parameter(report: Report, name: string): Scalar | undefined {
  const { params } = report.frontMatter;
  return Object.hasOwn(params, name) ? params[name] : undefined;
}
