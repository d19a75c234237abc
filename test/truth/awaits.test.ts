import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { sum } from "../helpers/known-sizes.ts";
import { runOracle } from "../helpers/sampling-oracle.ts";
import { profileOf } from "../helpers/traced-runner.ts";

const AWAITS = fileURLToPath(new URL("../fixtures/allocation/awaits.js", import.meta.url));
const CALLS = 250;

// V8's tracker reports 48 B too much for each await that no code of the author's writes: 424 B a call of `delegates`.
it("awaits of `yield*`, of `for await` and of `return` in async generators have the bytes that V8's own profile has", async () => {
  const { truth, trial } = await runOracle(AWAITS, CALLS);
  const names = Object.keys(truth);
  const bytesOf = (region: string): number =>
    sum(
      profileOf(trial, region)
        .lines.filter(({ file }) => file === "awaits.js")
        .map(({ allocatedBytes }) => allocatedBytes),
    );
  const found = names.map((name) => [name, Math.round((bytesOf(`${name}2`) - bytesOf(`${name}1`)) / CALLS)]);
  expect(Object.fromEntries(found)).toEqual(truth);
});
