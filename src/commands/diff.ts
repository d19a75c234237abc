import { dirname, resolve } from "node:path";
import pc from "picocolors";
import { compareResults, pairReports } from "../diff/compare-results.ts";
import { findVariant } from "../diff/conditions.ts";
import { type FailOn, findFailing } from "../diff/fail-on.ts";
import { describeVerdicts, formatEffect, nameMetric, namePlace } from "../diff/texts.ts";
import type { DiffSide, ReportDiff, ResultsDiff } from "../diff/types.ts";
import { didYouMean, UserError } from "../errors.ts";
import { describeRemarks, describeWholeDiff } from "../render/components/diff-remarks.ts";
import { tabulateClaimDiffs, tabulateLineDiffs, tabulateMetricDiffs } from "../render/components/diff-tables.ts";
import type { Table } from "../render/components/table.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { writeOutput } from "./change-outputs.ts";
import { readSide } from "./diff-sides.ts";
import { findNewerFrozen } from "./newer-frozen.ts";
import { findOlderPages } from "./older-than-sources.ts";
import { formatWarning, plural, type Terminal } from "./output.ts";
import { formatTextTable } from "./text-table.ts";

export interface DiffFlags {
  /** Output format; undefined: text for the terminal. */
  readonly to: "md" | "html" | undefined;
  readonly json: boolean;
  /** Path of the output file; undefined: `diff.html` for the page, else stdout. */
  readonly output: string | undefined;
  /** Whether unchanged metrics are listed too. */
  readonly all: boolean;
  /** Ids of the metrics to compare; empty for all. */
  readonly metric: readonly string[];
  readonly failOn: FailOn | undefined;
}

/**
 * `heapbook diff A B`: prints the differences between two results, or writes them as a page.
 * @returns the exit code: 0; 1 if a difference meets `--fail-on`
 * @throws UserError if a side has no results, or if the two have nothing in common
 */
export async function diff(
  before: string,
  after: string,
  flags: DiffFlags,
  root: string,
  terminal: Terminal,
): Promise<0 | 1> {
  const shown = withFormat(flags);
  const sides = [await readSide(before, root), await readSide(after, root)] as const;
  checkMetrics(sides, flags.metric);
  const compared = compareResults(...sides, { metrics: flags.metric.length === 0 ? undefined : flags.metric });
  checkCommon(compared, sides);
  const stale = await describeStale(sides, root);
  if (flags.failOn === undefined) for (const sentence of stale) terminal.err(formatWarning(sentence));
  await show(compared, shown, root, terminal);
  return flags.failOn === undefined ? 0 : reportFailing(compared, flags.failOn, stale, terminal);
}

/**
 * Warnings for sites that are older than the frozen results of the working tree, or than the sources of their reports,
 * one sentence for each report. Such a site may lack a change.
 */
async function describeStale(sides: readonly DiffSide[], root: string): Promise<string[]> {
  const sentences: string[] = [];
  for (const side of sides) {
    const frozen = await findNewerFrozen(side, root);
    for (const file of frozen) sentences.push(sayOlder(side, file, dirname(file)));
    for (const { folder, cells } of await findOlderPages(side, root)) {
      if (frozen.some((file) => dirname(file) === folder)) continue;
      const why = cells.map(({ label, reasons }) => `\`${label}\`: ${reasons.join(", ")}`).join("; ");
      sentences.push(sayOlder(side, `the sources of ${folder} (${why})`, folder));
    }
  }
  return sentences;
}

function sayOlder({ name }: DiffSide, what: string, folder: string): string {
  return `\`${name}\` is older than ${what}: run \`heapbook render ${folder}\`, then compare again.`;
}

/** Checks that each wanted metric exists on a side. @throws UserError `unknown-metric` */
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

/**
 * Adds the output format from the output file's extension, if neither `--to` nor `--json` is given.
 * @throws UserError `unknown-output-format`
 */
export function withFormat<Flags extends Pick<DiffFlags, "to" | "json" | "output">>(flags: Flags): Flags {
  const { to, json, output } = flags;
  if (output === undefined || to !== undefined || json) return flags;
  const ending = /\.(md|html?|json)$/i.exec(output)?.[1]?.toLowerCase();
  if (ending === undefined) {
    throw new UserError(`The format of \`-o ${output}\` is not known.`, {
      code: "unknown-output-format",
      hint: "End the name in .md, .html or .json, or add `--to md`, `--to html` or `--json`.",
    });
  }
  if (ending === "json") return { ...flags, json: true };
  return { ...flags, to: ending === "md" ? "md" : "html" };
}

