import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { CountedSizes } from "../allocation/counted-sites.ts";
import { profileLines, sumLines, type TraceMoment } from "../allocation/line-profile.ts";
import { profileMetered } from "../allocation/metered-profile.ts";
import { NO_PHANTOMS, type PhantomBytes, phantomBytesOf } from "../allocation/phantom-bytes.ts";
import { placeProfile } from "../allocation/placed-profile.ts";
import { type InstrumentedProgram, placedCells, readBundleLayout } from "../allocation/program.ts";
import { joinSampled, profileSampled } from "../allocation/sampled-profile.ts";
import type { BundleMapping, CodeMapping } from "../allocation/sites.ts";
import { readTraceSnapshot } from "../allocation/trace-snapshot.ts";
import type { Instrumentation } from "../model/instrumentation.ts";
import type { LineProfile, LiveReading } from "../model/line-profile.ts";
import type { TraceRequest, TrialMessage } from "../model/records.ts";
import type { SampledNode, SamplingInstructions } from "../model/samples.ts";
import { isMeasuringLibrary, isOwnFile } from "../store/own-code.ts";
import { createFrameMapper, pathOf } from "./stack-frames.ts";

/** What a traced trial needs in addition to the settings of an untraced one. */
export interface TraceSpec {
  readonly program: InstrumentedProgram;
  /** The bundle's code with its markers. */
  readonly code: string;
  /** The engine that the bundle is instrumented for. */
  readonly instrumentation: Instrumentation;
}

/** The stream on which the traced process waits for answers. */
interface ReplyStream {
  write(text: string): unknown;
  end(): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

type SampledMessage = Extract<TrialMessage, { type: "sampled" }>;
type SamplesMessage = Extract<TrialMessage, { type: "samples" }>;
type SnapshotMessage = Extract<TrialMessage, { type: "snapshot" }>;
/** A heap snapshot, on the disk, of the peak of a region. */
interface SavedPeak {
  readonly path: string;
  readonly counts: readonly number[];
  /** Live bytes of the region at the peak; null where the reading includes bytes that are not the program's. */
  readonly liveBytes: number | null;
}

type MeteredMessage = Extract<TrialMessage, { type: "metered" }>;

/** Path of a bundle, its source map, and the folder to which the map's files are relative. */
interface BundlePlace {
  readonly bundlePath: string;
  readonly bundleMap: string;
  readonly folder: string;
}

/** Makes the mapping from functions of a cell's bundle to the author's functions. */
export function mapBundle({ program, code }: TraceSpec, { bundlePath, bundleMap, folder }: BundlePlace): BundleMapping {
  return {
    program,
    layout: readBundleLayout(code),
    mapper: createFrameMapper(bundleMap),
    script: pathToFileURL(bundlePath).href,
    isMeasuring: (script) => script.startsWith("file:") && isOwnFile(pathOf(script)),
    isLibrary: (file) => isMeasuringLibrary(resolve(folder, file)),
  };
}

/**
 * The parent's side of tracing one process. Reads each snapshot while the process waits, and keeps the sums that open
 * regions need.
 */
export class TraceSession {
  readonly #code: CodeMapping;
  readonly #reply: ReplyStream;
  readonly #sampling: SamplingInstructions | undefined;
  readonly #profiles = new Map<string, LineProfile>();
  readonly #starts = new Map<number, TraceMoment>();
  /**
   * The latest peak of each region, by region id. Its snapshot is read only at the region's end, because a later peak
   * often replaces it.
   */
  readonly #peaks = new Map<number, SavedPeak>();
  readonly #readings: LiveReading[] = [];
  #samples: Record<"start" | "end", SampledNode[]> = { start: [], end: [] };
  #sizes: CountedSizes = {};
  #phantoms: PhantomBytes = NO_PHANTOMS;
  #base: TraceMoment | undefined;
  #work: Promise<void> = Promise.resolve();
  #error: unknown;

