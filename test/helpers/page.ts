import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DrawnChart } from "../../src/chart/types.ts";
import { parseReport } from "../../src/document/parse.ts";
import type { Report } from "../../src/document/types.ts";
import {
  type CellResult,
  type Claim,
  type Failure,
  type Output,
  type ReportResults,
  SCHEMA_VERSION,
  type VariantResult,
} from "../../src/model/report-results.ts";
import type { TextCache } from "../../src/model/text-cache.ts";
import { createHighlighter } from "../../src/render/html/highlight.ts";
import type { RenderInput } from "../../src/render/renderer.ts";
import { listClaims } from "../../src/results/report-claims.ts";
import { makeReading, makeTrial, makeTrialSet, makeVariant } from "./results.ts";

// A report with every component of the page, its results made by hand: nothing is run, so its bytes never change.

const FOLDER = fileURLToPath(new URL("../fixtures/render/", import.meta.url));

/** Parses Markdown as `report.md` of the fixtures' folder; front matter is added where there is none. */
export function parseFixture(source: string): Report {
  const whole = source.startsWith("---") ? source : `---\ntitle: A report\n---\n\n${source}`;
  return parseReport({
    source: whole,
    file: "reports/everything/report.md",
    path: `${FOLDER}report.md`,
    folder: FOLDER,
    slug: "everything",
  });
}

export function memoryCache(): TextCache {
  const texts = new Map<string, string>();
  return { get: (key) => texts.get(key), set: (key, value) => void texts.set(key, value) };
}

const highlight = createHighlighter(memoryCache());

/** Everything a renderer needs, for a report whose cells showed nothing unless a test says otherwise. */
export function makeInput(
  report: Report,
  changes: Partial<RenderInput> & { readonly cells?: readonly CellResult[] } = {},
): RenderInput {
  const { cells = [], ...rest } = changes;
  const results: ReportResults = {
    schemaVersion: SCHEMA_VERSION,
    report: { slug: report.slug, title: report.frontMatter.title },
    params: report.frontMatter.params,
    cells,
  };
  return {
    report,
    results,
    charts: new Map(),
    claims: listClaims(results),
    evaluate: (source) =>
      source.includes("count")
        ? { text: "10,000", from: "cell walks · count", href: "#cell-walks" }
        : {
            text: "28.2\u00a0MiB",
            from: "cell walks · peak live memory · saved · exact, 5 trials",
            href: "#cell-walks",
          },
    highlight,
    heapbookVersion: "0.1.0",
    ...rest,
  };
}

export function makeCell(
  label: string,
  variants: readonly VariantResult[],
  changes: Partial<CellResult> = {},
): CellResult {
  return { label, language: "ts", state: "completed", blockedBy: [], variants, conclusions: [], ...changes };
}

/** A variant that shows these outputs, and failed where a failure is given. */
export function showing(
  outputs: readonly Output[],
  params: VariantResult["params"] = {},
  failure: Failure | null = null,
): VariantResult {
  return { ...makeVariant(params, [makeTrialSet("output", [makeTrial({ outputs, failure })])]), outputs, failure };
}

export function makeClaim(changes: Partial<Claim> = {}): Claim {
  return {
    sentence: "It shrinks",
    estimate: { label: "ratio of peak live memory", value: 3, low: 3, high: 3, confidence: 1, unit: "ratio" },
    test: { kind: "above", bound: 2 },
    recorded: null,
    verdict: "holds",
    pValue: null,
    bundlePlace: { line: 1, column: 1 },
    place: { file: "report.md", line: 7 },
    ...changes,
  };
}

export function stdout(text: string, cutBytes = 0): Output {
  return { type: "stream", name: "stdout", text, cutBytes };
}

export function display(data: Readonly<Record<string, unknown>>): Output {
  return { type: "display", data };
}

export const CHART_OUTPUT = display({ "application/vnd.heapbook.chart+json": {} });