/** Checks that the two sides share a cell. @throws UserError `nothing-in-common` */
function checkCommon(
  { before, after, reports, onlyBefore, onlyAfter }: ResultsDiff,
  sides: readonly [DiffSide, DiffSide],
): void {
  const hint =
    "Reports are matched by the name of their folder, cells by their label, and variants by their parameters.";
  if (reports.length === 0) {
    const list = (slugs: readonly string[]): string => slugs.map((slug) => `\`${slug}\``).join(", ");
    throw new UserError(`${before} (${list(onlyBefore)}) and ${after} (${list(onlyAfter)}) have no report in common.`, {
      code: "nothing-in-common",
      hint,
    });
  }
  const hasClaim = reports.some(({ claims }) => claims.some((claim) => claim.before !== null && claim.after !== null));
  const hasCells = sides.some((side) => side.reports.some(({ cells }) => cells.length > 0));
  if (hasClaim || !hasCells || haveCommonCell(sides)) return;
  throw new UserError(`${before} and ${after} have no variant of a cell with a metric in common.`, {
    code: "nothing-in-common",
    hint,
  });
}

/** Whether both sides have a cell with the same label and a common variant (or no variants). */
function haveCommonCell([before, after]: readonly [DiffSide, DiffSide]): boolean {
  return pairReports(before.reports, after.reports).some(([a, b]) =>
    b.cells.some((cell) => {
      const other = a.cells.find(({ label }) => label === cell.label);
      if (other === undefined) return false;
      const isEmpty = other.variants.length + cell.variants.length === 0;
      return isEmpty || other.state !== cell.state || cell.variants.some((variant) => findVariant(other, variant));
    }),
  );
}

async function show(compared: ResultsDiff, flags: DiffFlags, root: string, terminal: Terminal): Promise<void> {
  const { to, json, output, all } = flags;
  if (to === "html") {
    const { renderDiffPage } = await import("../render/html/diff-page.ts");
    const { chartDiff, drawCharts } = await import("../render/html/change-charts.ts");
    const drawn = await drawCharts(compared.reports.flatMap((report) => chartDiff(report, compared)));
    const command = `heapbook diff ${compared.before} ${compared.after} --to html`;
    const file = output ?? "diff.html";
    writeOutput(
      resolve(root, file),
      renderDiffPage(compared, drawn, { all, command, heapbookVersion: heapbookVersion() }),
    );
    terminal.out(file);
  }
  if (to === "md") {
    const { renderDiffMarkdown } = await import("../render/markdown/diff.ts");
    const markdown = renderDiffMarkdown(compared, all);
    if (output === undefined) terminal.out(markdown.trimEnd());
    else writeOutput(resolve(root, output), markdown);
  }
  if (json) {
    const text = JSON.stringify(compared, undefined, 1);
    if (output === undefined) terminal.out(text);
    else writeOutput(resolve(root, output), `${text}\n`);
  } else if (to === undefined) for (const line of describeDiff(compared, all)) terminal.out(line);
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

/**
 * Prints the differences that meet `--fail-on`.
 * @returns the exit code
 * @param stale warnings that a side has old results; then the command never succeeds
 */
function reportFailing(compared: ResultsDiff, failOn: FailOn, stale: readonly string[], terminal: Terminal): 0 | 1 {
  const { metrics, claims, cells } = findFailing(compared, failOn);
  const limit = failOn.worse === undefined || failOn.worse === 0 ? "" : ` by more than ${failOn.worse * 100} %`;
  const names = metrics.map(
    (metric) => `${nameMetric(metric)} of ${namePlace(metric.cell, metric.params)} ${formatEffect(metric)}`,
  );
  const lines = [
    ...(metrics.length > 0 ? [`${plural(metrics.length, "metric")} worse${limit}: ${names.join("; ")}`] : []),
    ...(claims > 0 ? [`${plural(claims, "claim")} held before and ${claims === 1 ? "holds" : "hold"} no more`] : []),
    ...cells.map((cell) => `the cell ${cell} completed before and does not now`),
    ...stale,
  ];
  for (const line of lines) terminal.err(`${pc.red("failed")}: ${line}\n`);
  return lines.length > 0 ? 1 : 0;
}