  /**
   * @param reply stream on which the process waits for answers
   * @param sampling settings of the engine `sampler`; undefined for other engines
   */
  constructor(code: CodeMapping, reply: ReplyStream, sampling?: SamplingInstructions) {
    this.#sampling = sampling;
    this.#code = code;
    this.#reply = reply;
    reply.on("error", () => {}); // the process has ended; its exit is reported elsewhere
  }

  /** Answers a message, after all earlier ones. The promise fulfils when the process has its answer. */
  handle(message: SnapshotMessage | SampledMessage): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#error !== undefined) return;
      try {
        const reply = message.type === "sampled" ? this.#endSampled(message) : await this.#answer(message);
        if (reply !== undefined) this.#reply.write(`${JSON.stringify(reply)}\n`);
      } catch (error) {
        this.#error = error;
        this.#reply.end(); // the process waits for an answer, and ends at the end of the stream
      }
    });
    return this.#work;
  }

  /** Keeps a part of a sampled tree, which may be too large for one record. */
  collect({ end, nodes }: SamplesMessage): void {
    for (const node of nodes) this.#samples[end].push(node);
  }

  /** Adds the profile of a region, from the sites of the engine `meter`. */
  add({ region, accuracy, sites }: MeteredMessage): void {
    this.#profiles.set(region, profileMetered(region, accuracy, sites, this.#code.program, "scripts" in this.#code));
  }

  /** Readings of the live bytes that were taken during the run, in order. */
  get readings(): readonly LiveReading[] {
    return this.#readings;
  }

  /** The profile of each region, once all messages are answered. @throws the first error of reading a snapshot */
  async finish(): Promise<readonly LineProfile[]> {
    await this.#work;
    if (this.#error !== undefined) throw this.#error;
    return [...this.#profiles.values()];
  }

  async #answer({ path, counts, request }: SnapshotMessage): Promise<unknown> {
    if (path === null) {
      await this.#handleNotice(request);
      return undefined;
    }
    if (request.kind === "peak") return this.#keepPeak(path, counts, request.regions);
    const isBase = request.kind === "base";
    const snapshot = await readTraceSnapshot(path, isBase ? 0 : this.#base?.snapshot.lastObjectId);
    rmSync(path);
    const externalBytes = "externalBytes" in request ? request.externalBytes : undefined;
    const wideShare = "wideShare" in request ? request.wideShare : undefined;
    const hasMiscounted = "hasMiscounted" in request && request.hasMiscounted === true;
    const moment: TraceMoment = { snapshot, counts, externalBytes, wideShare, hasMiscounted };
    switch (request.kind) {
      case "base":
        this.#base = moment;
        this.#sizes = request.sizes;
        this.#phantoms = phantomBytesOf(snapshot, request, (script) => this.#code.isMeasuring(script));
        return {};
      case "region-start":
        this.#starts.set(request.id, moment);
        return {};
      case "region-end":
        return this.#endRegion(request.id, request.region, moment);
      case "lines":
        return this.#readLines(moment);
      case "reading":
        return this.#keepReading(request, moment);
      case "peak-end":
      case "region-abandoned":
        throw new Error(`a ${request.kind} has no snapshot`);
    }
  }

  /** Handles a request that has no snapshot. */
  async #handleNotice(request: TraceRequest): Promise<void> {
    if (request.kind === "region-start" && this.#base !== undefined)
      this.#starts.set(request.id, { ...this.#base, externalBytes: request.externalBytes });
    else if (request.kind === "peak-end") await this.#endAtPeak(request.id, request.region);
    else if (request.kind === "region-abandoned") {
      this.#starts.delete(request.id);
      this.#dropPeak(request.id);
    }
  }

  #keepPeak(
    path: string,
    counts: readonly number[],
    regions: Extract<TraceRequest, { kind: "peak" }>["regions"],
  ): Readonly<Record<string, never>> {
    for (const { id, liveBytes } of regions) {
      this.#dropPeak(id);
      this.#peaks.set(id, { path, counts, liveBytes });
    }
    return {};
  }

  /** Removes the snapshot of a region's peak, unless another region has the same one. */
  #dropPeak(id: number): void {
    const path = this.#peaks.get(id)?.path;
    this.#peaks.delete(id);
    if (path !== undefined && ![...this.#peaks.values()].some((peak) => peak.path === path)) rmSync(path);
  }

  /** Adds the profile at a region's peak; adds none if the process did not reach the peak. */
  async #endAtPeak(id: number, region: string): Promise<void> {
    const start = this.#starts.get(id);
    const peak = this.#peaks.get(id);
    this.#starts.delete(id);
    if (start === undefined || peak === undefined) return;
    const snapshot = await readTraceSnapshot(peak.path, this.#base?.snapshot.lastObjectId);
    this.#dropPeak(id);
    const { counts, liveBytes } = peak;
    const moment = { snapshot, counts, ...(liveBytes === null ? {} : { liveBytes }) };
    this.#profiles.set(region, profileLines(region, start, moment, this.#sizes, this.#code, this.#phantoms));
  }

  #keepReading({ id, atMs, isDriverStart }: Extract<TraceRequest, { kind: "reading" }>, moment: TraceMoment): unknown {
    const start = this.#starts.get(id);
    if (start === undefined) throw new Error(`region ${id} is read before it began`);
    const { lines } = profileLines("", start, moment, this.#sizes, this.#code, this.#phantoms);
    const live = lines.filter(({ liveBytes }) => liveBytes !== 0);
    const driver = isDriverStart === undefined ? {} : { isDriverStart };
    this.#readings.push({ atMs, ...driver, liveBytes: sumLines(live).liveBytes, lines: live });
    return {};
  }

  /** Allocations by line so far, for a cell that prints them. Lines of cells are lines of report.md. */
  #readLines(now: TraceMoment): LineProfile["lines"] {
    if (this.#base === undefined) throw new Error("a request for lines came before tracing began");
    const profile = profileLines("", this.#base, now, this.#sizes, this.#code, this.#phantoms);
    return placeProfile(profile, placedCells(this.#code.program)).lines;
  }

  #endRegion(id: number, region: string, end: TraceMoment): Readonly<Record<string, number>> {
    const start = this.#starts.get(id);
    if (start === undefined) throw new Error(`region ${id} ended before it began`);
    this.#starts.delete(id);
    const profile = profileLines(region, start, end, this.#sizes, this.#code, this.#phantoms);
    this.#profiles.set(region, profile);
    const sum = sumLines(profile.lines);
    return {
      tracedAllocated: sum.allocatedBytes,
      tracedAllocations: sum.allocations,
      tracedLive: sum.liveBytes,
    };
  }

  /**
   * Adds a region's profile from samples, and returns the region's metrics. One process measures allocated bytes,
   * another one live bytes.
   */
  #endSampled({ region, ...samples }: SampledMessage): Readonly<Record<string, number>> {
    if (this.#sampling === undefined) throw new Error("samples came from a process whose engine is not the sampler");
    const { intervalBytes, collected } = this.#sampling;
    const measure = collected === "kept" ? "allocated" : "live";
    const { start, end } = this.#samples;
    this.#samples = { start: [], end: [] };
    const whole = { ...samples, start: [...start, ...samples.start], end: [...end, ...samples.end] };
    const profile = profileSampled(region, whole, measure, intervalBytes, this.#code);
    this.#profiles.set(region, profile);
    const { allocatedBytes, allocations, liveBytes } = sumLines(profile.lines);
    return measure === "allocated"
      ? { tracedAllocated: allocatedBytes, tracedAllocations: allocations }
      : { tracedLive: liveBytes };
  }
}

/**
 * Joins the profiles from the two processes of a sampled program: allocated bytes of the first, live bytes of the
 * second.
 */
export function joinProfiles(allocated: LineProfile, live: LineProfile): LineProfile {
  return joinSampled(allocated, live);
}
