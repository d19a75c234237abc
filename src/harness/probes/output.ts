import type { Probe, RegionProbe } from "../running-trial.ts";

const silent: RegionProbe = {
  lap: () => {},
  awaits: () => {},
  end: () => ({}),
  abandon: () => {},
};

/** Measures nothing: the trial whose outputs the report shows. */
export const outputProbe: Probe = {
  repeats: false,
  warmsUp: false,
  startRegion: () => silent,
  checkpoint: () => {},
  calibrate: () => {},
  flush: () => {},
};

/** Measures nothing either, but calls what the measured processes call: the smallest heap is that of the same work. */
export const minHeapProbe: Probe = { ...outputProbe, warmsUp: true };
