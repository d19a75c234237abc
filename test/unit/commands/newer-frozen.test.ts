import { mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findNewerFrozen } from "../../../src/commands/newer-frozen.ts";
import { SCHEMA_VERSION } from "../../../src/model/report-results.ts";
import { writeFrozen } from "../../../src/store/frozen-file.ts";
import {
  ENVIRONMENT,
  makeCellResult,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";
import { createWorkspace } from "../../helpers/workspace.ts";

const setOf = (measuredAt: string) =>
  makeTrialSet("peak", [makeTrial()], { environment: { ...ENVIRONMENT, measuredAt } });

/** Which frozen results are newer than a site, by when each was measured and written. Times are ISO 8601. */
async function findNewer(site: string, frozen: { readonly measured: string; readonly written: string }) {
  const results = makeResults([makeCellResult("walks", [makeVariant({}, [setOf(site)])])], {
    report: { slug: "demo", title: "Demo" },
  });
  const workspace = createWorkspace({ "_site/demo/results.json": JSON.stringify(results) });
  const root = workspace.folder;
  const folder = join(root, "reports/demo");
  mkdirSync(folder, { recursive: true });
  writeFrozen(folder, {
    schemaVersion: SCHEMA_VERSION,
    frozen: 2,
    report: results.report,
    params: {},
    cells: [{ label: "walks", language: "ts", sourceLine: 1 }],
    sets: [
      {
        cell: "walks",
        variant: {},
        probe: "peak",
        key: "ab".repeat(32),
        observed: [],
        trialSet: setOf(frozen.measured),
      },
    ],
  });
  utimesSync(join(root, "_site/demo/results.json"), new Date(site), new Date(site));
  utimesSync(join(folder, "report.results.json"), new Date(frozen.written), new Date(frozen.written));
  return findNewerFrozen({ name: "_site", reports: [results] }, root);
}

const [MONDAY, TUESDAY] = ["2026-11-23T10:00:00.000Z", "2026-11-24T10:00:00.000Z"];

test("frozen results that were measured and written after a site are newer", async () => {
  expect(await findNewer(MONDAY, { measured: TUESDAY, written: TUESDAY })).toEqual([
    "reports/demo/report.results.json",
  ]);
});

test("a site of the same trials, or rendered after the frozen results, is not older", async () => {
  expect(await findNewer(MONDAY, { measured: MONDAY, written: TUESDAY })).toEqual([]);
  expect(await findNewer(TUESDAY, { measured: MONDAY, written: MONDAY })).toEqual([]);
});
