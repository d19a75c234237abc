import { unitsFor } from "../../analysis/units.ts";
import type { ExpressionCall, ExpressionNode, ExpressionPath } from "../../document/expression.ts";
import type { Report } from "../../document/types.ts";
import { didYouMean, type Position, UserError } from "../../errors.ts";
import { describeMetric } from "../../results/metric-catalog.ts";
import {
  ENVIRONMENT_KEYS,
  HELPERS,
  type HelperName,
  isHelperName,
  isPairHelper,
  METRIC_OPTIONS,
  METRIC_USAGE,
} from "./helpers.ts";
import { checkLine, lineCountUnit } from "./lines.ts";
import { type Check, type Complain, checkLabel, checkMetric, checkSelection, parameter } from "./selection.ts";

/** Finds the mistakes in an expression that can be known before a cell runs. Each error has exit code 1. */
export function checkExpression(
  node: ExpressionPath | ExpressionCall,
  report: Report,
  position: Position,
): UserError[] {
  const errors: UserError[] = [];
  const complain: Complain = (code, message, hint) => {
    errors.push(new UserError(message, { code, position, hint, exitCode: 1 }));
  };
  checkNode(node, { report, complain });
  return errors;
}

function checkNode(node: ExpressionNode, check: Check): void {
  if (node.kind === "path") checkPath(node, check);
  else if (node.kind === "call") {
    if (isHelperName(node.name)) checkArguments(node.name, node, check);
    else complainOfName(node.name, check);
  }
}

function checkPath(path: ExpressionPath, { report, complain }: Check): void {
  const [root = "", name = "", ...rest] = path.parts;
  if (isHelperName(path.source)) {
    complain("missing-argument", `\`${path.source}\` needs arguments.`, `Write ${HELPERS[path.source].usage}.`);
  } else if (root !== "params" || name === "" || rest.length > 0) {
    complainOfName(path.source, { report, complain });
  } else if (parameter(report, name) === undefined) {
    const known = Object.keys(report.frontMatter.params);
    const message = `The report has no parameter \`${name}\`.`;
    complain("unknown-parameter", message, didYouMean(name, known, "parameters"));
  }
}

function complainOfName(name: string, { report, complain }: Check): void {
  const hint =
    parameter(report, name) === undefined
      ? didYouMean(name, [...Object.keys(HELPERS), "params"], "names in expressions")
      : `It is a parameter of the report: write \`params.${name}\`.`;
  complain("unknown-helper", `\`${name}\` is neither a helper nor a parameter.`, hint);
}

function checkArguments(name: HelperName, call: ExpressionCall, check: Check): void {
  if (name === "interval" && call.args.length === 1) {
    checkIntervalOf(call, check);
    return;
  }
  const { usage, takes } = HELPERS[name];
  if (call.args.length !== takes.length) {
    const message = `\`${name}\` takes ${takes.length === 1 ? "one argument" : `${takes.length} arguments`}, but has ${call.args.length}.`;
    check.complain("wrong-arguments", message, `Write ${usage}.`);
    return;
  }
  for (const [index, kind] of takes.entries()) {
    const argument = call.args[index];
    if (argument === undefined) continue;
    if (kind === "number") checkNumber(name, argument, check);
    else if (argument.kind !== "literal" || typeof argument.value !== "string") {
      check.complain(
        "wrong-arguments",
        `\`${name}\` expects ${kind === "label" ? "the label of a cell" : `a ${kind}`} in quotes.`,
        `Write ${usage}.`,
      );
      return;
    }
  }
  const [first, second, third] = call.args.map((argument) =>
    argument.kind === "literal" ? String(argument.value) : "",
  );
  const cell = takes[0] === "label" ? checkLabel(first ?? "", check) : undefined;
  if (takes[0] === "key" && !ENVIRONMENT_KEYS.some((key) => key === first)) {
    check.complain(
      "unknown-environment",
      `Unknown entry of the environment: \`${first}\`.`,
      didYouMean(first ?? "", ENVIRONMENT_KEYS, "entries of the environment"),
    );
  }
  if (takes[0] === "label" && takes.length > 1) {
    if (cell === undefined) return;
    checkChosenValues(call, check);
    checkSelection(call, cell, check);
    if (takes[1] === "metric") checkMetric(second ?? "", cell, check);
    else checkLine(second ?? "", third ?? "", cell, check);
    const unit = takes[1] === "metric" ? describeMetric(second ?? "")?.unit : lineCountUnit(third ?? "");
    checkFormat(call, unit, check);
  } else {
    checkOptionNames(name, call, check);
    checkFormat(call, name === "bytes" ? "B" : name === "ms" ? "ms" : undefined, check);
  }
}

