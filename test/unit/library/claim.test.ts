import { afterEach, describe, expect, it } from "vitest";
import { combineMedians } from "../../../src/analysis/combined-medians.ts";
import { claim, difference, ratio } from "../../../src/library/index.ts";
import type { MetricSummary } from "../../../src/model/metrics.ts";
import type { TrialMessage } from "../../../src/model/records.ts";
import { summariseTrials } from "../../../src/results/summarise-trials.ts";
import { makeSamples } from "../../helpers/results.ts";

const TRIAL = Symbol.for("heapbook.trial");
const slot = globalThis as { [TRIAL]?: { send(message: TrialMessage): void } };

function collect(): TrialMessage[] {
  const sent: TrialMessage[] = [];
  slot[TRIAL] = { send: (message) => void sent.push(message) };
  return sent;
}

afterEach(() => {
  delete slot[TRIAL];
});

function summary(probe: "peak" | "time" | "gc", id: string, unit: string, ...values: number[]): MetricSummary {
  const [first] = summariseTrials([makeSamples(probe, id, unit, values)]);
  if (first === undefined) throw new Error("no summary");
  return first;
}

const SAVED = summary("peak", "peakLive", "B", 3000, 3000);
const DROPPED = summary("peak", "peakLive", "B", 1000, 1000);
const SLOW = summary("time", "wallTime", "ms", 20, 21, 22, 23, 24, 25);
const FAST = summary("time", "wallTime", "ms", 10, 11, 12, 13, 14, 15);
// Counts that agree, of a probe that leaves V8 as it is: two trials, 50 %.
const COUNTED = summary("gc", "collections", "count", 3, 3);
const ONCE = summary("time", "wallTime", "ms", 10);

describe("ratio() and difference()", () => {
  it("of exact values are exact", () => {
    expect(ratio(SAVED, DROPPED)).toEqual({
      label: "ratio of peak live memory",
      value: 3,
      low: 3,
      high: 3,
      confidence: 1,
      unit: "ratio",
      intervals: [],
    });
    expect(difference(SAVED, DROPPED)).toMatchObject({ value: 2000, low: 2000, high: 2000, unit: "B", confidence: 1 });
    expect(ratio(SAVED, 2)).toMatchObject({ value: 1500, unit: "B" });
    // Two numbers of the cell's own may be single readings.
    expect(ratio(6, 4)).toMatchObject({ label: "ratio", value: 1.5, unit: "ratio", confidence: null });
  });

  it("of others have the interval that the prose has, with the confidence it has", () => {
    const sides = [SLOW, FAST].map(({ samples }) => ({ samples, exact: false }));
    const expected = combineMedians(sides[0] as never, sides[1] as never, (a, b) => a / b);
    expect(ratio(SLOW, FAST)).toMatchObject({ ...expected, label: "ratio of wall time", unit: "ratio" });
    expect(expected).toMatchObject({ low: 20 / 15, high: 2.5, confidence: 0.9375 });
    expect(ratio(SLOW, ONCE).confidence).toBe(0);
  });

  it.each([
    [
      () => ratio(undefined as never, 1),
      "ratio(): the first value must be a metric of a result or a number, not undefined",
    ],
    [() => ratio(1, Number.NaN), "ratio(): the second value must be a metric of a result or a number, not NaN"],
    [() => ratio({ value: 1 } as never, 1), "an object without samples"],
    [() => ratio(SAVED, 0), "ratio(): the divisor, 0, is 0"],
    [() => ratio(SAVED, SLOW), "ratio(): a value in B and one in ms"],
    [() => difference(SAVED, 3), "difference(): a value in B and one in no unit"],
  ])("complain of what cannot be (%#)", (action, message) => {
    expect(action).toThrow(message);
  });
});

