import type { Checkpoint, Collection, EffectiveLimits, RegionHeap } from "../model/collections.ts";
import type { MetricReading } from "../model/metrics.ts";
import type { PeakRegionPass } from "../model/peak-pass.ts";
import type { ProgramMessage } from "../model/program-records.ts";
import type { TrialMessage } from "../model/records.ts";
import type { UnfinishedWork } from "../model/report-results.ts";
import type { ThrownError } from "../model/thrown-error.ts";
import type { OpenClaim } from "./claim-places.ts";
import type { PlacedDisplay } from "./output-order.ts";

/** Messages about traced allocations: `TraceSession` takes them. */
export type TraceMessageType = "snapshot" | "samples" | "sampled" | "metered";

/** The records that a trial has sent so far, by kind, each kind in the order of arrival. */
export class TrialRecords {
  /** Displays and claims in the order in which the cell made them. */
  readonly displays: (PlacedDisplay | OpenClaim)[] = [];
  readonly claims: OpenClaim[] = [];
  readonly readings: MetricReading[] = [];
  readonly peakPasses: PeakRegionPass[] = [];
  readonly collections: Collection[] = [];
  readonly regionHeaps: RegionHeap[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly unfinishedWork: UnfinishedWork[] = [];
  /** Absolute paths of the files that the process opened. */
  readonly reads: string[] = [];
  limits: EffectiveLimits | null = null;
  thrown: ThrownError | undefined;
  unsettledAwait = false;
  /** Whether the last record of a complete trial has arrived. */
  ended = false;

  add(message: Exclude<TrialMessage, { type: TraceMessageType } | ProgramMessage>): void {
    switch (message.type) {
      case "start":
        this.limits = message.limits;
        break;
      case "display":
        this.displays.push({
          data: message.data,
          name: message.name,
          stdoutBytes: message.stdoutBytes,
          stderrBytes: message.stderrBytes,
        });
        break;
      case "claim": {
        const claim = { made: message, tested: undefined };
        this.claims.push(claim);
        this.displays.push(claim);
        break;
      }
      case "claim-test": {
        const claim = this.claims[message.claim];
        if (claim !== undefined) claim.tested = message;
        break;
      }
      case "metric":
        this.readings.push(message.reading);
        break;
      case "peak-pass":
        this.peakPasses.push(message.pass);
        break;
      case "unfinished-work":
        this.unfinishedWork.push(message.work);
        break;
      case "collection":
        this.collections.push(message.collection);
        break;
      case "region-heap":
        this.regionHeaps.push(message.heap);
        break;
      case "checkpoint":
        this.checkpoints.push(message.checkpoint);
        break;
      case "whole-cell-abandoned":
        this.checkpoints.length = 0;
        break;
      case "read":
        this.reads.push(message.path);
        break;
      case "error":
        this.thrown = message.error;
        break;
      case "unsettled-await":
        this.unsettledAwait = true;
        break;
      case "end":
        this.ended = true;
        break;
    }
  }
}
