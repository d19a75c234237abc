/** Entry of a program traced by the engine `tracker` (docs/measurement.md#tracker). */
import type { TraceRequest } from "../../model/records.ts";
import { askParent, beginTracking, notifyParent, prepareTracker, stopTracking } from "../tracing/tracker.ts";
import type { CreateEngine } from "./engine.ts";
import { hasMiscountedBuffers, readAllExternalBytes, readWideShare } from "./external-memory.ts";
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
      const request = (externalBytes: number): TraceRequest => ({ kind: "region-start", id: REGION, externalBytes });
      if (isWhole) notifyParent(request(readAllExternalBytes()));
      else {
        // Makes the buffers of WebAssembly memories before the snapshot, so that the snapshot lists them as older than
        // the region.
        readAllExternalBytes();
        askParent(() => ({ ...request(readAllExternalBytes()), hasMiscounted: hasMiscountedBuffers() }));
      }
    },
    read: () => {
      askParent({ kind: "reading", id: REGION, index: ++reading, atMs: performance.now() });
    },
    end: () => {
      askParent(() => ({
        ...{ kind: "region-end", id: REGION, region: "" },
        ...{ externalBytes: readAllExternalBytes(), wideShare: readWideShare(), hasMiscounted: hasMiscountedBuffers() },
      }));
      stopTracking();
    },
  };
};

startProgram(createTracker);
