import type { MetricReading } from "../model/metrics.ts";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";

const BYTES_PER_MIB = 2 ** 20;

/**
 * A bracket is narrow enough when it is no wider than this share of its upper end, or than two young generations of 1 MB,
 * which no process can do better than for sure.
 */
const NARROW_SHARE = 1 / 5;
const NARROW_BYTES = 2 * BYTES_PER_MIB;

/** V8's own default for the largest semi-space on 64-bit machines, in MiB. */
const MOST_SEMI_SPACE_MIB = 16;

interface Bracket {
  readonly lowBytes: number;
  readonly highBytes: number;
}

type Pair = readonly [low: MetricReading, high: MetricReading];

/** Both ends of the brackets of a trial's regions, in the order in which these ended. */
function readPairs({ readings }: Trial): Pair[] {
  const highs = readings.filter(({ id }) => id === "peakHigh");
  return readings
    .filter(({ id }) => id === "peakLow")
    .flatMap((low, i): Pair[] => {
      const high = highs[i];
      return high === undefined ? [] : [[low, high]];
    });
}

function toBracket([low, high]: Pair): Bracket {
  return { lowBytes: low.value, highBytes: high.value };
}

/** Region by region; one that only one of the processes has is kept as it is. */
function keepNarrower(quick: readonly Pair[], thorough: readonly Pair[]): readonly Pair[] {
  const width = ([low, high]: Pair): number => high.value - low.value;
  return thorough.map((pair, i) => {
    const other = quick[i];
    const same = other !== undefined && other[0].region === pair[0].region;
    return same && width(other) < width(pair) ? other : pair;
  });
}

function isNarrow({ lowBytes, highBytes }: Bracket): boolean {
  return highBytes - lowBytes <= Math.max(NARROW_BYTES, NARROW_SHARE * highBytes);
}

/**
 * The young generation with which the bracket of a peak is narrow, if every collection is a full one: half the width that
 * is allowed, since it is once what is in use above the living, and once what was alive and died before a collection.
 * A power of 2, in MiB, as V8 makes them.
 */
function semiSpaceFor(peakBytes: number): number {
  const most = (NARROW_SHARE * peakBytes) / 2 / BYTES_PER_MIB;
  let mebibytes = 1;
  while (mebibytes * 2 <= Math.min(most, MOST_SEMI_SPACE_MIB)) mebibytes *= 2;
  return mebibytes;
}

/**
 * The bracket of the true peak of every region, as one trial of one or two processes.
 *
 * The first leaves it to V8 which collections are full ones. It is quick, for what dies young costs next to nothing then, and
 * its bounds hold; but garbage that has grown old widens the upper one, and the lower one knows only full collections. Where
 * a region's bracket is too wide for that, a second process makes every collection a full one, which takes time in
 * proportion to what is alive, at each MB or at each tenth of the largest such peak, whichever is more. Both processes bound
 * every region, and the narrower bracket of each is kept. Should the second fail, as when it runs past the cell's timeout, the
 * wide brackets stand.
 *
 * @throws the signal's reason, if it was aborted
 */
export async function searchBracket(executor: TrialExecutor, spec: TrialSpec, signal: AbortSignal): Promise<Trial> {
  const quick = await executor.run(spec, signal);
  const wide =
    quick.failure === null
      ? readPairs(quick)
          .map(toBracket)
          .filter((bracket) => !isNarrow(bracket))
      : [];
  if (wide.length === 0) return quick;
  const semiSpace = semiSpaceFor(Math.max(...wide.map(({ highBytes }) => highBytes)));
  const flags = ["--gc-global", `--min-semi-space-size=${semiSpace}`, `--max-semi-space-size=${semiSpace}`];
  const thorough = await executor.run({ ...spec, flags: [...spec.flags, ...flags] }, signal);
  const durationMs = quick.durationMs + thorough.durationMs;
  if (thorough.failure !== null) return { ...quick, durationMs };
  return { ...thorough, readings: keepNarrower(readPairs(quick), readPairs(thorough)).flat(), durationMs };
}
