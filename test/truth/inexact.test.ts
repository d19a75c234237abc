import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { sum } from "../helpers/known-sizes.ts";
import { runOracle } from "../helpers/sampling-oracle.ts";
import { profileOf } from "../helpers/traced-runner.ts";

const INEXACT = fileURLToPath(new URL("../fixtures/allocation/inexact.js", import.meta.url));
const CALLS = 250;

// Called exact before: 16 B a call of `constructs` and 152 B of `collects` were too much, 16 B of `nested` too little (Node 20).
it("what a profile has too much of async code is within the bound that it states, and named at its lines", async () => {
  const { truth, trial } = await runOracle(INEXACT, CALLS);
  const names = Object.keys(truth);
  const isOwn = ({ file }: { readonly file: string }): boolean => file === "inexact.js";
  for (const name of names) {
    const [once, twice] = [profileOf(trial, `${name}1`), profileOf(trial, `${name}2`)];
    const more = (of: (profile: typeof once) => number): number => (of(twice) - of(once)) / CALLS;
    const bytes = Math.round(more(({ lines }) => sum(lines.filter(isOwn).map((line) => line.allocatedBytes))));
    const bound = Math.ceil(more(({ inexact }) => sum(inexact.filter(isOwn).map((place) => place.allocatedBytes))));
    expect.soft(Math.abs(bytes - (truth[name] ?? Number.NaN)), name).toBeLessThanOrEqual(bound);
    expect.soft(bound, name).toBeGreaterThan(0);
  }
});
