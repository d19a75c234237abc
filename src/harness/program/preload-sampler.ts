/** Entry of a program traced by the engine `sampler` (docs/measurement.md#sampler). */

// Imported first, because the modules below copy `gc` as they load.
import "./hide-collector.ts";
import { send } from "../channel.ts";
import { receiveReply } from "../tracing/replies.ts";
import { countedSizes, listSamples, readSamples, type SampleReading, startSampling } from "../tracing/sampler.ts";
import type { CreateEngine } from "./engine.ts";
import { withCollector } from "./hide-collector.ts";
import { startProgram } from "./start-program.ts";

/** Nodes of a sample tree in one record. The JSON of a large tree could exceed V8's longest string. */
const NODES_PER_RECORD = 5000;

function sendSamples(end: "start" | "end", reading: SampleReading, other: SampleReading): void {
  const nodes = listSamples(reading, other);
  for (let from = 0; from < nodes.length; from += NODES_PER_RECORD) {
    send({ type: "samples", end, nodes: nodes.slice(from, from + NODES_PER_RECORD) });
  }
}

const createSampler: CreateEngine = ({ tracing }) => {
  const { instrumentation } = tracing;
  if (instrumentation.engine !== "sampler") throw new Error("heapbook: the sampler needs its interval");
  startSampling(tracing, instrumentation);
  let start: SampleReading | undefined;
  return {
    holdsLoop: false,
    begin: () => {
      start = withCollector(readSamples);
    },
    read: () => {},
    end: () => {
      if (start === undefined) return;
      const first = start;
      const last = withCollector(readSamples);
      sendSamples("start", first, last);
      sendSamples("end", last, first);
      const counts = last.counts.map((count, i) => count - (first.counts[i] ?? 0));
      send({ type: "sampled", region: "", start: [], end: [], counts, sizes: countedSizes() });
      receiveReply();
    },
  };
};

startProgram(createSampler);
