import type { ExpressionCall, ExpressionNode } from "../../document/expression.ts";
import type { Cell, ParameterValue, Report } from "../../document/types.ts";
import { didYouMean } from "../../errors.ts";
import { describeMetric, METRICS, probeOf } from "../../results/metric-catalog.ts";
import { METRIC_OPTIONS } from "./helpers.ts";

/** Notes a mistake: its code, what is wrong, what to do. */
export type Complain = (code: string, message: string, hint: string) => void;

export interface Check {
  readonly report: Report;
  readonly complain: Complain;
}

/** The cell of that label, which must be one that can measure. */
export function checkLabel(label: string, { report, complain }: Check): Cell | undefined {
  const cell = report.cells.find((candidate) => candidate.label === label);
  if (cell !== undefined && cell.language !== "vega-lite") return cell;
  if (cell !== undefined) {
    complain(
      "unknown-label",
      `The cell \`${label}\` draws a result and measures nothing.`,
      "Name the cell whose result it draws.",
    );
    return undefined;
  }
  const labels = report.cells
    .filter(({ labelled, language }) => labelled && language !== "vega-lite")
    .map((each) => each.label);
  complain("unknown-label", `No cell is labelled \`${label}\`.`, didYouMean(label, labels, "cells"));
  return undefined;
}

/** The variant that the named arguments choose: each a parameter of the cell's matrix, and together one variant only. */
export function checkSelection(call: ExpressionCall, cell: Cell, { report, complain }: Check): void {
  const { matrix } = cell.options;
  let misnamed = false;
  for (const [name, node] of call.hash) {
    if (METRIC_OPTIONS.includes(name)) continue;
    const values = Object.hasOwn(matrix, name) ? matrix[name] : undefined;
    if (values === undefined) {
      const known = [...Object.keys(matrix), ...METRIC_OPTIONS];
      const message = `The cell \`${cell.label}\` has no parameter \`${name}\` in its matrix.`;
      complain("unknown-parameter", message, didYouMean(name, known, "arguments"));
      misnamed = true;
      continue;
    }
    const value = constantOf(node, report);
    if (value !== undefined && !values.some((known) => String(known) === String(value))) {
      const message = `\`${name}\` of the cell \`${cell.label}\` is never \`${value}\`.`;
      complain("unknown-value", message, didYouMean(String(value), values.map(String), "values"));
    }
  }
  const open = Object.entries(matrix).filter(([name, values]) => values.length > 1 && !call.hash.has(name));
  // Whoever misspelt a parameter did say which variant: one mistake, one message.
  if (open.length === 0 || misnamed) return;
  const choices = open.map(([name, values]) => `\`${name}\` is ${values.join(" or ")}`).join("; ");
  const example = open
    .map(([name, [value]]) => `${name}=${typeof value === "string" ? JSON.stringify(value) : value}`)
    .join(" ");
  const message = `The cell \`${cell.label}\` has several variants, and the expression does not say which: ${choices}.`;
  complain("ambiguous-selection", message, `Say which, for example \`${example}\`.`);
}

/** The value that a node has whatever the results, if it has one. */
function constantOf(node: ExpressionNode, report: Report): ParameterValue | undefined {
  if (node.kind === "literal") return node.value ?? String(node.value);
  return node.kind === "path" && node.parts[0] === "params" ? parameter(report, node.parts[1] ?? "") : undefined;
}

/** A built-in metric needs its probe; one of the cell's own must be possible. */
export function checkMetric(id: string, cell: Cell, { complain }: Check): void {
  const metric = describeMetric(id);
  const { heapMultiples } = cell.options;
  // Multiples of the smallest heap come with the search for it.
  const probes = heapMultiples === undefined ? cell.options.probes : [...cell.options.probes, "min-heap" as const];
  if (metric !== undefined) {
    const probe = probeOf(metric);
    if (probe === "output" || probes.includes(probe)) return;
    const hint = `Add it to the options of the cell: \`//| probes: [${[...probes, probe].join(", ")}]\`.`;
    complain(
      "probe-missing",
      `\`${id}\` is measured by the probe \`${probe}\`, which the cell \`${cell.label}\` does not have.`,
      hint,
    );
    return;
  }
  // A metric of the cell's own is known only when the cell has run, unless nothing in it could make one.
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

/** Whether the cell imports a module of the author's or of npm, which may call `metric()` too. */
function importsCode(source: string): boolean {
  const specifiers = [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(["'`])(.*?)\1/g)].map(
    ([, , specifier]) => specifier,
  );
  return specifiers.some((specifier) => specifier !== "heapbook" && !/^(?:node|result):/.test(specifier ?? ""));
}

/** A parameter of the report by its name, which may be anything that an author types. */
export function parameter(report: Report, name: string): ParameterValue | undefined {
  const { params } = report.frontMatter;
  return Object.hasOwn(params, name) ? params[name] : undefined;
}
