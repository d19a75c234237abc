import type { TracingInstructions } from "../../model/records.ts";
import type { SamplingInstructions } from "../../model/samples.ts";
import { send } from "../channel.ts";
import type { Probe, RegionProbe } from "../running-trial.ts";
import { receiveReply } from "../tracing/replies.ts";
import { countedSizes, listSamples, readSamples, type SampleReading, startSampling } from "../tracing/sampler.ts";
import { sendMetrics } from "./send-metrics.ts";

/** Region of the whole cell, while open. */
let wholeRun: SampledRegion | undefined;
let regions = 0;

class SampledRegion implements RegionProbe {
  readonly #region: string;
  readonly #start: SampleReading;

  constructor(region: string) {
    this.#region = region;
    this.#start = readSamples();
  }

  lap(): void {}

  awaits(): void {}

  end(): Record<string, number> {
    this.abandon();
    const end = readSamples();
    send({
      type: "sampled",
      region: this.#region,
      start: listSamples(this.#start, end),
      end: listSamples(end, this.#start),
      counts: end.counts.map((count, i) => count - (this.#start.counts[i] ?? 0)),
      sizes: countedSizes(),
    });
    const metrics = { ...(receiveReply() as Record<string, number>) };
    sendMetrics(this.#region, metrics, () => "unoptimised code, estimated from samples");
    return metrics;
  }

  abandon(): void {
    if (wholeRun === this) wholeRun = undefined;
  }
}

/** Probe `lines` with the engine `sampler` (docs/measurement.md#sampler). */
export const sampledLinesProbe: Probe = {
  repeats: false,
  warmsUp: true,
  startRegion: (region) => {
    const started = new SampledRegion(region);
    if (++regions === 1) wholeRun = started;
    return started;
  },
  checkpoint: () => {},
  calibrate: () => {},
  // `process.exit()` leaves the region of the whole cell open; it ends here.
  flush: () => {
    wholeRun?.end();
  },
};

export function startSampledLinesProbe(tracing: TracingInstructions, sampling: SamplingInstructions): void {
  startSampling(tracing, sampling);
}
