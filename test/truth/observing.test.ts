import { describe, expect, it } from "vitest";
import type { ProbeName } from "../../src/model/probes.ts";
import { runCell, stdoutOf } from "../helpers/trial-runner.ts";

const REGIONS = `measure(() => process.env.READ_BY_REGION, { name: "variable" });
measure(() => fs.readFileSync("data.txt", "utf8").length, { name: "file" });
measure(() => Array.from({ length: 1000 }, () => ({ ...params })), { name: "parameters" });`;

/** What of the surroundings of the cell is observed: nothing in a measured process. */
const OBSERVED = `[types.isProxy(process.env), !fs.readFileSync.toString().includes("getOptions")].join()`;

const code = (before: string): string => `import fs from "node:fs";
import { types } from "node:util";
import { measure, params } from "heapbook";
${before}
${REGIONS}`;

async function bytesUnder(probe: ProbeName, before: string): Promise<readonly unknown[]> {
  const options = { probe, env: { READ_BY_REGION: "x" }, params: { size: 3 }, files: { "data.txt": "1".repeat(5000) } };
  const { failure, readings } = await runCell(code(before), options);
  expect(failure).toBeNull();
  return readings.map(({ region, id, value }) => [region, id, value]);
}

describe("observing what a cell reads", () => {
  it("wraps environment and files in the trial that gives the outputs", async () => {
    const trial = await runCell(code(`console.log(${OBSERVED});`), { files: { "data.txt": "1" } });
    expect(stdoutOf(trial)).toBe("true,true\n");
  });

  it.each(["peak", "allocated"] as const)(
    "leaves `%s` alone: plain objects, and the same bytes each time",
    async (probe) => {
      const check = `if (${OBSERVED} !== "false,false") throw new Error("observed");`;
      const bytes = await bytesUnder(probe, check);
      expect(bytes.length).toBeGreaterThan(0);
      expect(await bytesUnder(probe, check)).toEqual(bytes);
    },
  );
});
