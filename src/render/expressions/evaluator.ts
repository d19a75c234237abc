import { BINARY_OPERATIONS, PLAIN_UNITS, unitOfOperation } from "../../analysis/binary-operations.ts";
import { combineMedians, medianOperand } from "../../analysis/combined-medians.ts";
import { type FormatOptions, formatInterval, formatValue } from "../../analysis/format.ts";
import { unitsFor } from "../../analysis/units.ts";
import {
  type ExpressionCall,
  type ExpressionNode,
  type ExpressionPath,
  parseExpression,
} from "../../document/expression.ts";
import type { Report } from "../../document/types.ts";
import { type Position, UserError } from "../../errors.ts";
import { type Environment, type ReportResults, SCHEMA_VERSION } from "../../model/report-results.ts";
import type { Scalar } from "../../model/values.ts";
import { withAside } from "../../words/punctuation.ts";
import { say } from "../../words/say.ts";
import { checkExpression } from "./check.ts";
import type { Computed } from "./computed.ts";
import { isEnvironmentKey, isHelperName, isPairHelper, METRIC_OPTIONS } from "./helpers.ts";
import { findLine } from "./lines.ts";
import { describePair, formatQuantity, type NumberQuantity, plainNumber, type Quantity } from "./quantity.ts";
import { countTrials, countVariants, type Facts, findMetric, readEnvironmentEntry, type Selection } from "./values.ts";

/** Checks and evaluates the expressions of a report. */
export interface Evaluator {
  /** Returns all mistakes that are known before a cell runs. */
  check(): UserError[];
  /**
   * Evaluates one expression. The text is `—` for a cell that failed or was not run.
   *
   * @throws UserError for a mistake that `check` finds, and for mistakes known only from results: a metric that the
   * cell did not record, or incompatible units
   */
  evaluate(source: string, position: Position): Computed;
}

/**
 * Creates the evaluator of a report. Expressions have the syntax of Handlebars and a fixed set of helpers.
 *
 * @param facts `results`: optional; without results every metric is absent. `environment`: for `env`; by default the
 * environments of the results
 */
export function createEvaluator(facts: {
  readonly report: Report;
  readonly results?: ReportResults | undefined;
  readonly environment?: Environment | undefined;
}): Evaluator {
  const { report, environment } = facts;
  const nothing: ReportResults = {
    schemaVersion: SCHEMA_VERSION,
    report: { slug: report.slug, title: report.frontMatter.title },
    params: report.frontMatter.params,
    cells: [],
  };
  const known: Facts = { report, results: facts.results ?? nothing, environment };
  return {
    check: () => report.expressions.flatMap(({ source, position }) => findMistakes(source, report, position)),
    evaluate(source, position) {
      const node = parseExpression(source, position);
      const [mistake] = checkExpression(node, report, position);
      if (mistake !== undefined) throw mistake;
      const quantity = evaluateNode(node, { facts: known, position });
      return { text: formatQuantity(quantity), from: quantity.from, href: quantity.href };
    },
  };
}

