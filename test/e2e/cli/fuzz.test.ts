import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
// @ts-expect-error: plain JavaScript, which `npm run audit:fuzz` runs without a compiler.
import { makeCase } from "../../fuzz/generator.mjs";
// @ts-expect-error: the same
import { runCase } from "../../fuzz/run-case.mjs";

const FOUND = new URL("../../fuzz/found/", import.meta.url);
const REPORTS = 300;

it("300 reports made at random give a page that has all their words, or mistakes with a place", {
  timeout: 240_000,
}, async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= REPORTS; seed += 1) {
    const run = await runCase(makeCase(seed));
    if (run.faults.length > 0) faults.push(`npm run audit:fuzz -- 1 ${seed}: ${run.faults.join("; ")}`);
  }
  expect(faults).toEqual([]);
});

it.each(readdirSync(FOUND).filter((name) => name.endsWith(".md")))("%s, found once, stays mended", async (name) => {
  const source = readFileSync(new URL(name, FOUND));
  const { faults, outcome } = await runCase({ source, outputs: [], failure: null, shownWords: [] });
  expect({ faults, outcome }).toEqual({ faults: [], outcome: "page" });
});
