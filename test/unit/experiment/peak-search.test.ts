import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinPasses, startOf } from "../../../src/experiment/peak-interval.ts";
import { searchPeak } from "../../../src/experiment/peak-search.ts";
import {
  FINE_PEAK,
  OPTIMISED_NOISE_BYTES,
  PEAK_NOISE_BYTES,
  type PeakPassInstructions,
  type PeakRegionPass,
} from "../../../src/model/peak-pass.ts";
import type { Failure, Trial } from "../../../src/model/report-results.ts";
import type { TrialSpec } from "../../../src/process/trial-executor.ts";
import { makeTrial } from "../../helpers/results.ts";

const SPEC: TrialSpec = {
  node: "node",
  flags: [],
  bundlePath: "/x.mjs",
  bundleMap: "{}",
  folder: "/",
  env: {},
  probe: "bracket",
  variant: {},
  timeoutMs: 1000,
};
const MB = 1e6;
const TIMEOUT: Failure = { kind: "timeout", timeoutMs: 1000 };

/** Marks a region in which V8 collected by itself. */
const OWN = "own";
type Found = readonly [lowMb: number, highMb: number, ...overshoots: (readonly [number, number] | typeof OWN)[]];

const passOf = ([low, high, ...rest]: Found, index = 0): PeakRegionPass => ({
  region: `region ${index}`,
  index,
  lowBytes: low * MB,
  highBytes: high * MB,
  overshoots: rest.filter((each) => each !== OWN),
  collectedByItself: rest.includes(OWN),
});

/** Each process finds these, one entry a region, or fails. */
async function search(...processes: readonly (readonly (Found | undefined)[] | Failure)[]) {
  const flags: (readonly string[])[] = [];
  const asked: PeakPassInstructions[] = [];
  const trial = await searchPeak(
    {
      run: async ({ peakPass, ...spec }) => {
        if (peakPass === undefined) throw new Error("no instructions");
        asked.push(peakPass);
        flags.push(spec.flags);
        const next = processes[asked.length - 1];
        if (next === undefined) throw new Error("one process too many");
        const executed: Trial = makeTrial({ durationMs: 5 });
        return "kind" in next
          ? { ...executed, failure: next }
          : { ...executed, peakPasses: next.flatMap((each, i) => (each === undefined ? [] : [passOf(each, i)])) };
      },
    },
    SPEC,
    new AbortController().signal,
  );
  const bounds = trial.readings.map(({ id, value, note, confidence }) => ({ id, value, note, confidence }));
  return { trial, asked, flags, bounds };
}

const noise = PEAK_NOISE_BYTES;

