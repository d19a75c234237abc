import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { metricBars } from "../../../src/library/charts.ts";
import { claim } from "../../../src/library/claim.ts";
import { compare } from "../../../src/library/compare.ts";
import { ratio } from "../../../src/library/estimate.ts";
import { guardResult } from "../../../src/library/guarded-result.ts";
import { variant } from "../../../src/library/select.ts";
import { table } from "../../../src/library/table.ts";
import { toResultModule } from "../../../src/results/result-module.ts";
import { makeCellResult, makeReading, makeTrial, makeTrialSet, makeVariant } from "../../helpers/results.ts";

const measured = (kind: string, bytes: number) =>
  makeVariant({ kind }, [
    makeTrialSet(
      "peak",
      [1, 2, 3].map((more) => makeTrial({ readings: [makeReading("endLive", bytes + more)] })),
    ),
  ]);
const plain = () => toResultModule(makeCellResult("lists", [measured("a", 10), measured("b", 20)]));
const lists = guardResult(plain());
const metric = variant(lists, { kind: "a" }).metrics["endLive"];
// biome-ignore lint/suspicious/noExplicitAny: fields that the type does not have
const read = (object: any, name: string): unknown => object[name];

describe("a field that a result does not have", () => {
  test.each([
    ["median", "Read `value`."],
    ["interval", "Read `low` and `high`."],
    ["values", "Read `samples`."],
    ["valeu", "Did you mean `value`?"],
  ])("of a metric is an error: %s", (name, hint) => {
    expect(() => read(metric, name)).toThrow(
      `A metric has no field \`${name}\`. ${hint} Available: id, region, label,`,
    );
  });

  test("of a variant, of the result and of an estimate is an error, too", () => {
    expect(() => read(lists.variants[0], "metric")).toThrow("A variant has no field `metric`. Did you mean `metrics`?");
    expect(() => read(lists, "metrics")).toThrow("A result has no field `metrics`.");
    const estimate = ratio(metric ?? 1, 2);
    expect(() => read(estimate, "median")).toThrow(
      "An estimate has no field `median`. Read `value`. Available: label, unit",
    );
  });
});

test("what a result may lack reads as undefined: optional fields, and metrics of other variants", () => {
  expect([read(metric, "note"), read(metric, "systematicError"), lists.variants[0]?.metrics["own"]]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(metric !== undefined && "median" in metric).toBe(false);
});

test("a guarded result is a plain object to JSON, copies, inspect and promises", async () => {
  expect(JSON.stringify(lists)).toBe(JSON.stringify(plain()));
  expect(structuredClone(lists)).toEqual(plain());
  expect({ ...metric }).toEqual(plain().variants[0]?.metrics["endLive"]);
  expect(inspect(metric)).toBe(inspect(plain().variants[0]?.metrics["endLive"]));
  expect(await metric).toBe(metric);
  expect(`${metric}`).toBe("[object Object]");
  expect(metric instanceof Object).toBe(true);
});

test("the cell library reads guarded results", () => {
  expect(compare(lists, "endLive")).toHaveLength(2);
  expect(metricBars(lists, "endLive").rows).toHaveLength(2);
  claim("a is small", metric ?? 0).isBelow(100);
  claim("a is half of b", ratio(metric ?? 1, variant(lists, { kind: "b" }).metrics["endLive"] ?? 1)).isBelow(1);
  table(lists.variants.map(({ params, metrics }) => ({ ...params, ...metrics["endLive"], whole: metrics["endLive"] })));
});
