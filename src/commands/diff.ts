import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import pc from "picocolors";
import { compareResults } from "../diff/compare-results.ts";
import { type FailOn, findFailing } from "../diff/fail-on.ts";
import { describeVerdicts, formatEffect, nameMetric, namePlace } from "../diff/texts.ts";
import type { DiffSide, ReportDiff, ResultsDiff } from "../diff/types.ts";
import { didYouMean, UserError } from "../errors.ts";
import { describeRemarks, describeWholeDiff } from "../render/components/diff-remarks.ts";
import { tabulateClaimDiffs, tabulateLineDiffs, tabulateMetricDiffs } from "../render/components/diff-tables.ts";
import type { Table } from "../render/components/table.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { readSide } from "./diff-sides.ts";
import { plural, type Terminal } from "./output.ts";
import { formatTextTable } from "./text-table.ts";

export interface DiffFlags {
  /** Undefined: the terminal. */
  readonly to: "md" | "html" | undefined;
  readonly json: boolean;
  /** File of the page, or of the Markdown; undefined: `diff.html`, and stdout. */
  readonly output: string | undefined;
  /** Whether metrics that are the same are listed too. */
  readonly all: boolean;
  /** Ids of the metrics to compare; empty: all. */
  readonly metric: readonly string[];
  readonly failOn: FailOn | undefined;
}

/**
 * `heapbook diff A B`: prints what differs between two results, or writes it as a page.
 * @returns the exit code: 0; 1 where `--fail-on` finds something
 * @throws UserError where a side has no results, or where the two have nothing in common
 */
export async function diff(
  before: string,
  after: string,
  flags: DiffFlags,
  root: string,
  terminal: Terminal,
): Promise<0 | 1> {
  const sides = [await readSide(before, root), await readSide(after, root)] as const;
  checkMetrics(sides, flags.metric);
  const compared = compareResults(...sides, { metrics: flags.metric.length === 0 ? undefined : flags.metric });
  checkCommon(compared);
  await show(compared, flags, root, terminal);
  return flags.failOn === undefined ? 0 : reportFailing(compared, flags.failOn, terminal);
}

/** @throws UserError `unknown-metric` for an id that neither side has */
function checkMetrics(sides: readonly DiffSide[], wanted: readonly string[]): void {
  const known = new Set(
    sides.flatMap(({ reports }) =>
      reports.flatMap(({ cells }) =>
        cells.flatMap(({ variants }) => variants.flatMap(({ metrics }) => metrics.map(({ id }) => id))),
      ),
    ),
  );
  for (const id of wanted) {
    if (known.has(id)) continue;
    const hint = didYouMean(id, known, "metrics");
    throw new UserError(`Unknown metric \`${id}\` in \`--metric\`.`, { code: "unknown-metric", hint });
  }
}

/** @throws UserError `nothing-in-common` */
function checkCommon({ before, after, reports, onlyBefore, onlyAfter }: ResultsDiff): void {
  const hint =
    "Reports are matched by the name of their folder, cells by their label, and variants by their parameters.";
  if (reports.length === 0) {
    const list = (slugs: readonly string[]): string => slugs.map((slug) => `\`${slug}\``).join(", ");
    throw new UserError(`${before} (${list(onlyBefore)}) and ${after} (${list(onlyAfter)}) have no report in common`, {
      code: "nothing-in-common",
      hint,
    });
  }
  const hasCommon = reports.some(({ metrics, oneSided, claims, states }) => {
    // A claim or a cell of one side only is no common ground.
    const shared = [...claims, ...states].filter(({ before, after }) => before !== null && after !== null);
    return metrics.length + shared.length > 0 || (oneSided.length === 0 && claims.length === 0);
  });
  if (hasCommon) return;
  throw new UserError(`${before} and ${after} have no variant of a cell with a metric in common`, {
    code: "nothing-in-common",
    hint,
  });
}

async function show(compared: ResultsDiff, flags: DiffFlags, root: string, terminal: Terminal): Promise<void> {
  const { to, json, output, all } = flags;
  if (to === "html") {
    const { renderDiffPage } = await import("../render/html/diff-page.ts");
    const command = `heapbook diff ${compared.before} ${compared.after} --to html`;
    const file = output ?? "diff.html";
    write(resolve(root, file), renderDiffPage(compared, { all, command, heapbookVersion: heapbookVersion() }));
    terminal.out(file);
  }
  if (to === "md") {
    const { renderDiffMarkdown } = await import("../render/markdown/diff.ts");
    const markdown = renderDiffMarkdown(compared, all);
    if (output === undefined) terminal.out(markdown.trimEnd());
    else write(resolve(root, output), markdown);
  }
  if (json) terminal.out(JSON.stringify(compared, undefined, 1));
  else if (to === undefined) for (const line of describeDiff(compared, all)) terminal.out(line);
}

function write(path: string, contents: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`the file ${path} cannot be written (${reason})`, {
      code: "output-not-writable",
      hint: "Name another file with `-o file`.",
      cause: error,
    });
  }
}

function describeDiff(compared: ResultsDiff, all: boolean): string[] {
  return [
    ...compared.reports.flatMap((report) => describeReport(report, compared, all)),
    ...describeWholeDiff(compared).map((sentence) => `- ${sentence}`),
  ];
}

function describeReport(report: ReportDiff, compared: ResultsDiff, all: boolean): string[] {
  const section = (title: string, table: Table | undefined): string[] =>
    table === undefined ? [] : [...(title === "" ? [] : [pc.bold(title)]), ...formatTextTable(table).map(colour), ""];
  const remarks = describeRemarks(report, compared).map((sentence) => `- ${sentence}`);
  return [
    `${pc.bold(report.title)} · ${describeVerdicts(report.metrics)}`,
    ...section("", tabulateMetricDiffs(report, compared, all)),
    ...section("Claims", tabulateClaimDiffs(report.claims)),
    ...section("Lines that allocate more or less", tabulateLineDiffs(report.lines, "allocated")),
    ...section("Lines that keep more or less alive", tabulateLineDiffs(report.lines, "live")),
    ...(remarks.length === 0 ? [] : [...remarks, ""]),
  ];
}

function colour(line: string): string {
  if (/ {2}worse(?: \(|$)/.test(line)) return pc.red(line);
  return / {2}better(?: \(|$)/.test(line) ? pc.green(line) : line;
}

function reportFailing(compared: ResultsDiff, failOn: FailOn, terminal: Terminal): 0 | 1 {
  const { metrics, claims, cells } = findFailing(compared, failOn);
  const limit = failOn.worse === undefined || failOn.worse === 0 ? "" : ` by more than ${failOn.worse * 100} %`;
  const names = metrics.map(
    (metric) => `${nameMetric(metric)} of ${namePlace(metric.cell, metric.params)} ${formatEffect(metric)}`,
  );
  const lines = [
    ...(metrics.length > 0 ? [`${plural(metrics.length, "metric")} worse${limit}: ${names.join("; ")}`] : []),
    ...(claims > 0 ? [`${plural(claims, "claim")} held before and ${claims === 1 ? "holds" : "hold"} no more`] : []),
    ...cells.map((cell) => `the cell ${cell} completed before and does not now`),
  ];
  for (const line of lines) terminal.err(`${pc.red("failed")}: ${line}\n`);
  return lines.length > 0 ? 1 : 0;
}
