import type { Checkpoint, Collection, EffectiveLimits } from "../model/collections.ts";
import type { MetricReading } from "../model/metrics.ts";
import type { Observation } from "../model/observations.ts";
import type { PeakRegionPass } from "../model/peak-pass.ts";
import type { ProgramMessage } from "../model/program-records.ts";
import type { TrialMessage } from "../model/records.ts";
import type { UnfinishedWork, UnseenMemory } from "../model/report-results.ts";
import type { ThrownError } from "../model/thrown-error.ts";
import { isOfHeapbook, observe } from "../store/observations.ts";
import type { OpenClaim } from "./claim-places.ts";
import { DisplayLimits } from "./display-limits.ts";
import { isInput } from "./input-reads.ts";
import type { RegionPauses } from "./marking-steps.ts";
import type { PlacedDisplay } from "./output-order.ts";
import { findWithDescendants, killFound } from "./process-tree.ts";

/** Kinds of records about traced allocations, which `TraceSession` handles. */
export type TraceMessageType = "snapshot" | "samples" | "sampled" | "metered";

/** The records that a trial has sent so far, by kind, each kind in the order of arrival. */
export class TrialRecords {
  readonly #folder: string;
  readonly #limits = new DisplayLimits();
  /** Displays and claims in the order in which the cell made them. */
  readonly displays: (PlacedDisplay | OpenClaim)[] = [];
  readonly claims: OpenClaim[] = [];
  readonly readings: MetricReading[] = [];
  readonly peakPasses: PeakRegionPass[] = [];
  readonly collections: Collection[] = [];
  /** Regions of the probe `gc`, in the order of their ends. */
  readonly regions: RegionPauses[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly unfinishedWork: UnfinishedWork[] = [];
  readonly unseenMemory: UnseenMemory[] = [];
  /** Absolute paths of the files and folders that the process read. */
  readonly reads: string[] = [];
  /** Everything that the process observed, as it was at that moment; names are absolute paths. */
  readonly observed: Observation[] = [];
  /** Absolute paths that the process wrote. */
  readonly written: string[] = [];
  /** Things that may have read files without being observed, in words. */
  readonly unobserved: string[] = [];
  limits: EffectiveLimits | null = null;
  thrown: ThrownError | undefined;
  unsettledAwait = false;
  /** Whether the record `end` has arrived, the last one of a complete trial. */
  ended = false;

  /** @param folder the report's folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Keeps an observation. A file is hashed now, not when the trial is stored, because it may change while the cell
   * runs.
   */
  #observe({ kind = "content", path, stamp }: Extract<TrialMessage, { type: "read" }>): void {
    if (kind === "content" || kind === "names" || kind === "tree") {
      if (!this.reads.includes(path)) this.reads.push(path);
    }
    if (isInput(path, this.#folder) && !(kind.startsWith("env") && isOfHeapbook(path)))
      this.observed.push(observe(kind, path, this.#folder, stamp));
  }

  add(message: Exclude<TrialMessage, { type: TraceMessageType } | ProgramMessage>): void {
    switch (message.type) {
      case "start":
        this.limits = message.limits;
        break;
      case "display":
        this.displays.push({
          ...this.#limits.limit(message.data),
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
      case "unseen-memory":
        this.unseenMemory.push(message.kind);
        break;
      case "collection":
        this.collections.push(message.collection);
        break;
      case "region-heap":
        this.regions.push(message);
        break;
      case "checkpoint":
        this.checkpoints.push(message.checkpoint);
        break;
      case "whole-cell-abandoned":
        this.checkpoints.length = 0;
        break;
      case "read":
        this.#observe(message);
        break;
      case "written":
        this.written.push(message.path);
        break;
      case "unobserved":
        this.unobserved.push(message.what);
        break;
      case "left-processes":
        killFound(findWithDescendants(message.pids));
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