/** Checks `interval (ratio …)`: the argument must combine two metrics, or a metric and a plain number. */
function checkIntervalOf(call: ExpressionCall, check: Check): void {
  const [pair] = call.args;
  const isPair = pair?.kind === "call" && isPairHelper(pair.name);
  const isKnown = isPair && pair.args.every((each) => each.kind !== "call" || each.name === "metric");
  if (pair === undefined || !isKnown || !pair.args.some(({ kind }) => kind === "call")) {
    const message = "`interval` with one argument expects a ratio, a percent or a difference of metrics.";
    const usage = `{{interval (ratio ${METRIC_USAGE} ${METRIC_USAGE})}}`;
    check.complain("wrong-arguments", message, `Write ${HELPERS.interval.usage}, or ${usage}.`);
    return;
  }
  checkNode(pair, check);
  for (const key of call.hash.keys()) {
    if (key === "digits" || key === "unit") continue;
    const message = `\`interval\` with one argument has no named argument \`${key}\`.`;
    check.complain("unknown-argument", message, didYouMean(key, ["digits", "unit"], "arguments"));
  }
  checkFormat(call, undefined, check);
}

/** Checks an argument that must be a number. */
function checkNumber(name: HelperName, argument: ExpressionNode, check: Check): void {
  checkNode(argument, check);
  if (givesNumber(argument, check.report)) return;
  check.complain("not-a-number", `An argument of \`${name}\` is not a number.`, `Write ${HELPERS[name].usage}.`);
}

/**
 * Whether a node may give a number. False for a known value that is not a number; true for an unknown name, which has
 * an error of its own.
 */
function givesNumber(node: ExpressionNode, report: Report): boolean {
  if (node.kind === "literal") return typeof node.value === "number" && Number.isFinite(node.value);
  if (node.kind === "call")
    return !isHelperName(node.name) || (HELPERS[node.name].gives !== "text" && !isTextEntry(node));
  const value = node.parts[0] === "params" ? parameter(report, node.parts[1] ?? "") : undefined;
  return value === undefined || typeof value === "number";
}

function isTextEntry(call: ExpressionCall): boolean {
  const [key] = call.args;
  const numeric = key?.kind === "literal" && /^(?:cores|memoryBytes|memoryLimitBytes)$/.test(String(key.value));
  return call.name === "env" && !numeric;
}

/** Checks the named arguments that select a variant: each must be a literal or a parameter of the report. */
function checkChosenValues(call: ExpressionCall, check: Check): void {
  for (const [name, node] of call.hash) {
    if (METRIC_OPTIONS.includes(name)) continue;
    if (node.kind === "path") checkPath(node, check);
    if (node.kind !== "call") continue;
    const message = `\`${name}\` must be a value or a parameter, not \`${node.name}\`.`;
    check.complain("wrong-arguments", message, "Write the value, or `params.name`.");
  }
}

function checkOptionNames(name: HelperName, call: ExpressionCall, { complain }: Check): void {
  const known = HELPERS[name].options;
  for (const key of call.hash.keys()) {
    if (known.includes(key)) continue;
    const hint = known.length === 0 ? `Write ${HELPERS[name].usage}.` : didYouMean(key, known, "arguments");
    complain("unknown-argument", `\`${name}\` has no named argument \`${key}\`.`, hint);
  }
}

/**
 * Checks the named arguments `digits`, `unit` and `region`.
 * @param unit unit of the value; undefined if only the results know it
 */
function checkFormat(call: ExpressionCall, unit: string | undefined, { complain }: Check): void {
  const value = (name: string): unknown => {
    const node = call.hash.get(name);
    return node?.kind === "literal" ? node.value : node;
  };
  const digits = value("digits");
  if (call.hash.has("digits") && !(Number.isInteger(digits) && Number(digits) >= 1 && Number(digits) <= 15)) {
    complain(
      "wrong-arguments",
      "`digits` must be a whole number from 1 to 15.",
      "Write `digits=3` for three significant digits.",
    );
  }
  if (call.hash.has("region") && typeof value("region") !== "string") {
    complain("wrong-arguments", "`region` must be the name of a region in quotes.", 'Write `region="build"`.');
  }
  if (!call.hash.has("unit")) return;
  const wanted = value("unit");
  const units = unit === undefined ? undefined : unitsFor(unit);
  if (typeof wanted !== "string") complain("unknown-unit", "`unit` must be a unit in quotes.", 'Write `unit="MiB"`.');
  else if (units !== undefined && !units.includes(wanted)) {
    complain("unknown-unit", `Cannot show a value in ${unit} as \`${wanted}\`.`, `Available: ${units.join(", ")}.`);
  }
}
