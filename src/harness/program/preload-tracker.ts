/** Entry of a program traced by the engine `tracker` (docs/measurement.md#tracker). */
import type { TraceRequest } from "../../model/records.ts";
import {
  askParent,
  beginTracking,
  listLineEnds,
  notifyParent,
  prepareTracker,
  stopTracking,
} from "../tracing/tracker.ts";
import type { CreateEngine } from "./engine.ts";
import { type ExternalReading, readExternal, readWideShare } from "./external-memory.ts";
import { startProgram } from "./start-program.ts";

/** Id of the region. A traced program has only one. */
const REGION = 1;

const createTracker: CreateEngine = (instructions) => {
  prepareTracker(instructions.tracing);
  beginTracking();
  let reading = 0;
  return {
    holdsLoop: true,
    begin: (isWhole) => {
      const request = (reading: Partial<ExternalReading> & Pick<ExternalReading, "externalBytes">): TraceRequest => ({
        ...{ kind: "region-start", id: REGION },
        ...reading,
      });
      if (isWhole) notifyParent(request({ externalBytes: readExternal().externalBytes }));
      else {
        // Makes the buffers of WebAssembly memories before the snapshot, so that the snapshot lists them as older than
        // the region.
        readExternal();
        askParent(() => request(readExternal()));
      }
    },
    read: (isDriverStart) => {
      listLineEnds();
      const driver = isDriverStart ? { isDriverStart } : {};
      askParent({ kind: "reading", id: REGION, index: ++reading, atMs: performance.now(), ...driver });
    },
    end: () => {
      listLineEnds();
      askParent(() => ({
        ...{ kind: "region-end", id: REGION, region: "" },
        ...readExternal(),
        wideShare: readWideShare(),
      }));
      stopTracking();
    },
  };
};

startProgram(createTracker);
