import { contextOf, listFile } from "../../analysis/lines/line-listing.ts";
import { type NamedProfile, tabulateLines } from "../../analysis/lines/line-table.ts";
import type { DrawnChart } from "../../chart/types.ts";
import type { LineProfile } from "../../model/line-profile.ts";
import type { LineTableRow } from "../../model/line-views.ts";
import type { ReportResults } from "../../model/report-results.ts";
import { describeOutside, describeUnknownExternal } from "../../results/not-instrumented-text.ts";
import { pageWords } from "../../words/page-words.ts";
import { describeProvenance } from "../components/provenance.ts";
import type { Highlighter } from "../renderer.ts";
import { plainTerminalText } from "../text/terminal-text.ts";
import { renderChart, renderFigure } from "./figure.ts";
import { renderStream } from "./item.ts";
import { renderLineTablesHtml } from "./line-table.ts";
import { renderListingHtml } from "./listing.ts";
import { fillDocument } from "./page.ts";
import { fillTemplate, type Html, html } from "./template.ts";

/** The charts on the page of `heapbook trace`. */
export interface TraceCharts {
  /** Difference of live bytes by line; undefined for a trace of one script. */
  readonly liveDifference: DrawnChart | undefined;
  readonly allocatedDifference: DrawnChart | undefined;
  /** Call trees of the first script, by live bytes (if measured) and by allocated bytes. */
  readonly calls: readonly DrawnChart[];
}

export interface TracePageInput {
  readonly traced: NamedProfile;
  /** The profile that is subtracted from `traced`; undefined for a trace of one script. */
  readonly other: NamedProfile | undefined;
  readonly charts: TraceCharts;
  /** Most lines in each table. */
  readonly top: number;
  /** Results of the run, for the provenance. */
  readonly results: ReportResults;
  readonly command: string;
  readonly highlight: Highlighter;
  readonly heapbookVersion: string;
}

/** Renders the page of a traced script, or of the difference of two, as one file in the layout of a report. */
export async function renderTracePage(input: TracePageInput): Promise<string> {
  const { traced, other, charts, results, command, heapbookVersion } = input;
  const provenance = describeProvenance(results, heapbookVersion);
  const body = fillTemplate("trace", {
    limits: describeLimits(profilesOf(input)),
    live: await renderSection(input, "live", charts.liveDifference),
    allocated: await renderSection(input, "allocated", charts.allocatedDifference),
    calls: charts.calls.map((chart, index) => html(renderDrawing(chart, `calls-${index + 1}`))),
    output: outputsOf(results).map(html),
    listings: (await renderListings(input)).map(html),
  });
  const subtitle = other === undefined ? "Allocations by line" : `Allocations by line, minus ${other.name}`;
  return fillDocument({
    addedCss: "",
    lang: "en",
    theme: null,
    documentTitle: `${traced.name} — ${subtitle}`,
    description: subtitle,
    title: traced.name,
    subtitle,
    byline: false,
    authors: null,
    words: pageWords("en"),
    custom: {},
    authorNames: null,
    keywords: null,
    titlePage: false,
    logo: null,
    heads: [],
    people: null,
    facts: null,
    declaration: null,
    date: null,
    abstract: null,
    provenance,
    contents: null,
    body: html(body),
    command,
    otherFiles: [],
    heapbookVersion,
    commit: provenance.commit ?? null,
  });
}

/** Renders one section: the table of the heaviest lines, below a chart of the differences if there are two scripts. */
async function renderSection(
  input: TracePageInput,
  by: "live" | "allocated",
  difference: DrawnChart | undefined,
): Promise<Html> {
  const table = tabulateLines(withoutTitle(input), { by, top: input.top, compareWith: input.other });
  const chart = difference === undefined ? "" : renderDrawing(difference, `${by}-difference`);
  const files = filesOf(profilesOf(input));
  const linkOf = ({ file, line, source }: LineTableRow): string | null =>
    source === "" ? null : `#${idOfLine(files, file, line)}`;
  return html(`${chart}${await renderLineTablesHtml([table], input.highlight, linkOf)}`);
}

/** Id of a line in the listings of the page. */
const idOfLine = (files: readonly string[], file: string, line: number): string =>
  `L${files.indexOf(file) + 1}-${line}`;

/** Renders the text that the program printed. */
function outputsOf({ cells }: ReportResults): string[] {
  const outputs = cells[0]?.variants[0]?.trialSets[0]?.trials[0]?.outputs ?? [];
  return outputs.flatMap((output) => {
    if (output.type !== "stream") return [];
    const { name, text, cutBytes } = output;
    return [renderStream({ name, text: plainTerminalText(text), cutBytes })];
  });
}

/** Renders a listing of each file that allocated. */
async function renderListings(input: TracePageInput): Promise<string[]> {
  const { other, highlight } = input;
  const profiles = profilesOf(input);
  const rendered: string[] = [];
  const files = filesOf(profiles);
  for (const file of files) {
    const length = profiles.find(({ sources }) => Object.hasOwn(sources, file))?.sources[file]?.length ?? 0;
    const listing = listFile(withoutTitle(input), { file, compareWith: other, context: contextOf(length) });
    if (listing !== null)
      rendered.push(await renderListingHtml(listing, highlight, (line) => idOfLine(files, file, line)));
  }
  return rendered;
}

/** Describes allocations without a line, and memory that the trace cannot see; null if there are neither. */
function describeLimits(profiles: readonly LineProfile[]): string | null {
  const places = new Set(profiles.flatMap(({ outside }) => outside.map(describeOutside)));
  const outside = places.size === 0 ? [] : [`Not traced by line: ${[...places].join("; ").replaceAll("`", "")}.`];
  const unknown = new Set(profiles.flatMap((profile) => describeUnknownExternal(profile) ?? []));
  const sentences = [...outside, ...unknown];
  return sentences.length === 0 ? null : sentences.join(" ");
}

function renderDrawing(chart: DrawnChart, name: string): string {
  return renderFigure([renderChart(chart, name, chart.summary, undefined, { hasFiles: false })], {
    label: undefined,
    name: undefined,
    caption: undefined,
  });
}

/** The profile with the name for captions; the page of one script omits the name, because its title has it. */
function withoutTitle({ traced, other }: TracePageInput): NamedProfile {
  return other === undefined ? { ...traced, name: "" } : traced;
}

function profilesOf({ traced, other }: TracePageInput): readonly LineProfile[] {
  return [traced, ...(other === undefined ? [] : [other])].map(({ profile }) => profile);
}

/** Files with allocations, in descending order of allocated bytes. */
function filesOf(profiles: readonly LineProfile[]): string[] {
  const bytes = new Map<string, number>();
  for (const { file, allocatedBytes } of profiles.flatMap(({ lines }) => lines)) {
    bytes.set(file, (bytes.get(file) ?? 0) + allocatedBytes);
  }
  return [...bytes].sort(([, a], [, b]) => b - a).map(([file]) => file);
}
