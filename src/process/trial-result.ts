import type { EffectiveLimits } from "../model/collections.ts";
import type { Observation } from "../model/observations.ts";
import type { Failure, TrialLimits } from "../model/report-results.ts";
import { semiSpaceLimit } from "../runtimes/semi-space-limit.ts";
import { sha256 } from "../store/hash.ts";
import { observe } from "../store/observations.ts";
import { closeClaim, type OpenClaim } from "./claim-places.ts";
import { classifyEnding, withoutCrashDump } from "./classify-ending.ts";
import { countCut } from "./display-limits.ts";
import { mapTexts } from "./map-texts.ts";
import { addMarkingSteps, type TracedStep } from "./marking-steps.ts";
import { orderOutputs, type PlacedClaim, type PlacedDisplay } from "./output-order.ts";
import { PrintedPlaces } from "./printed-places.ts";
import { type PathRoots, shortenPaths } from "./python-process.ts";
import { type FrameMapper, findOrigin, lazyFrameMapper } from "./stack-frames.ts";
import type { StreamCapture } from "./stream-capture.ts";
import type { ExecutedTrial, TrialSpec } from "./trial-executor.ts";
import type { ProcessExit } from "./trial-process.ts";
import type { TrialRecords } from "./trial-records.ts";

/** Everything that the parent received from one process. */
export interface ReceivedTrial {
  readonly records: TrialRecords;
  readonly captures: Readonly<Record<"stdout" | "stderr", StreamCapture>>;
  /** First line on the record channel that is not a record. */
  readonly badLine: string | undefined;
}

/**
 * Converts everything that a process sent and printed to a trial. Decides whether the trial failed, orders its outputs,
 * and replaces positions in the bundle by the author's.
 * @param steps steps of incremental marking from V8's trace; for the probe `gc` only
 */
export function toTrial(
  spec: TrialSpec,
  { records, captures, badLine }: ReceivedTrial,
  exit: ProcessExit,
  steps?: readonly TracedStep[],
): Omit<ExecutedTrial, "durationMs" | "lineProfiles"> {
  const mapper = lazyFrameMapper(spec.bundleMap);
  const failure = classifyEnding(
    {
      ...exit,
      ended: records.ended,
      unsettledAwait: records.unsettledAwait,
      thrown: records.thrown,
      untestedClaim: records.claims.find(({ tested }) => tested === undefined)?.made,
      badLine,
      stderrTail: captures.stderr.tail(),
      limits: records.limits,
    },
    { ...pathRoots(spec), bundlePath: spec.bundlePath, timeoutMs: spec.timeoutMs, mapper },
  );
  const isShown = spec.probe === "output" || failure !== null;
  const printed = new PrintedPlaces(spec.bundlePath, mapper);
  const tidy = textTidier(spec, printed, failure?.kind === "heap-limit");
  const wholes = new Map<string, string>();
  const keep = (whole: string): string => {
    const hash = sha256(whole);
    wholes.set(hash, whole);
    return hash;
  };
  const placedFailure = (found: Failure): Failure => (spec.python === undefined ? printed.mapAll(found) : found);
  const displays = isShown ? placeDisplays(spec, records.displays, mapper, printed) : [];
  const outputs = isShown ? orderOutputs(captures, displays, tidy, keep) : [];
  return {
    failure: failure === null ? null : withWhole(placedFailure(failure), records.thrown?.message, keep),
    wholes,
    limits: trialLimits(records.limits, spec),
    outputs,
    ...(spec.probe === "gc"
      ? addMarkingSteps(records.readings, records.regions, steps)
      : { readings: records.readings }),
    collections: records.collections,
    regionHeaps: records.regions.map(({ heap }) => heap),
    checkpoints: records.checkpoints,
    reads: records.reads,
    observed: [...records.observed, ...printed.observed, ...observeFolder(outputs, wholes, spec.folder)],
    written: records.written,
    unobserved: records.unobserved,
    ...(records.unseenMemory.length === 0 ? {} : { unseenMemory: records.unseenMemory }),
    unfinishedWork: spec.probe === "output" ? records.unfinishedWork : [],
    ...(spec.probe === "bracket" ? { peakPasses: records.peakPasses } : {}),
  };
}

/**
 * Observes the absolute path of the report's folder, if the cell's output contains it. The output is searched because
 * no hook sees every way to that path, such as `sys.path`, `/proc/self/cwd` or a program that prints its folder.
 */
function observeFolder(outputs: unknown, wholes: ReadonlyMap<string, string>, folder: string): readonly Observation[] {
  let isShown = [...wholes.values()].some((whole) => whole.includes(folder));
  mapTexts(outputs, (text) => {
    isShown ||= text.includes(folder);
    return text;
  });
  return isShown ? [observe("cwd", "", folder)] : [];
}

/**
 * Adds the hash of the complete message to a failure whose message was cut.
 * @param keep stores the message and returns its hash
 */
function withWhole(failure: Failure, message: string | undefined, keep: (whole: string) => string): Failure {
  if (failure.kind !== "exception" || message === undefined) return failure;
  const bytes = countCut(message);
  return bytes === 0 ? failure : { ...failure, cut: { bytes, whole: keep(message) } };
}

function pathRoots({ folder, python }: TrialSpec): PathRoots {
  return { folder, library: python?.library };
}

/**
 * Makes a function that removes from printed text what differs in each run: the bundle's path, process ids, V8's crash
 * dump.
 */
function textTidier(
  spec: TrialSpec,
  printed: PrintedPlaces,
  crashed: boolean,
): (name: "stdout" | "stderr", text: string) => string {
  return (name, text) => {
    if (spec.python !== undefined) return shortenPaths(text, pathRoots(spec));
    // An error that the cell caught and printed names lines of the bundle.
    const mapped = printed.map(text);
    if (name === "stdout") return mapped;
    const rest = crashed ? withoutCrashDump(mapped) : mapped;
    return rest.replace(/\(node:\d+\)/g, "(node)");
  };
}

/** Displays with shortened paths, and claims with a test at the author's positions. */
function placeDisplays(
  spec: TrialSpec,
  displays: readonly (PlacedDisplay | OpenClaim)[],
  mapper: () => FrameMapper,
  printed: PrintedPlaces,
): readonly (PlacedDisplay | PlacedClaim)[] {
  return displays.flatMap((one): readonly (PlacedDisplay | PlacedClaim)[] => {
    if ("made" in one) return closeClaim(one, (stack) => findOrigin(stack, spec.bundlePath, spec.folder, mapper()));
    return [spec.python === undefined ? printed.mapAll(one) : shortenPaths(one, pathRoots(spec))];
  });
}

function trialLimits(limits: EffectiveLimits | null, spec: TrialSpec): TrialLimits | null {
  if (limits === null) return null;
  const withoutFlags = spec.semiSpaceLimitBytes ?? null;
  return { ...limits, semiSpaceLimitBytes: semiSpaceLimit(spec.flags, limits.heapSizeLimitBytes, withoutFlags) };
}
