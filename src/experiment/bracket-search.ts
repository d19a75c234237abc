import type { MetricReading } from "../model/metrics.ts";
import type { Trial } from "../model/report-results.ts";
import type { TrialExecutor, TrialSpec } from "../process/trial-executor.ts";

const BYTES_PER_MIB = 2 ** 20;

/**
 * A bracket is narrow enough at this share of its upper end, or at the size of two young generations of 1 MB, which is the
 * least width that a process can guarantee.
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

/** Both ends of the bracket of each region of a trial, in the order in which the regions ended. */
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

/** Keeps the narrower bracket of each region; of a region that only the second process has, its bracket. */
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
 * Size of the semi-space, in MiB, that makes the bracket of a peak narrow when every collection is a full one: half of the
 * allowed width. The young generation widens the bracket twice: by garbage in use before a collection, and by objects that
 * were live and died before the next one. V8 uses powers of 2.
 */
function semiSpaceFor(peakBytes: number): number {
  const most = (NARROW_SHARE * peakBytes) / 2 / BYTES_PER_MIB;
  let mebibytes = 1;
  while (mebibytes * 2 <= Math.min(most, MOST_SEMI_SPACE_MIB)) mebibytes *= 2;
  return mebibytes;
}

/**
 * Measures the bracket of the true peak of every region, as one trial of one or two processes (docs/measurement.md#bracket).
 *
 * In the first process V8 decides which collections are full ones. This process is quick, because objects that die young cost
 * almost nothing, and its bounds are valid; but old garbage widens the upper bound, and the lower bound comes from full
 * collections only. If a region's bracket is too wide, a second process makes every collection a full one, at each MB or at
 * each tenth of the largest such peak, whichever is more. The time of a full collection is proportional to the live bytes.
 * Both processes bound every region; the narrower bracket of each is kept. If the second process fails, as by the cell's
 * timeout, the wide brackets are kept.
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
