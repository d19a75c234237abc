import type { Probe, RegionProbe } from "../trial.ts";

const silent: RegionProbe = {
  checkpoint: () => {},
  end: () => ({}),
  abandon: () => {},
};

/** Measures nothing: the trial whose outputs the report shows. */
export const outputProbe: Probe = {
  startRegion: () => silent,
  flush: () => {},
};