function findMistakes(source: string, report: Report, position: Position): UserError[] {
  let node: ExpressionPath | ExpressionCall;
  try {
    node = parseExpression(source, position);
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
  return checkExpression(node, report, position);
}

interface Evaluation {
  readonly facts: Facts;
  readonly position: Position;
}

// `checkExpression` has accepted the tree. An invalid node here is a mistake of Heapbook, and throws a plain Error
// below.

function evaluateNode(node: ExpressionNode, evaluation: Evaluation): Quantity {
  if (node.kind === "call") return evaluateCall(node, evaluation);
  const value = node.kind === "literal" ? node.value : readParameter(node, evaluation.facts);
  const from = node.kind === "literal" ? String(value) : say("parameter", { name: node.parts.slice(1).join(".") });
  if (typeof value === "number") return plainNumber(value, from);
  return { kind: "text", text: String(value), from, href: undefined };
}

/** Reads a parameter from the results, because `-P` overrides the value in the front matter. */
function readParameter(path: ExpressionPath, { report, results }: Facts): Scalar {
  const name = path.parts[1] ?? "";
  const params = Object.hasOwn(results.params, name) ? results.params : report.frontMatter.params;
  const value = params[name];
  if (value === undefined) throw new Error(`Unchecked parameter: ${path.source}`);
  return value;
}

function evaluateCall(call: ExpressionCall, evaluation: Evaluation): Quantity {
  const { facts, position } = evaluation;
  const { name } = call;
  if (!isHelperName(name)) throw new Error(`Unchecked helper: ${name}`);
  const format = readFormat(call);
  switch (name) {
    case "interval":
      if (call.args.length === 1) return evaluateIntervalOf(call, format, evaluation);
      return evaluateMetric(call, name, format, evaluation);
    case "metric":
      return evaluateMetric(call, name, format, evaluation);
    case "line":
      return evaluateLine(call, format, evaluation);
    case "ratio":
    case "percent":
    case "difference": {
      const [a, b] = call.args.map((argument) => evaluateNode(argument, evaluation));
      if (a === undefined || b === undefined) throw new Error(`Unchecked arguments: ${name}`);
      return combine(name, a, b, format, position);
    }
    case "bytes":
      return reinterpret(call, "B", format, evaluation);
    case "ms":
      return reinterpret(call, "ms", format, evaluation);
    case "count":
      return reinterpret(call, "count", format, evaluation);
    case "variants": {
      const cell = facts.report.cells.find(({ label }) => label === textArgument(call, 0));
      if (cell === undefined) throw new Error(`Unchecked label: ${textArgument(call, 0)}`);
      return countVariants(cell);
    }
    case "trials":
      return countTrials(facts, textArgument(call, 0));
    case "env": {
      const key = textArgument(call, 0);
      if (!isEnvironmentKey(key)) throw new Error(`Unchecked key: ${key}`);
      return readEnvironmentEntry(facts, key);
    }
  }
}

function evaluateMetric(
  call: ExpressionCall,
  name: "metric" | "interval",
  format: FormatOptions,
  evaluation: Evaluation,
): Quantity {
  const found = findMetric(
    evaluation.facts,
    { ...readSelection(call, evaluation.facts), metricId: textArgument(call, 1) },
    evaluation.position,
  );
  if ("kind" in found) return found;
  const { summary, from, href, subject } = found;
  assertUnit(summary.unit, format.unit, evaluation.position);
  if (name === "interval") {
    // With one trial, low and high would be the same number, which reads as an interval without width.
    const text =
      summary.confidence === 0
        ? withAside(formatValue(summary.value, summary.unit, format), say("oneTrialUnknown"))
        : formatInterval(summary, format);
    return { kind: "text", text, from, href };
  }
  return {
    kind: "number",
    value: summary.value,
    unit: summary.unit,
    format,
    from,
    href,
    subject,
    bounds: summary.mode === "bounds" ? summary : undefined,
    side: medianOperand(summary),
  };
}

/** The cell, the variant and the region that the arguments of a call select. */
function readSelection(call: ExpressionCall, facts: Facts): Selection {
  const chosen = [...call.hash].filter(([key]) => !METRIC_OPTIONS.includes(key));
  const region = call.hash.get("region");
  return {
    label: textArgument(call, 0),
    params: Object.fromEntries(chosen.map(([key, node]) => [key, selectedValue(node, facts)])),
    region: region?.kind === "literal" ? String(region.value) : undefined,
  };
}

function evaluateLine(call: ExpressionCall, format: FormatOptions, { facts, position }: Evaluation): Quantity {
  const choice = { ...readSelection(call, facts), place: textArgument(call, 1), count: textArgument(call, 2) };
  const found = findLine(facts, choice, position);
  return found.kind === "number" ? { ...found, format } : found;
}

/**
 * Evaluates `interval (ratio …)`: gives the confidence interval of the combination of two medians; the value itself if
 * both are exact.
 */
function evaluateIntervalOf(call: ExpressionCall, format: FormatOptions, evaluation: Evaluation): Quantity {
  const [pair] = call.args;
  if (pair?.kind !== "call" || !isPairHelper(pair.name)) throw new Error(`Unchecked arguments: ${call.name}`);
  const [a, b] = pair.args.map((argument) => evaluateNode(argument, evaluation));
  if (a === undefined || b === undefined) throw new Error(`Unchecked arguments: ${pair.name}`);
  const whole = combine(pair.name, a, b, { ...readFormat(pair), ...definedOnly(format) }, evaluation.position);
  if (whole.kind !== "number" || a.kind !== "number" || b.kind !== "number") return whole;
  const sides = [a, b].map(({ side, value }) => side ?? { samples: [value], exact: true });
  const [one, other] = sides;
  if (one === undefined || other === undefined) throw new Error(`Unchecked arguments: ${pair.name}`);
  const { low, high, confidence } = combineMedians(one, other, BINARY_OPERATIONS[pair.name]);
  const { from, href, unit } = whole;
  if (confidence === 0) {
    const text = withAside(formatValue(whole.value, unit, whole.format), say("intervalUnknown"));
    return { kind: "text", text, from, href };
  }
  const evidence =
    confidence < 1
      ? say("percentIntervalOf", { percent: formatValue(confidence * 100, "%") })
      : low === high
        ? say("exact")
        : say("certainBounds");
  const text = formatInterval({ low, high, unit }, whole.format);
  return { kind: "text", text, from: `${from} · ${evidence}`, href };
}

function definedOnly({ digits, unit }: FormatOptions): FormatOptions {
  return { ...(digits === undefined ? {} : { digits }), ...(unit === undefined ? {} : { unit }) };
}

function selectedValue(node: ExpressionNode, facts: Facts): Scalar {
  return node.kind === "path"
    ? readParameter(node, facts)
    : node.kind === "literal"
      ? (node.value ?? String(node.value))
      : "";
}

const SIGNS = { ratio: "÷", percent: "÷", difference: "−" } as const;

function combine(
  name: keyof typeof SIGNS,
  a: Quantity,
  b: Quantity,
  format: FormatOptions,
  position: Position,
): Quantity {
  const missing = [a, b].find((quantity) => quantity.kind === "absent");
  if (missing !== undefined) return missing;
  if (a.kind !== "number" || b.kind !== "number") throw notANumber(name, position);
  const from = describePair(name === "difference" ? "differenceOf" : "ratioOf", a, SIGNS[name], b);
  const href = a.href ?? b.href;
  const unit = unitOfOperation(name, a.unit, b.unit);
  if (unit === undefined)
    throw mismatch(`\`${name}\` of a value in ${a.unit || "no unit"} and a value in ${b.unit || "no unit"}`, position);
  assertUnit(unit, format.unit, position);
  const value = BINARY_OPERATIONS[name](a.value, b.value);
  const bounds = combineBounds(BINARY_OPERATIONS[name], a, b);
  if (name === "difference") return { kind: "number", value, unit, format, from, href, bounds };
  // A divisor of 0 is a result and not the author's mistake: the page shows `—` and the reason.
  if (b.value === 0) return { kind: "absent", from: `${from} · ${say("divisorZero")}`, href };
  if (b.bounds !== undefined && b.bounds.low <= 0 && b.bounds.high >= 0)
    return { kind: "absent", from: `${from} · ${say("divisorMayBeZero")}`, href };
  return { kind: "number", value, unit, format, from, href, bounds };
}

/**
 * Bounds of a combination, from all combinations of the operands' bounds. Undefined if neither operand has bounds.
 * Bounds of a divisor must not contain 0.
 */
function combineBounds(
  operation: (a: number, b: number) => number,
  a: NumberQuantity,
  b: NumberQuantity,
): NumberQuantity["bounds"] {
  if (a.bounds === undefined && b.bounds === undefined) return undefined;
  const ends = ({ value, bounds }: NumberQuantity): readonly number[] =>
    bounds === undefined ? [value] : [bounds.low, bounds.high];
  const corners = ends(a).flatMap((one) => ends(b).map((other) => operation(one, other)));
  return { low: Math.min(...corners), high: Math.max(...corners) };
}

function reinterpret(call: ExpressionCall, unit: string, format: FormatOptions, evaluation: Evaluation): Quantity {
  const [argument] = call.args;
  if (argument === undefined) throw new Error(`Unchecked arguments: ${call.name}`);
  const quantity = evaluateNode(argument, evaluation);
  if (quantity.kind === "absent") return quantity;
  if (quantity.kind !== "number") throw notANumber(call.name, evaluation.position);
  if (quantity.unit !== unit && !PLAIN_UNITS.has(quantity.unit)) {
    throw mismatch(`\`${call.name}\` of a value in ${quantity.unit}`, evaluation.position);
  }
  return { ...quantity, unit, format };
}

function readFormat(call: ExpressionCall): FormatOptions {
  const [digits, unit] = [call.hash.get("digits"), call.hash.get("unit")];
  return {
    digits: digits?.kind === "literal" ? Number(digits.value) : undefined,
    unit: unit?.kind === "literal" ? String(unit.value) : undefined,
  };
}

function textArgument(call: ExpressionCall, index: number): string {
  const argument = call.args[index];
  if (argument?.kind === "literal" && typeof argument.value === "string") return argument.value;
  throw new Error(`Unchecked arguments: ${call.name}`);
}

/** Checks the unit once more: the unit of a metric that the cell itself records is known only from the results. */
function assertUnit(unit: string, wanted: string | undefined, position: Position): void {
  if (wanted === undefined || unitsFor(unit).includes(wanted)) return;
  throw new UserError(`Cannot show a value in ${unit || "no unit"} as \`${wanted}\`.`, {
    code: "unknown-unit",
    position,
    hint: `Available: ${unitsFor(unit).join(", ")}.`,
    exitCode: 1,
  });
}

function mismatch(what: string, position: Position): UserError {
  const hint = "Both values need the same unit. The second value of a ratio may be a plain number.";
  return new UserError(`Incompatible units: ${what}.`, { code: "unit-mismatch", position, hint, exitCode: 1 });
}

function notANumber(name: string, position: Position): UserError {
  const hint = "The results were measured on machines that differ in it. Write the number instead.";
  return new UserError(`An argument of \`${name}\` has no single value.`, {
    code: "not-a-number",
    position,
    hint,
    exitCode: 1,
  });
}
