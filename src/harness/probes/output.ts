import type { Probe, RegionProbe } from "../running-trial.ts";

const silent: RegionProbe = {
  lap: () => {},
  awaits: () => {},
  end: () => ({}),
  abandon: () => {},
};

/** The probe that measures nothing: the report shows the outputs of its trial. */
export const outputProbe: Probe = {
  repeats: false,
  warmsUp: false,
  startRegion: () => silent,
  checkpoint: () => {},
  calibrate: () => {},
  flush: () => {},
};

/** The probe of a search for the smallest heap. It measures nothing, but makes the warm-up calls of a measured process. */
export const minHeapProbe: Probe = { ...outputProbe, warmsUp: true };
