import { expect, it } from "vitest";
// @ts-expect-error: plain JavaScript, which the audits run without a compiler.
import { startProgress } from "../../helpers/progress.mjs";

it("says every 10 s how many cases are done, what the last was, and after how long", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = startProgress(
    5,
    (line: string) => lines.push(line),
    () => nowMs,
  );
  for (const [seed, ms] of [9_999, 10_000, 11_000, 20_000, 45_400].entries()) {
    nowMs = ms;
    progress(`seed ${seed}`);
  }
  expect(lines).toEqual([
    "2 of 5 done, last seed 1, 10 s\n",
    "4 of 5 done, last seed 3, 20 s\n",
    "5 of 5 done, last seed 4, 45 s\n",
  ]);
});
