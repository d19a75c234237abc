import { expect } from "vitest";
import { bundleReport } from "../../src/experiment/bundle-report.ts";
import { type Execution, executeReport } from "../../src/experiment/execute-report.ts";
import type { ExecutionOptions } from "../../src/experiment/execution-options.ts";
import type { ProgressEvent } from "../../src/experiment/progress-events.ts";
import type { CellResult, Trial } from "../../src/model/report-results.ts";
import { ownRuntime } from "../../src/runtimes/find-runtime.ts";
import { openStore } from "../../src/store/store.ts";
import { type FakeExecutor, makeFakeExecutor } from "./fake-executor.ts";
import { cell, type ReportFolder } from "./report-folder.ts";

/** Code that the fake executor knows by its label, and that nothing runs. */
export const code = (label: string, rest = ""): string => `cell("${label}");${rest}`;
export const needs = (label: string, on: string): string =>
  `import r from "result:${on}";\ncell("${label}");\nglobalThis.x = r;`;
export const prints = (text: string): Partial<Trial> => ({
  outputs: [{ type: "stream", name: "stdout", text, cutBytes: 0 }],
});

export interface Rendering {
  readonly executor: FakeExecutor;
  readonly cells: ReadonlyMap<string, CellResult>;
  /** `label state`, with who blocks it. */
  readonly states: readonly string[];
  readonly events: readonly ProgressEvent[];
  readonly ranTrials: number;
  readonly reusedTrials: number;
  readonly ranCells: readonly string[];
  readonly explanations: Execution["explanations"];
  readonly sets: Execution["sets"];
}

/** One render of a report, up to its results. */
export async function execute(
  folder: ReportFolder,
  body: string,
  script?: Parameters<typeof makeFakeExecutor>[0],
  changes: Partial<ExecutionOptions> = {},
): Promise<Rendering> {
  const report = folder.report(body);
  const params = report.frontMatter.params;
  const bundles = await bundleReport(report, params);
  const executor = makeFakeExecutor(script);
  const events: ProgressEvent[] = [];
  const warnings: string[] = [];
  const execution = await executeReport(report, bundles, {
    params,
    store: openStore(folder.root, { base: report.folder, params, onWarning: (message) => warnings.push(message) }),
    executor,
    runtimes: new Map([["node", ownRuntime()]]),
    root: folder.root,
    jobs: 1,
    trials: undefined,
    mode: "reuse",
    signal: new AbortController().signal,
    onProgress: (event) => events.push(event),
    ...changes,
  });
  expect(warnings).toEqual([]);
  const { cells } = execution.results;
  return {
    executor,
    cells: new Map(cells.map((each) => [each.label, each])),
    states: cells.map((each) => [each.label, each.state, ...each.blockedBy].join(" ")),
    events,
    ranTrials: execution.ranTrials,
    reusedTrials: execution.reusedTrials,
    ranCells: [...execution.ranCells],
    explanations: execution.explanations,
    sets: execution.sets,
  };
}

/** Two variants, three probes, two trials each, and a bracket for each variant: fourteen in all. */
export const WALKS = cell(
  "walks",
  code("walks"),
  "matrix: { walks: [saved, dropped] }",
  "probes: [gc, peak]",
  "trials: 2",
);
