import { dirname, join, relative, resolve } from "node:path";
import pc from "picocolors";
import { type History, type Revision, traceHistory } from "../diff/history.ts";
import { didYouMean, UserError } from "../errors.ts";
import { readRegularText, statIfThere } from "../files.ts";
import { readGit } from "../git.ts";
import type { ReportResults } from "../model/report-results.ts";
import { groupHistory, tabulateHistory } from "../render/components/history-table.ts";
import { heapbookVersion } from "../runtimes/environment.ts";
import { FROZEN_FILE } from "../store/frozen-file.ts";
import { writeOutput } from "./change-outputs.ts";
import { withFormat } from "./diff.ts";
import { parseSide } from "./diff-sides.ts";
import { formatWarning, type Terminal } from "./output.ts";
import { findReports } from "./targets.ts";
import { formatTextTable } from "./text-table.ts";

export interface HistoryFlags {
  /** Output format; undefined: text for the terminal. */
  readonly to: "md" | "html" | undefined;
  readonly json: boolean;
  /** Path of the output file; undefined: `history.html` for the page, else stdout. */
  readonly output: string | undefined;
  /** Ids of the metrics to show; empty: `peakLive`, or else the first metric in the results. */
  readonly metric: readonly string[];
  /** Labels of the cells to show; empty for all. */
  readonly cell: readonly string[];
  /** Largest number of revisions, counted from the newest. */
  readonly last: number;
}

/**
 * `heapbook history`: shows metrics over the git revisions in which the reports' frozen results changed, and their
 * present values.
 * @throws UserError `no-results`, `unknown-metric`
 */
export async function history(
  targets: readonly string[],
  flags: HistoryFlags,
  root: string,
  terminal: Terminal,
): Promise<void> {
  const shown = withFormat(flags);
  const files = findReports(root, targets).map((path) => join(dirname(path), FROZEN_FILE));
  const revisions = await readRevisions(files, flags.last, root, terminal);
  const traced = traceHistory(revisions, { metrics: chooseMetrics(revisions, flags.metric), cells: flags.cell });
  if (traced.series.length === 0) {
    throw new UserError(
      `No revision has the metric of the cells ${flags.cell.map((each) => `\`${each}\``).join(", ")}.`,
      {
        code: "no-results",
        hint: "Name cells by their labels, and metrics by their ids: `heapbook history --cell walks --metric peakLive`.",
      },
    );
  }
  await show(traced, shown, targets, root, terminal);
}

/**
 * The revisions with frozen results, the oldest first. The working tree is the last one, if it differs from the newest
 * commit.
 */
async function readRevisions(
  files: readonly string[],
  last: number,
  root: string,
  terminal: Terminal,
): Promise<Revision[]> {
  const format = "%H%x00%h%x00%cs%x00%s";
  // Runs in the reports' folder: the working folder may be in another repository, or in none.
  const listed = readGit(files[0] === undefined ? root : dirname(files[0]), [
    "log",
    `--format=${format}`,
    `-n${last}`,
    "--",
    ...files,
  ]);
  if (listed === undefined) {
    const where = files[0] === undefined ? "this folder" : relative(root, dirname(files[0])) || "this folder";
    throw new UserError(`${where} is not in a git repository with commits.`, {
      code: "no-results",
      hint: "`heapbook history` reads the revisions of report.results.json: keep results with `heapbook freeze`, and commit them.",
    });
  }
  const revisions: Revision[] = [];
  for (const line of listed.split("\n").filter(Boolean).reverse()) {
    const [hash = "", name = "", date = "", subject = ""] = line.split("\0");
    const texts = files.map((file) => readGit(dirname(file), ["show", `${hash}:./${FROZEN_FILE}`]));
    revisions.push({ name, date, subject, reports: await parseAll(texts, name, terminal) });
  }
  const now = files.map((file) => (statIfThere(file)?.isFile() === true ? readRegularText(file) : undefined));
  const head = files.map((file) => readGit(dirname(file), ["show", `HEAD:./${FROZEN_FILE}`]));
  if (now.some((text, index) => text !== head[index])) {
    const reports = await parseAll(now, "now", terminal);
    revisions.push({ name: "now", date: "", subject: "not committed", reports });
  }
  const found = revisions.filter(({ reports }) => reports.length > 0);
  if (found.length > 0) return found;
  throw new UserError(`No revision has ${files.map((file) => relative(root, file)).join(" or ")}.`, {
    code: "no-results",
    hint: "Keep results in git: `heapbook freeze` writes report.results.json beside the report, which you commit.",
  });
}

/**
 * Parses the results of each revision. A revision that cannot be parsed, as after a bad merge, is skipped with a
 * warning.
 */
async function parseAll(
  texts: readonly (string | undefined)[],
  revision: string,
  terminal: Terminal,
): Promise<ReportResults[]> {
  const all: ReportResults[] = [];
  for (const text of texts) {
    if (text === undefined) continue;
    try {
      all.push(await parseSide(text, `${revision}:${FROZEN_FILE}`));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      terminal.err(formatWarning(`The revision ${revision} is passed over: ${error.message}`));
    }
  }
  return all;
}

/**
 * Ids of the metrics to show: the wanted ones, or the default.
 * @throws UserError `unknown-metric` for an id that no revision has
 */
function chooseMetrics(revisions: readonly Revision[], wanted: readonly string[]): readonly string[] {
  const variants = revisions.flatMap(({ reports }) =>
    reports.flatMap(({ cells }) => cells.flatMap((cell) => cell.variants)),
  );
  const known = new Set(variants.flatMap(({ metrics }) => metrics.map(({ id }) => id)));
  for (const id of wanted) {
    if (known.has(id)) continue;
    throw new UserError(`Unknown metric \`${id}\` in \`--metric\`.`, {
      code: "unknown-metric",
      hint: didYouMean(id, known, "metrics"),
    });
  }
  if (wanted.length > 0) return wanted;
  return known.has("peakLive") ? ["peakLive"] : [...known].slice(0, 1);
}

async function show(
  traced: History,
  { to, json, output }: HistoryFlags,
  targets: readonly string[],
  root: string,
  terminal: Terminal,
): Promise<void> {
  const print = (text: string): void => {
    if (output === undefined) terminal.out(text.trimEnd());
    else writeOutput(resolve(root, output), `${text.trimEnd()}\n`);
  };
  const groups = groupHistory(traced);
  if (json) print(JSON.stringify(traced, undefined, 1));
  else if (to === "md") {
    const { renderHistoryMarkdown } = await import("../render/markdown/history.ts");
    print(renderHistoryMarkdown(traced));
  } else if (to === "html") {
    const { renderHistoryPage } = await import("../render/html/history-page.ts");
    const { chartHistory, drawCharts } = await import("../render/html/change-charts.ts");
    const drawn = await drawCharts(groups.map((group) => chartHistory(group, traced)));
    const command = ["heapbook history", ...targets, "--to html"].join(" ");
    const file = output ?? "history.html";
    writeOutput(resolve(root, file), renderHistoryPage(traced, drawn, { command, heapbookVersion: heapbookVersion() }));
    terminal.out(file);
  } else {
    for (const group of groups) {
      terminal.out(`${pc.bold(group.title)} · ${group.label}`);
      for (const line of formatTextTable(tabulateHistory(group, traced))) terminal.out(line);
      terminal.out("");
    }
  }
}
