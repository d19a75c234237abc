import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CountedSizes } from "../allocation/counted-sites.ts";
import { profileLines, sumLines, type TraceMoment } from "../allocation/line-profile.ts";
import { profileMetered } from "../allocation/metered-profile.ts";
import { placeProfile } from "../allocation/placed-profile.ts";
import type { TracedBundle } from "../allocation/places.ts";
import { placedCells, readBundleLayout, type TracedProgram } from "../allocation/program.ts";
import { profileSampled } from "../allocation/sampled-profile.ts";
import { readTraceSnapshot } from "../allocation/trace-snapshot.ts";
import type { LineProfile } from "../model/line-profile.ts";
import type { TraceRequest, TrialMessage } from "../model/records.ts";
import type { SamplingInstructions } from "../model/samples.ts";
import { isOwnFile } from "../store/own-code.ts";
import { createFrameMapper } from "./stack-frames.ts";

/** What is needed to trace a bundle besides running it. */
export interface TraceSpec {
  readonly program: TracedProgram;
  /** The bundle's text, markers included. */
  readonly code: string;
  /** Where allocations are sampled instead of tracked: the mean distance of two samples, in bytes. */
  readonly samplingIntervalBytes?: number;
}

/** Where the answers go that the process waits for: a stream, told by what is used of it. */
interface ReplyStream {
  write(text: string): unknown;
  end(): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

type SampledMessage = Extract<TrialMessage, { type: "sampled" }>;
type SnapshotMessage = Extract<TrialMessage, { type: "snapshot" }>;
type MeteredMessage = Extract<TrialMessage, { type: "metered" }>;

/** Folders of processes that are traced now. Should this process end, they go with it. */
const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder for the snapshots of one process. */
export function makeSnapshotFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-trace-"));
  folders.add(folder);
  return folder;
}

export function removeSnapshotFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/**
 * Files of the cell library that are part of measuring. What the others allocate (`random()`, `table()`) is asked for by the
 * author's line, as what a package allocates is.
 */
const MEASURING_LIBRARY = /\/library\/(?:measure|context|tracemalloc[\w-]*|references|snapshot|settle)\.[jt]s$/;

function describeBundle(
  { program, code }: TraceSpec,
  bundlePath: string,
  bundleMap: string,
  reportFolder: string,
): TracedBundle {
  return {
    program,
    layout: readBundleLayout(code),
    mapper: createFrameMapper(bundleMap),
    script: pathToFileURL(bundlePath).href,
    isMeasuring: (script) => script.startsWith("file:") && isOwnFile(fileURLToPath(script)),
    isLibrary: (file) => MEASURING_LIBRARY.test(file) && isOwnFile(resolve(reportFolder, file)),
  };
}

/**
 * The parent's side of a traced process: reads each snapshot as it is written, while the process waits, and keeps of it
 * what regions that are open need.
 */
export class TraceSession {
  readonly #bundle: TracedBundle;
  readonly #reply: ReplyStream;
  readonly #sampling: SamplingInstructions | undefined;
  readonly #profiles = new Map<string, LineProfile>();
  readonly #starts = new Map<number, TraceMoment>();
  #sizes: CountedSizes = {};
  #base: TraceMoment | undefined;
  #work: Promise<void> = Promise.resolve();
  #error: unknown;

  /**
   * @param reply what the process reads on file descriptor 4
   * @param sampling how the process samples, where it does
   */
  constructor(
    spec: TraceSpec,
    place: { readonly bundlePath: string; readonly bundleMap: string; readonly folder: string },
    reply: ReplyStream,
    sampling?: SamplingInstructions,
  ) {
    this.#sampling = sampling;
    this.#bundle = describeBundle(spec, place.bundlePath, place.bundleMap, place.folder);
    this.#reply = reply;
    reply.on("error", () => {}); // the process has gone: how it ended is told elsewhere
  }

  /** Does what a message asks for, after what was asked before. */
  handle(message: SnapshotMessage | SampledMessage): void {
    this.#work = this.#work.then(async () => {
      if (this.#error !== undefined) return;
      try {
        const reply = message.type === "sampled" ? this.#endSampled(message) : await this.#answer(message);
        if (reply !== undefined) this.#reply.write(`${JSON.stringify(reply)}\n`);
      } catch (error) {
        this.#error = error;
        this.#reply.end(); // the process waits for an answer, and ends where none can come
      }
    });
  }

  /** Takes a region's metered lines. */
  add({ region, metered, sites }: MeteredMessage): void {
    this.#profiles.set(region, profileMetered(region, metered, sites, this.#bundle.program));
  }

  /** The profile of each region, once all that was asked is done. @throws what went wrong where a snapshot was read */
  async finish(): Promise<readonly LineProfile[]> {
    await this.#work;
    if (this.#error !== undefined) throw this.#error;
    return [...this.#profiles.values()];
  }

  async #answer({ path, counts, request }: SnapshotMessage): Promise<unknown> {
    if (path === null) {
      this.#note(request);
      return undefined;
    }
    const isBase = request.kind === "base";
    const snapshot = await readTraceSnapshot(path, isBase ? 0 : this.#base?.snapshot.lastObjectId);
    rmSync(path);
    const moment: TraceMoment = { snapshot, counts };
    switch (request.kind) {
      case "base":
        this.#base = moment;
        this.#sizes = request.sizes;
        return {};
      case "region-start":
        this.#starts.set(request.id, moment);
        return {};
      case "region-end":
        return this.#endRegion(request.id, request.region, moment);
      case "lines":
        return this.#readLines(moment);
      case "region-abandoned":
        throw new Error("a region that is abandoned has no snapshot");
    }
  }

  #note(request: TraceRequest): void {
    if (request.kind === "region-start" && this.#base !== undefined) this.#starts.set(request.id, this.#base);
    else if (request.kind === "region-abandoned") this.#starts.delete(request.id);
  }

  /** For a cell that prints them, at the lines where they stand. */
  #readLines(now: TraceMoment): LineProfile["lines"] {
    if (this.#base === undefined) throw new Error("lines are asked for before tracing began");
    const profile = profileLines("", this.#base, now, this.#sizes, this.#bundle);
    return placeProfile(profile, placedCells(this.#bundle.program)).lines;
  }

  #endRegion(id: number, region: string, end: TraceMoment): Readonly<Record<string, number>> {
    const start = this.#starts.get(id);
    if (start === undefined) throw new Error(`region ${id} ended before it began`);
    this.#starts.delete(id);
    const profile = profileLines(region, start, end, this.#sizes, this.#bundle);
    this.#profiles.set(region, profile);
    const sum = sumLines(profile.lines);
    return {
      tracedAllocated: sum.allocatedBytes,
      tracedAllocations: sum.allocations,
      tracedLive: sum.liveBytes,
    };
  }

  /** Of one process the samples tell what was allocated, of another what is alive. */
  #endSampled({ region, ...samples }: SampledMessage): Readonly<Record<string, number>> {
    if (this.#sampling === undefined) throw new Error("samples of a process that was not to take any");
    const { intervalBytes, collected } = this.#sampling;
    const measure = collected === "kept" ? "allocated" : "live";
    const profile = profileSampled(region, samples, measure, intervalBytes, this.#bundle);
    this.#profiles.set(region, profile);
    const { allocatedBytes, allocations, liveBytes } = sumLines(profile.lines);
    return measure === "allocated"
      ? { tracedAllocated: allocatedBytes, tracedAllocations: allocations }
      : { tracedLive: liveBytes };
  }
}
