import { send } from "../channel.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";

/** Pipes of stdout and stderr, which Node lists after the first write. */
const STANDARD: ReadonlySet<string> = new Set(["PipeWrap", "TTYWrap"]);

/** Work that keeps the event loop open, by kind: `Timeout`, `TCPServerWrap`. */
function countWork(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!STANDARD.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** A region that measures nothing but whether work that it began goes on after it. */
class OutputRegion implements RegionProbe {
  readonly #region: string;
  readonly #before = countWork();

  constructor(region: string) {
    this.#region = region;
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    const kinds = [...countWork()]
      .filter(([kind, count]) => count > (this.#before.get(kind) ?? 0))
      .map(([kind]) => kind);
    if (kinds.length > 0) send({ type: "unfinished-work", work: { region: this.#region, kinds } });
    return {};
  }

  abandon(): void {}
}

/** The probe that measures nothing: the report shows the outputs of its trial. */
export const outputProbe: Probe = {
  repeats: false,
  warmsUp: false,
  startRegion: (region) => new OutputRegion(region),
  checkpoint: () => {},
  calibrate: () => {},
  flush: () => {},
};

/** The probe of a search for the smallest heap. It measures nothing, but makes the warm-up calls of a measured process. */
export const minHeapProbe: Probe = { ...outputProbe, warmsUp: true };