describe("claim()", () => {
  it("sends what it is about, then what it says, and returns the verdict", () => {
    const sent = collect();
    expect(claim(" It shrinks ", ratio(SAVED, DROPPED)).isAbove(2, { recorded: 3.63 })).toBe("holds");
    expect(claim("It is small", DROPPED).isBelow(1)).toBe("fails");
    const [first, second, third, fourth] = sent;
    expect(first).toMatchObject({ type: "claim", sentence: "It shrinks", estimate: { value: 3 } });
    const index = second?.type === "claim-test" ? second.claim : -1;
    expect(second).toEqual({
      type: "claim-test",
      claim: index,
      test: { kind: "above", bound: 2 },
      recorded: { value: 3.63, label: "recorded" },
      verdict: "holds",
      pValue: null,
    });
    expect(third).toMatchObject({ estimate: { label: "peak live memory", value: 1000, unit: "B", confidence: 1 } });
    expect(fourth).toMatchObject({ claim: index + 1, recorded: null, verdict: "fails" });
  });

  it.each([
    [() => claim("a", 4).equals(4), "holds"],
    [() => claim("a", 4.03).equals(4, { tolerance: "1 %" }), "holds"],
    [() => claim("a", 4.05).equals(4, { tolerance: "1 %" }), "fails"],
    [() => claim("a", -4.05).equals(-4, { tolerance: 0.1 }), "holds"],
    [() => claim("a", { value: 3, low: 1, high: 5 }).isBetween(0, 5), "holds"],
    [() => claim("a", { value: 3, low: 1, high: 5 }).isBetween(2, 5), "undecided"],
    [() => claim("a", ONCE).isAbove(1), "undecided"],
    // 97 % for six trials; 93.8 % for a ratio of two times six, which lies as far away.
    [() => claim("a", SLOW).isAbove(19), "holds"],
    [() => claim("a", ratio(SLOW, FAST)).isAbove(1), "undecided"],
    [() => claim("a", ratio(SLOW, 2)).isAbove(1), "holds"],
    [() => claim("a", { value: 3, low: 2, high: 4, confidence: 0.9 }).isAbove(1), "undecided"],
    [() => claim("a", { value: 3, low: 2, high: 4, confidence: 0.95 }).isAbove(1), "holds"],
    [() => claim("a", COUNTED).equals(3), "undecided"],
  ])("judges (%#)", (make, verdict) => {
    expect(make()).toBe(verdict);
  });

  it.each([
    [() => claim("  ", 1), "claim(): the sentence is empty"],
    [() => claim(undefined as never, 1), "claim(): the sentence is empty"],
    [() => claim("a", Number.NaN), 'claim("a"): the estimate must be of finite numbers, not NaN'],
    [
      () => claim("a", undefined as never),
      'claim("a"): the estimate must be a number, a metric or { value, low, high }, not undefined. The result has no metric of that name; variant() names the nearest.',
    ],
    [
      () => claim("a", { value: 9, low: 1, high: 2 }),
      'claim("a"): the estimate 9 does not lie in its interval, 1 to 2',
    ],
    [() => claim("a", 1).isAbove(Number.NaN), 'claim("a"): isAbove() needs a finite number, not NaN'],
    [() => claim("a", 1).isBelow("2" as never), 'claim("a"): isBelow() needs a finite number, not 2'],
    [() => claim("a", 1).isBetween(5, 2), 'claim("a"): isBetween(5, 2): the lower bound comes first'],
    [
      () => claim("a", 1).equals(1, { tolerance: -1 }),
      'claim("a"): equals(): the tolerance must be a number from 0 or per cent ("1 %"), not -1',
    ],
    [() => claim("a", 1).equals(1, { tolerance: "some" }), "not some"],
    [() => claim("a", 1).isAbove(0, { recorded: Number.NaN }), 'claim("a"): `recorded` needs a finite number'],
  ])("says what is wrong (%#)", (action, message) => {
    expect(action).toThrow(message);
  });

  it.each([
    ["exact", ratio(SAVED, DROPPED), 1, null],
    ["a number of the cell's own", 3, null, null],
    ["an interval of the cell's own", { value: 3, low: 2, high: 4 }, null, null],
    ["stated to be exact", { value: 3, confidence: 1 }, 1, null],
    ["one trial", ONCE, 0, 1],
    ["decided by the range", SLOW, 0.96875, 0.03125],
    ["with a confidence of the cell's own", { value: 3, low: 2, high: 4, confidence: 0.99 }, 0.99, 1 - 0.99],
    // The intervals of the ratio are not those of its tenfold.
    ["changed by the cell", { ...ratio(SLOW, 2), value: 110, low: 100, high: 120 }, 0.96875, 1 - 0.96875],
  ] as const)("has a p-value where chance has a say: %s", (_, estimate, confidence, pValue) => {
    const sent = collect();
    claim("a", estimate).isAbove(1.5);
    const [made, tested] = sent;
    expect(made).toMatchObject({ estimate: { confidence } });
    expect(made).not.toHaveProperty("estimate.intervals");
    expect(tested?.type === "claim-test" ? tested.pValue : undefined).toBe(pValue);
  });

  it("is tested once", () => {
    const made = claim("a", 1);
    made.isAbove(0);
    expect(() => made.isBelow(2)).toThrow('claim("a"): the claim is already tested');
  });

  it("does nothing but check outside a trial", () => {
    expect(claim("a", 1).isAbove(0)).toBe("holds");
  });
});

it.each([
  ["below", "isBelow"],
  ["greaterThan", "isAbove"],
  ["isBelo", "isBelow"],
  ["toBe", "equals"],
  ["within", "isBetween"],
])("a claim has no test %s, and the error names %s and all others", (wrong, right) => {
  const made = claim("fast", SLOW) as unknown as Record<string, () => void>;
  expect(() => made[wrong]?.()).toThrow(
    `claim("fast") has no test \`${wrong}\`. Did you mean \`${right}\`? Available: isAbove, isBelow, isBetween, equals.`,
  );
});