export function makeChart(changes: Partial<DrawnChart> = {}): DrawnChart {
  const svg = (width: number, colour: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 120"><defs><clipPath id="clip1"><rect width="${width}" height="120"/></clipPath></defs><path clip-path="url(#clip1)" d="M0,110L${width / 2},20L${width},60" fill="none" stroke="${colour}" stroke-width="1.75"/><text x="4" y="14" font-size="12" fill="var(--ink-2)">used heap, MiB</text></svg>`;
  return {
    wide: svg(720, "var(--chart-1)"),
    narrow: svg(360, "var(--chart-1)"),
    standalone: svg(720, "#2a6fc4"),
    spec: { $schema: "https://vega.github.io/schema/vega-lite/v6.json", mark: "line" },
    data: {
      columns: [
        { key: "walks", title: "Walks", numeric: false },
        { key: "usedMiB", title: "Used, MiB", numeric: true },
      ],
      rows: Array.from({ length: 30 }, (_, index) => ({
        walks: index % 2 === 0 ? "saved" : "dropped",
        usedMiB: index + 0.5,
      })),
    },
    summary: "Line chart of the used heap, 30 points.",
    notes: [],
    warnings: [],
    ...changes,
  };
}

export const EXCEPTION: Extract<Failure, { kind: "exception" }> = {
  kind: "exception",
  name: "RangeError",
  message: "Invalid array length",
  uncaught: false,
  frames: [{ functionName: "", file: "report.md", line: 1, column: 19 }],
  hiddenFrames: 2,
};

export const HEAP_LIMIT: Failure = {
  kind: "heap-limit",
  heapSizeLimitBytes: 33 * 2 ** 20,
  lastCollections: [
    "[47:0x5f] 399 ms: Mark-Compact 32.6 (35.2) -> 32.6 (35.2) MB, 11.4 ms, allocation failure",
    "[47:0x5f] 411 ms: Mark-Compact 32.9 (35.2) -> 32.9 (35.2) MB, 11.7 ms, last resort",
  ],
};

const ROWS = [
  { line: "walks.ts:39", bytes: 26_400_000, count: 400_000 },
  { line: "walks.ts:40", bytes: 1_603_200, count: 20 },
  { line: "walks.ts:59", bytes: -1_192, count: null },
];

/** The page with every component. */
export function everyComponent(changes: Partial<RenderInput> = {}): RenderInput {
  const report = parseFixture(readFileSync(`${FOLDER}report.md`, "utf8"));
  const lineOf = (label: string): number => report.cells.find((cell) => cell.label === label)?.sourceLine ?? 1;
  const measured = (walks: string, bytes: number): VariantResult =>
    makeVariant({ walks }, [
      makeTrialSet("output", [makeTrial()], { flags: [] }),
      makeTrialSet(
        "peak",
        Array.from({ length: 5 }, () => makeTrial({ readings: [makeReading("peakLive", bytes)] })),
        {
          flags: ["--single-threaded", "--hash-seed=1", "--random-seed=1", "--expose-gc"],
        },
      ),
      makeTrialSet(
        "gc",
        [3.1, 2.9, 3.4, 3.0, 3.2].map((pauseMs) => makeTrial({ readings: [makeReading("pauseTotal", pauseMs, "ms")] })),
        { flags: [] },
      ),
    ]);
  const timeout: Failure = { kind: "timeout", timeoutMs: 60_000 };
  const thrown: Failure = {
    ...EXCEPTION,
    frames: [{ functionName: "", file: "report.md", line: lineOf("throws"), column: 19 }],
  };
  const cells: CellResult[] = [
    makeCell("walks", [measured("saved", 29_570_000), measured("dropped", 1_572_864)]),
    makeCell("fig-heap", [showing([CHART_OUTPUT])]),
    makeCell("fig-spec", [], { language: "vega-lite" }),
    makeCell("printing", [
      showing([
        stdout("\u001b[32mhello\u001b[0m\n", 102_000_000),
        { type: "stream", name: "stderr", text: "a warning\n", cutBytes: 0 },
        stdout(Array.from({ length: 60 }, (_, index) => `line ${index}`).join("\n")),
      ]),
    ]),
    makeCell("in-list", [showing([stdout("in a list\n")])]),
    makeCell("in-quote", [showing([stdout("in a quotation\n")])]),
    makeCell("displays", [
      showing([
        display({ "text/html": "<table style='x'><tr><td onclick='x()'>cell</td></tr></table><script>1</script>" }),
        display({ "text/markdown": "Some *Markdown* with a list:\n\n- one\n- two" }),
        display({
          "image/svg+xml":
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 20' width='60' height='20'><circle cx='10' cy='10' r='9'/></svg>",
        }),
        display({ "application/json": { a: [1, 2], b: "text" } }),
        display({ "text/plain": "Map(0) {}" }),
        display({ "application/x-unheard-of": "?" }),
        CHART_OUTPUT,
      ]),
    ]),
    makeCell("tbl-lines", [showing([display({ "application/vnd.heapbook.table+json": { rows: ROWS } })])]),
    makeCell("asis", [showing([stdout("| a | b |\n|---|--:|\n| 1 | 2 |\n")])]),
    makeCell("hidden", [showing([stdout("hidden output")])]),
    makeCell("throws", [showing([stdout("before the end\n")], {}, thrown)], { state: "failed" }),
    makeCell(
      "loops",
      [
        showing([stdout("one")], { turns: 1 }),
        showing([stdout("one")], { turns: 2 }),
        showing([], { turns: 3 }, timeout),
      ],
      { state: "failed" },
    ),
    makeCell("fills", [showing([], {}, HEAP_LIMIT)], { state: "failed" }),
    makeCell("needy", [], { state: "blocked", blockedBy: ["fills"] }),
    makeCell("never-stored", [], { state: "not-run" }),
  ];
  const charts = new Map([
    ["fig-heap", [makeChart()]],
    ["fig-spec", [makeChart({ narrow: null })]],
    ["displays", [makeChart()]],
  ]);
  return makeInput(report, { cells, charts, otherFiles: ["report.md", "results.json"], ...changes });
}