describe("the search for a peak", () => {
  it("takes two processes where the scout is close already, and moves the bounds outwards", async () => {
    const { asked, bounds } = await search([[2, 2.005]], [[1.999, 2.006]]);
    expect(asked.map(({ tolerance }) => tolerance)).toEqual([0.1, 0.001]);
    expect(bounds).toEqual([
      { id: "peakLow", value: 1.999 * MB - noise, note: undefined, confidence: undefined },
      { id: "peakHigh", value: 2.006 * MB + noise, note: undefined, confidence: undefined },
    ]);
  });

  it("sends a second scout with 1 % where the first leaves wide bounds, then starts below what they found", async () => {
    const { asked, trial } = await search([[50, 54]], [[52, 52.3]], [[52.1, 52.12]]);
    expect(asked.map(({ tolerance }) => tolerance)).toEqual([0.1, 0.01, 0.001]);
    expect(asked[1]).toMatchObject({ startBytes: [50 * MB - 0.5 * MB - 2 * noise], closely: [] });
    const [start = 0] = asked[2]?.startBytes ?? [];
    expect(start).toBeGreaterThan(51.5 * MB);
    expect(start).toBeLessThan(52 * MB - 0.005 * 52 * MB);
    expect(trial.readings.map(({ value }) => value)).toEqual([52.1 * MB - noise, 52.12 * MB + noise]);
    expect(trial.durationMs).toBe(15);
  });

  it("runs scouts in optimised code, and the passes after them without", async () => {
    const { flags } = await search([[50, 54]], [[52, 52.3]], [[52.1, 52.12]]);
    expect(flags.map((each) => each.includes("--inline-new"))).toEqual([true, true, false]);
  });

  it("records V8's own collections in scouts, and later where a scout had one", async () => {
    const records = ({ asked }: Awaited<ReturnType<typeof search>>) =>
      asked.map(({ recordsCollections }) => recordsCollections);
    expect(records(await search([[2, 2.005]], [[1.999, 2.006]]))).toEqual([true, false]);
    expect(records(await search([[2, 2.005, OWN]], [[1.999, 2.006]]))).toEqual([true, true]);
  });

  it("measures optimised code where that has another peak, as the scout found it", async () => {
    const { asked, flags, bounds } = await search([[24, 24.005]], [[28, 28.006]], [[24.1, 24.11]]);
    expect(asked.map(({ tolerance }) => tolerance)).toEqual([0.1, 0.001, 0.001]);
    expect(asked[2]?.startBytes).toEqual(asked[1]?.startBytes);
    expect(flags.map((each) => each.includes("--turbo-filter=*"))).toEqual([true, false, true]);
    expect(bounds.map(({ value, note }) => [value, note])).toEqual([
      [24.1 * MB - OPTIMISED_NOISE_BYTES, undefined],
      [24.11 * MB + noise, undefined],
    ]);
  });

  it("collects nothing for a region without bounds, as that of a cell with `measure()`", async () => {
    const { asked } = await search([undefined, [2, 2.005]], [undefined, [2, 2.005]]);
    expect(asked[1]?.startBytes[0]).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("looks closely where a wide region overshot, and keeps to single ticks once found", async () => {
    const scouts: Found[][] = [[[50, 54]], [[50, 53]]];
    const { asked } = await search(...scouts, [[50, 53, [10, 20]]], [[50, 53, [14, 15]]], [[52, 52.02]]);
    expect(asked.map(({ closely }) => closely)).toEqual([[], [], [], [[10, 20]], [[14, 15]]]);
  });

  it("ends where a pass overshot nowhere and started from the same size", async () => {
    const { asked } = await search([[0.02, 0.1]], [[0.02, 0.08]]);
    expect(asked).toHaveLength(2);
  });

  it("ends after three passes that bring the bounds no closer", async () => {
    const stays = [1, 2, 3, 4].map((from): Found[] => [[50, 53, [from, 9]]]);
    const passes: Found[][] = [[[50, 50.1]], ...stays, [[52, 52.01]]];
    expect((await search(...passes)).asked).toHaveLength(5);
  });

  it("collects before each short stretch that any pass has shown", async () => {
    const { asked } = await search(
      [[50, 50.1]],
      [[50, 53, [1, 9], [20, 23]]],
      [[50, 53, [3, 4], [30, 40]]],
      [[50, 50.01]],
    );
    expect(asked.at(-1)?.closely).toEqual([
      [3, 4],
      [20, 23],
      [30, 40],
    ]);
  });

  it("joins what passes found: the higher lower bound and the lower upper one", async () => {
    const { trial } = await search([[52, 52.1]], [[0, 53, [1, 2]]], [[52, 56]], [[52, 53]]);
    expect(trial.readings.map(({ value }) => value)).toEqual([52 * MB - noise, 53 * MB + noise]);
  });

  it("takes six more processes where two exclude each other, and states their range with its confidence", async () => {
    const { asked, bounds } = await search(
      [[50, 50.1]],
      [[0, 40]],
      [[41, 42]],
      [[38, 40]],
      [[39, 41]],
      [[50, 54]],
      [[60, 61]],
      [[45, 46]],
      [[44, 46]],
    );
    expect(asked).toHaveLength(9);
    expect(asked.slice(3).every(({ recordsCollections }) => recordsCollections)).toBe(true);
    const note = "differs between processes";
    expect(bounds).toEqual([
      { id: "peakLow", value: 38 * MB - OPTIMISED_NOISE_BYTES, note, confidence: 0.96875 },
      { id: "peakHigh", value: 61 * MB + noise, note, confidence: 0.96875 },
    ]);
  });

  it("calls a region varying that another process does not have", async () => {
    const two: Found[] = [
      [2, 2.01],
      [3, 3.01],
    ];
    const { trial } = await search(two, two.slice(0, 1), two, two, two, two, two, two, two);
    expect(trial.readings.filter(({ note }) => note !== undefined).map(({ region }) => region)).toEqual([
      "region 1",
      "region 1",
    ]);
  });

  it("keeps what is known when a later pass fails, and the failure when the first does", async () => {
    const { bounds } = await search([[2, 2.005]], TIMEOUT);
    const [low, high] = bounds.map(({ value }) => value);
    expect(low).toBeLessThan(2 * MB - 200 * 1024);
    expect(high).toBeGreaterThan(2.005 * MB + 200 * 1024);
    const { trial } = await search(TIMEOUT);
    expect(trial.failure).toEqual(TIMEOUT);
    expect(trial.readings).toEqual([]);
  });
});

describe("joined passes", () => {
  it("contain every peak that all passes contain, whatever their order", () => {
    const bounds = fc.tuple(fc.nat(1e8), fc.nat(1e7), fc.nat(1e7));
    fc.assert(
      fc.property(fc.nat(1e8), fc.array(bounds, { minLength: 1, maxLength: 6 }), (peak, widths) => {
        const passes = widths.map(([, below, above]) =>
          passOf([(peak - Math.min(peak, below)) / MB, (peak + above) / MB]),
        );
        const joined = passes.reduce((known: ReturnType<typeof joinPasses>, pass) => joinPasses(known, [pass]), []);
        const [only] = joined;
        expect(only?.repeats).toBe(true);
        expect(only?.lowBytes).toBeLessThanOrEqual(peak + 1);
        expect(only?.highBytes).toBeGreaterThanOrEqual(peak - 1);
      }),
    );
  });

  it("start so far below that a pass must collect at the same peak", () => {
    fc.assert(
      fc.property(fc.nat(1e9), (lowBytes) => {
        const start = startOf({ lowBytes }, FINE_PEAK);
        const ceiling = start + Math.max(FINE_PEAK.tolerance * start, FINE_PEAK.floorBytes);
        expect(start).toBeGreaterThanOrEqual(0);
        if (start > 0) expect(ceiling).toBeLessThanOrEqual(lowBytes - 2 * noise);
      }),
    );
  });
});
