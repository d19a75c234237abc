import { describe, expect, test } from "vitest";
import { bundleCell } from "../../../src/bundle/bundle-cell.ts";
import type { ResultModule } from "../../../src/model/result-module.ts";
import { cell, makeReportFolder } from "../../helpers/report-folder.ts";

function makeCache() {
  const kept = new Map<string, string>();
  let hits = 0;
  const get = (key: string): string | undefined => {
    const found = kept.get(key);
    if (found !== undefined) hits++;
    return found;
  };
  return { get, set: (key: string, value: string) => void kept.set(key, value), hits: () => hits };
}

const result = (value: number): ReadonlyMap<string, ResultModule> =>
  new Map([
    [
      "up",
      {
        label: "up",
        variants: [
          {
            params: { value },
            metrics: {},
            regions: {},
            collections: [],
            checkpoints: [],
            markingSteps: [],
            regionHeaps: [],
            lineProfiles: [],
            tables: {},
            stdout: "",
          },
        ],
      },
    ],
  ]);

async function bundleTwice(code: string, files: Record<string, string> = {}) {
  const folder = makeReportFolder();
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  const report = folder.report(cell("up", "console.log(1);") + cell("a", code));
  const made = report.cells.find((each) => each.label === "a");
  if (made === undefined) throw new Error("no cell a");
  const cache = makeCache();
  const input = { params: { n: 1 }, results: result(1), cache };
  const first = await bundleCell(report, made, input);
  const second = await bundleCell(report, made, input);
  return { report, made, cache, first, second };
}

describe("a bundle is kept", () => {
  test.each([
    ["of a cell that imports nothing", "console.log(2);"],
    ["of one that imports the library", 'import { measure } from "heapbook"; measure(() => 1);'],
    ["of one that imports random numbers, which bring seedrandom", 'import { random } from "heapbook"; random();'],
    ["of one that imports a result", 'import up from "result:up"; console.log(up);'],
  ])("%s", async (_, code) => {
    const { cache, first, second } = await bundleTwice(code);
    expect(cache.hits()).toBe(1);
    expect(second).toEqual(first);
  });

  test("but made anew when a result that it imports changes", async () => {
    const { report, made, cache, first } = await bundleTwice('import up from "result:up"; console.log(up);');
    const other = await bundleCell(report, made, { params: { n: 1 }, results: result(2), cache });
    expect(cache.hits()).toBe(1);
    expect(other.code).not.toBe(first.code);
  });
});

test.each([
  ["a file beside the report", 'import { a } from "./a.ts"; console.log(a);', { "a.ts": "export const a = 1;" }],
  ["another cell", 'import "cell:up";', {}],
] satisfies [string, string, Record<string, string>][])(
  "a bundle of a cell that imports %s is made each time",
  async (_, code, files) => {
    const { cache } = await bundleTwice(code, files);
    expect(cache.hits()).toBe(0);
  },
);
