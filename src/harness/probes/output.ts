import { REHEARSAL } from "../../model/records.ts";
import { send } from "../channel.ts";
import { listWork } from "../event-loop.ts";
import { observeParameters } from "../observing/parameters.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";

/** Metrics that the regions of a rehearsal return; undefined in other processes. */
const rehearsed = readRehearsal();

function readRehearsal(): Record<string, number> | undefined {
  const text = process.env[REHEARSAL];
  if (text === undefined) return undefined;
  delete process.env[REHEARSAL];
  return Object.fromEntries((JSON.parse(text) as string[]).map((id) => [id, 1]));
}

/** Functions called at the end of every region. */
export const atRegionEnds: (() => void)[] = [];

/** Number of regions begun. The first is the whole cell, which leaves no unfinished work. */
let started = 0;

/** Counts the work that keeps the event loop open, by kind. */
function countWork(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of listWork()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** A region without metrics. Reports work (such as timers) that began in the region and is unfinished at its end. */
class OutputRegion implements RegionProbe {
  readonly #region: string;
  readonly #before = countWork();
  readonly #isWholeRun = started++ === 0;

  constructor(region: string) {
    this.#region = region;
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    for (const look of atRegionEnds) look();
    if (this.#isWholeRun) return {};
    if (rehearsed !== undefined) return { ...rehearsed };
    const kinds = [...countWork()]
      .filter(([kind, count]) => count > (this.#before.get(kind) ?? 0))
      .map(([kind]) => kind);
    if (kinds.length > 0) send({ type: "unfinished-work", work: { region: this.#region, kinds } });
    return {};
  }

  abandon(): void {}
}

const measuresNothing: Probe = {
  repeats: false,
  warmsUp: false,
  startRegion: (region) => new OutputRegion(region),
  checkpoint: () => {},
  calibrate: () => {},
  flush: () => {},
};

/**
 * Probe of the trial whose outputs the report shows. Measures nothing. In a rehearsal, it makes all calls that measured processes make,
 * so that what they read is observed.
 */
export const outputProbe: Probe = {
  ...measuresNothing,
  observeParameters,
  repeats: rehearsed !== undefined,
  warmsUp: rehearsed !== undefined,
};

/** Probe of the search for the smallest heap. Measures nothing, but makes the warm-up calls of a measured process. */
export const minHeapProbe: Probe = { ...measuresNothing, warmsUp: true };
