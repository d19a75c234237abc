import { contextOf, listFile } from "../../analysis/lines/line-listing.ts";
import { type NamedProfile, tabulateLines } from "../../analysis/lines/line-table.ts";
import type { DrawnChart } from "../../chart/types.ts";
import type { LineProfile } from "../../model/line-profile.ts";
import type { ReportResults } from "../../model/report-results.ts";
import { describeOutside } from "../../results/not-instrumented-text.ts";
import { renderChart, renderFigure } from "../components/figure.ts";
import type { Highlighter } from "../components/highlight.ts";
import { renderLineTables } from "../components/line-table.ts";
import { renderListing } from "../components/listing.ts";
import { describeProvenance } from "../components/provenance.ts";
import { fillTemplate, html } from "../template.ts";
import { fillPage } from "./page.ts";

/** The charts of the page. Differences there are of two scripts only, and then the calls are of the first. */
export interface TraceCharts {
  readonly liveDifference: DrawnChart | undefined;
  readonly allocatedDifference: DrawnChart | undefined;
  readonly calls: DrawnChart;
}

export interface TracePageInput {
  readonly traced: NamedProfile;
  /** What it is compared with. */
  readonly other: NamedProfile | undefined;
  readonly charts: TraceCharts;
  /** Lines of a table. */
  readonly top: number;
  /** The run, for what the page says of where and how it was measured. */
  readonly results: ReportResults;
  readonly command: string;
  readonly highlight: Highlighter;
  readonly heapbookVersion: string;
}

function describeLimits(profiles: readonly LineProfile[]): string | null {
  const places = new Set(profiles.flatMap(({ outside }) => outside.map(describeOutside)));
  return places.size === 0 ? null : `Outside of what is traced by line: ${[...places].join("; ").replaceAll("`", "")}.`;
}

function renderDrawing(chart: DrawnChart, name: string): string {
  return renderFigure([renderChart(chart, name, chart.summary, undefined, { hasFiles: false })], {
    label: undefined,
    number: undefined,
    caption: undefined,
  });
}

/** What is of one script needs no name: the page has it. */
function nameOnlyTwo({ traced, other }: TracePageInput): NamedProfile {
  return other === undefined ? { ...traced, name: "" } : traced;
}

/** Files in which something was allocated, those with most first. */
function filesOf(profiles: readonly LineProfile[]): string[] {
  const bytes = new Map<string, number>();
  for (const { file, allocatedBytes } of profiles.flatMap(({ lines }) => lines)) {
    bytes.set(file, (bytes.get(file) ?? 0) + allocatedBytes);
  }
  return [...bytes].sort(([, a], [, b]) => b - a).map(([file]) => file);
}

async function renderListings(input: TracePageInput): Promise<string[]> {
  const { traced, other, highlight } = input;
  const profiles = [traced, ...(other === undefined ? [] : [other])].map(({ profile }) => profile);
  const rendered: string[] = [];
  for (const file of filesOf(profiles)) {
    const length = profiles.find(({ sources }) => Object.hasOwn(sources, file))?.sources[file]?.length ?? 0;
    const listing = listFile(nameOnlyTwo(input), { file, compareWith: other, context: contextOf(length) });
    if (listing !== null) rendered.push(await renderListing(listing, highlight));
  }
  return rendered;
}

/** The page of one traced script, or of the difference of two: a report's page, and nothing else is needed to read it. */
export async function renderTracePage(input: TracePageInput): Promise<string> {
  const { traced, other, charts, top, results, command, heapbookVersion } = input;
  const provenance = describeProvenance(results, heapbookVersion);
  const section = async (by: "live" | "allocated", difference: DrawnChart | undefined) => {
    const table = tabulateLines(nameOnlyTwo(input), { by, top, compareWith: other });
    const rendered = await renderLineTables([table], input.highlight);
    return html(`${difference === undefined ? "" : renderDrawing(difference, `${by}-difference`)}${rendered}`);
  };
  const profiles = [traced.profile, ...(other === undefined ? [] : [other.profile])];
  const body = fillTemplate("trace", {
    limits: describeLimits(profiles),
    live: await section("live", charts.liveDifference),
    allocated: await section("allocated", charts.allocatedDifference),
    calls: html(renderDrawing(charts.calls, "calls")),
    listings: (await renderListings(input)).map(html),
  });
  const subtitle = other === undefined ? "Allocations by line" : `Allocations by line, less ${other.name}`;
  return fillPage({
    lang: "en",
    theme: null,
    documentTitle: `${traced.name} — ${subtitle}`,
    description: subtitle,
    title: traced.name,
    subtitle,
    byline: false,
    authors: null,
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
