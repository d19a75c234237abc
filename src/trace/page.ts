import { toFlameTree } from "../analysis/lines/flame-tree.ts";
import { chartDifference } from "../analysis/lines/line-difference.ts";
import type { NamedProfile } from "../analysis/lines/line-table.ts";
import { drawChart } from "../chart/draw.ts";
import type { DrawnChart } from "../chart/types.ts";
import type { ReadyChart } from "../model/ready-charts.ts";
import { type ReportResults, SCHEMA_VERSION, type Trial } from "../model/report-results.ts";
import { createHighlighter } from "../render/html/highlight.ts";
import { renderTracePage } from "../render/html/trace-page.ts";
import { createEnvironmentReader, heapbookVersion } from "../runtimes/environment.ts";
import type { Traced } from "./trace.ts";

export interface TracePageOptions {
  /** Path of the script as written on the command line. */
  readonly file: string;
  readonly traced: Traced;
  /** The profile to compare with; undefined for none. */
  readonly other: NamedProfile | undefined;
  readonly top: number;
  /** Working directory of the command. */
  readonly root: string;
  /** Command line that makes the page again; the page shows it. */
  readonly command: string;
}

/** The page is drawn once, so no drawing is cached. */
const NO_CACHE = { get: () => undefined, set: () => {} };

/** Converts a run to the trial of a cell, because the page shows outputs of a cell. */
function trialOf({ run, profile }: Traced): Trial {
  const { records, captures } = run;
  const outputs = (["stdout", "stderr"] as const).flatMap((name) => {
    const { keptBytes, cutBytes } = captures[name];
    const text = captures[name].text(0, keptBytes);
    return text === "" ? [] : [{ type: "stream" as const, name, text, cutBytes }];
  });
  const { limits } = records;
  return {
    failure: null,
    durationMs: run.durationMs,
    limits: limits === null ? null : { ...limits, semiSpaceLimitBytes: null },
    outputs,
    readings: [],
    collections: [],
    regionHeaps: [],
    checkpoints: [],
    lineProfiles: [profile],
    unfinishedWork: [],
    reads: [],
  };
}

/** The results of a report with one cell and one trial, the run of the script. */
function resultsOf({ file, traced, root }: TracePageOptions): ReportResults {
  const { flags } = traced;
  const trial = trialOf(traced);
  const environment = createEnvironmentReader(root)();
  const trialSets = [{ probe: "lines", fingerprint: "", flags, environment, trials: [trial] }] as const;
  const variants = [{ params: {}, trialSets, metrics: [], failure: null, outputs: [] }];
  const cell = {
    label: "trace",
    language: "js",
    state: "completed",
    blockedBy: [],
    variants,
    conclusions: [],
  } as const;
  return { schemaVersion: SCHEMA_VERSION, report: { slug: "trace", title: file }, params: {}, cells: [cell] };
}

/** The page of a traced script as HTML, with its charts drawn. */
export async function makeTracePage(options: TracePageOptions): Promise<string> {
  const { file, traced, other, top, command } = options;
  const own = { name: file, profile: traced.profile };
  const draw = (chart: ReadyChart, name: string): Promise<DrawnChart> => drawChart(chart, { name, cache: NO_CACHE });
  const difference = (by: "live" | "allocated") =>
    other === undefined ? undefined : draw(chartDifference(own, other, { by, top }), `${by}-difference`);
  const flameGraph = (by: "live" | "allocated"): Promise<DrawnChart> => {
    const chart = { chart: "flame-graph", by, name: "", root: toFlameTree(traced.profile.calls, by) };
    return draw(chart as ReadyChart, `calls-${by}`);
  };
  const measured =
    traced.profile.instrumentation.engine === "meter" ? ["allocated" as const] : (["live", "allocated"] as const);
  return renderTracePage({
    traced: own,
    other,
    charts: {
      liveDifference: await difference("live"),
      allocatedDifference: await difference("allocated"),
      calls: await Promise.all(measured.map(flameGraph)),
    },
    top,
    results: resultsOf(options),
    command,
    highlight: createHighlighter(NO_CACHE),
    heapbookVersion: heapbookVersion(),
  });
}
