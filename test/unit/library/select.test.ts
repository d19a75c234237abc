import { describe, expect, it } from "vitest";
import { claim, select, variant } from "../../../src/library/index.ts";
import type { ResultModule, ResultVariant } from "../../../src/model/result-module.ts";
import { toResultModule } from "../../../src/results/result-module.ts";
import { makeCellResult, makeReading, makeTrial, makeTrialSet, makeVariant } from "../../helpers/results.ts";

const PEAKS = [makeReading("peakLive", 48), makeReading("peakLive", 16, "B", "load")];

const makeOne = (n: number, walks: string) =>
  makeVariant({ n, walks }, [makeTrialSet("peak", [makeTrial({ readings: PEAKS })])]);

const result: ResultModule = toResultModule(
  makeCellResult("a", [makeOne(1, "saved"), makeOne(1, "dropped"), makeOne(2, "saved")]),
);

describe("select()", () => {
  it("takes the variants that have the values, of a result or of a selection", () => {
    expect(select(result, { walks: "saved" })).toEqual([result.variants[0], result.variants[2]]);
    expect(select(select(result, { walks: "saved" }), { n: 2 })).toEqual([result.variants[2]]);
    expect(select(result, {})).toEqual(result.variants);
  });
});

describe("variant()", () => {
  it("is the one variant that has the values, of a result or of a selection", () => {
    expect(variant(result, { walks: "dropped" })).toEqual(result.variants[1]);
    expect(variant(select(result, { walks: "saved" }), { n: 2 })).toEqual(result.variants[2]);
    const [only] = result.variants;
    expect(variant({ label: "a", variants: only === undefined ? [] : [only] })).toEqual(only);
  });

  it("gives metrics, regions and tables by name", () => {
    const { metrics, regions } = variant(result, { walks: "dropped" });
    expect(metrics["peakLive"]).toMatchObject({ value: 48, label: "peak live memory" });
    expect(regions["load"]?.["peakLive"]).toMatchObject({ value: 16 });
    expect("wallTime" in metrics).toBe(false);
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(result.variants[1]?.metrics);
    expect(Object.keys(regions)).toEqual(["", "load"]);
  });

  it.each<[string, (one: ResultVariant) => unknown, string]>([
    [
      "metric",
      ({ metrics }) => metrics["peaklive"],
      "variant: Unknown metric `peaklive`. Did you mean `peakLive`? Available: peakLive.",
    ],
    [
      "metric of a region",
      ({ regions }) => regions["load"]?.["wallTime"],
      "variant: Unknown metric `wallTime`. Available: ",
    ],
    [
      "region",
      ({ regions }) => regions["lode"],
      "variant: Unknown region `lode`. Did you mean `load`? Available: (unnamed), load.",
    ],
    ["table", ({ tables }) => tables["table"], "variant: Unknown table `table`. The result has no tables."],
  ])("throws for an unknown %s, as one that has vanished", (_, look, message) => {
    expect(() => look(variant(result, { walks: "dropped" }))).toThrow(message);
  });

  it("so a claim about a metric that has vanished fails, and is not dropped", () => {
    const { metrics } = variant(result, { walks: "dropped" });
    expect(() => claim("It is fast", metrics["wallTime"] ?? 0).isBelow(1)).toThrow(
      "variant: Unknown metric `wallTime`.",
    );
  });

  it("throws where several variants match, and says by what they differ", () => {
    expect(() => variant(result, { walks: "saved" })).toThrow(
      'variant: {"walks":"saved"} matches 2 variants: {"n":1,"walks":"saved"}, {"n":2,"walks":"saved"}. Choose one by n.',
    );
    expect(() => variant(result)).toThrow(/^variant: the result has 3 variants: .* Choose one by n, walks\.$/);
  });
});

describe.each([
  ["select", select],
  ["variant", variant],
] as const)("%s() where no variant matches", (name, choose) => {
  it.each<[string, Record<string, string | number>, string]>([
    [
      "a parameter is unknown",
      { walk: "saved" },
      "Unknown parameter `walk`. Did you mean `walks`? Available: n, walks.",
    ],
    [
      "a value is unknown",
      { walks: "save" },
      'no variant has walks = "save". Did you mean `"saved"`? Available: "saved", "dropped".',
    ],
    ["a value is of another type", { n: "1" }, 'no variant has n = "1". Did you mean `1`? Available: 1, 2.'],
    [
      "no variant has the values together",
      { n: 2, walks: "dropped" },
      'no variant has {"n":2,"walks":"dropped"}. Available: {"n":1,"walks":"saved"}, {"n":1,"walks":"dropped"}, {"n":2,"walks":"saved"}.',
    ],
  ])("says that %s, and what there is", (_, params, message) => {
    expect(() => choose(result, params)).toThrow(`${name}: ${message}`);
  });

  it("says that the result is empty", () => {
    expect(() => choose({ label: "a", variants: [] }, { n: 1 })).toThrow(`${name}: the result has no variants.`);
  });
});
