import { Session } from "node:inspector";
import type { TracingInstructions } from "../../model/records.ts";
import type { SampledNode, SamplingInstructions } from "../../model/samples.ts";
import { loadStreams } from "../load-streams.ts";
import { installMarkers, readCounters } from "../markers.ts";
import { collect } from "../probes/live-bytes.ts";
import { calibrateSizes } from "./calibration.ts";

/** `HeapProfiler.SamplingHeapProfile` of the DevTools protocol. Node's types lack `samples`. */
interface Profile {
  readonly head: ProfileNode;
  readonly samples: readonly { readonly size: number; readonly nodeId: number; readonly ordinal: number }[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

/** One reading of V8's profile. Ordinals identify the same sample in two readings. */
export interface SampleReading {
  readonly profile: Profile;
  readonly ordinals: ReadonlySet<number>;
  /** Number of counted allocations so far, for each counter. */
  readonly counts: readonly number[];
}

const session = new Session();
let sizes: Readonly<Record<string, number>> = {};

/**
 * Starts V8's sampling heap profiler, which samples at random distances (a Poisson process). Must run before
 * instrumented code is loaded. `collected` decides whether the process keeps the samples of dead objects, because V8
 * cannot separate them later.
 */
export function startSampling(tracing: TracingInstructions, { intervalBytes, collected }: SamplingInstructions): void {
  loadStreams();
  installMarkers(tracing.counters);
  session.connect();
  sizes = calibrateSizes(session);
  const isKept = collected === "kept";
  session.post("HeapProfiler.startSampling", {
    samplingInterval: intervalBytes,
    includeObjectsCollectedByMajorGC: isKept,
    includeObjectsCollectedByMinorGC: isKept,
  } as never);
}

/** Bytes of one allocation of each counted kind, by kind. */
export function countedSizes(): Readonly<Record<string, number>> {
  return sizes;
}

/** Forces a collection and reads the samples. A process that drops samples of dead objects returns live ones only. */
export function readSamples(): SampleReading {
  collect();
  let profile: Profile | undefined;
  session.post("HeapProfiler.getSamplingProfile", (error, reply) => {
    if (error !== null) throw new Error(`V8's sampling profiler: ${error.message}`);
    profile = reply.profile as unknown as Profile;
  });
  if (profile === undefined) throw new Error("V8's sampling profiler returned no profile");
  return {
    profile,
    ordinals: new Set(profile.samples.map(({ ordinal }) => ordinal)),
    counts: readCounters(),
  };
}

/**
 * Lists all nodes of a reading's call tree, parents first, with their samples grouped by size. `changed` is the number
 * of samples that the other reading lacks.
 */
export function listSamples({ profile }: SampleReading, other: SampleReading): SampledNode[] {
  const groups = groupSamples(profile, other.ordinals);
  const nodes: SampledNode[] = [];
  const visit = (node: ProfileNode, parent: number): void => {
    const { functionName, url, scriptId, lineNumber, columnNumber } = node.callFrame;
    const own = [...(groups.get(node.id)?.values() ?? [])];
    const index = nodes.push({
      parent,
      functionName,
      script: url,
      scriptId: Number(scriptId),
      line: lineNumber + 1,
      column: columnNumber + 1,
      selfBytes: node.selfSize,
      groups: own,
    });
    for (const child of node.children) visit(child, index - 1);
  };
  visit(profile.head, -1);
  return nodes;
}

type MutableGroup = { product: number; samples: number; changed: number };

function groupSamples(
  { samples }: Profile,
  others: ReadonlySet<number>,
): ReadonlyMap<number, ReadonlyMap<number, MutableGroup>> {
  const byNode = new Map<number, Map<number, MutableGroup>>();
  for (const { nodeId, size, ordinal } of samples) {
    const ofNode = byNode.get(nodeId) ?? new Map<number, MutableGroup>();
    byNode.set(nodeId, ofNode);
    const group = ofNode.get(size) ?? { product: size, samples: 0, changed: 0 };
    ofNode.set(size, group);
    group.samples++;
    if (!others.has(ordinal)) group.changed++;
  }
  return byNode;
}
