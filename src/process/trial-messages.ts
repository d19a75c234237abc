import type { ClaimTest, Verdict } from "../model/claims.ts";
import { OBSERVATION_KINDS } from "../model/observations.ts";
import type { ProgramMessage } from "../model/program-records.ts";
import type { TrialMessage } from "../model/records.ts";
import { UNSEEN_MEMORY } from "../model/report-results.ts";

/** Longest record, in bytes. A longer line cannot come from the harness. */
const LONGEST_RECORD_BYTES = 256 * 1024 * 1024;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isString = (value: unknown): value is string => typeof value === "string";

const isHeapReading = (value: unknown): boolean =>
  isObject(value) &&
  isNumber(value["usedBytes"]) &&
  isObject(value["spacesBytes"]) &&
  Object.values(value["spacesBytes"]).every(isNumber);

const isFrame = (value: unknown): boolean =>
  isObject(value) &&
  isString(value["functionName"]) &&
  isString(value["file"]) &&
  isNumber(value["line"]) &&
  isNumber(value["column"]);
const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["holds", "fails", "undecided"]);
const TEST_NUMBERS: Readonly<Record<ClaimTest["kind"], readonly string[]>> = {
  above: ["bound"],
  below: ["bound"],
  between: ["low", "high"],
  equal: ["bound", "tolerance"],
};
const isClaimTest = (value: unknown): boolean =>
  isObject(value) &&
  isString(value["kind"]) &&
  Object.hasOwn(TEST_NUMBERS, value["kind"]) &&
  TEST_NUMBERS[value["kind"] as ClaimTest["kind"]].every((key) => isNumber(value[key]));

const isTraceback = (value: unknown): boolean =>
  value === undefined ||
  (isObject(value) &&
    isNumber(value["hiddenFrames"]) &&
    Array.isArray(value["frames"]) &&
    value["frames"].every(isFrame));

const CHECKS: Readonly<Record<TrialMessage["type"], (message: Record<string, unknown>) => boolean>> = {
  start: ({ limits }) =>
    isObject(limits) && isNumber(limits["heapSizeLimitBytes"]) && isNumber(limits["semiSpaceStartBytes"]),
  display: ({ data, stdoutBytes, stderrBytes }) => isObject(data) && isNumber(stdoutBytes) && isNumber(stderrBytes),
  claim: ({ sentence, estimate, stack, stdoutBytes, stderrBytes }) =>
    isString(sentence) &&
    isObject(estimate) &&
    [estimate["value"], estimate["low"], estimate["high"]].every(isNumber) &&
    isString(estimate["unit"]) &&
    isString(estimate["label"]) &&
    (estimate["confidence"] === null || isNumber(estimate["confidence"])) &&
    isString(stack) &&
    isNumber(stdoutBytes) &&
    isNumber(stderrBytes),
  "claim-test": ({ claim, test, recorded, verdict, pValue }) =>
    isNumber(claim) &&
    isClaimTest(test) &&
    VERDICTS.has(verdict) &&
    (recorded === null || (isObject(recorded) && isNumber(recorded["value"]) && isString(recorded["label"]))) &&
    (pValue === null || isNumber(pValue)),
  metric: ({ reading }) =>
    isObject(reading) &&
    isString(reading["id"]) &&
    isString(reading["region"]) &&
    isNumber(reading["value"]) &&
    (reading["unit"] === undefined || isString(reading["unit"])),
  snapshot: ({ path, counts, request }) =>
    (path === null || isString(path)) && Array.isArray(counts) && isObject(request) && isString(request["kind"]),
  sampled: ({ region, start, end, counts, sizes }) =>
    isString(region) && [start, end, counts].every(Array.isArray) && isObject(sizes),
  samples: ({ end, nodes }) => (end === "start" || end === "end") && Array.isArray(nodes),
  metered: ({ region, accuracy, sites }) =>
    isString(region) &&
    isObject(accuracy) &&
    Array.isArray(sites) &&
    sites.every((site) => Array.isArray(site) && site.length === 3 && site.every(isNumber)),
  "peak-pass": ({ pass }) =>
    isObject(pass) &&
    isString(pass["region"]) &&
    [pass["index"], pass["lowBytes"], pass["highBytes"]].every(isNumber) &&
    typeof pass["collectedByItself"] === "boolean" &&
    Array.isArray(pass["overshoots"]),
  collection: ({ collection }) =>
    isObject(collection) &&
    isString(collection["kind"]) &&
    isNumber(collection["pauseMs"]) &&
    isNumber(collection["usedBeforeBytes"]),
  "region-heap": ({ heap, startMicroseconds, pausesMs }) =>
    isNumber(startMicroseconds) &&
    Array.isArray(pausesMs) &&
    pausesMs.every(isNumber) &&
    isObject(heap) &&
    isString(heap["region"]) &&
    isNumber(heap["endMs"]) &&
    isHeapReading(heap["start"]) &&
    isHeapReading(heap["end"]),
  checkpoint: ({ checkpoint }) =>
    isObject(checkpoint) && isString(checkpoint["name"]) && isNumber(checkpoint["liveBytes"]),
  "unfinished-work": ({ work }) =>
    isObject(work) && isString(work["region"]) && Array.isArray(work["kinds"]) && work["kinds"].every(isString),
  "unseen-memory": ({ kind }) => UNSEEN_MEMORY.some((each) => each === kind),
  read: ({ path, kind, stamp }) =>
    isString(path) &&
    (kind === undefined || OBSERVATION_KINDS.some((each) => each === kind)) &&
    (stamp === undefined || stamp === null || isString(stamp)),
  written: ({ path }) => isString(path),
  unobserved: ({ what }) => isString(what),
  "left-processes": ({ pids }) => Array.isArray(pids) && pids.every(isNumber),
  error: ({ error }) =>
    isObject(error) && isString(error["message"]) && isString(error["stack"]) && isTraceback(error["traceback"]),
  "whole-cell-abandoned": () => true,
  "unsettled-await": () => true,
  end: () => true,
  load: ({ path, script, kind, source }) =>
    isString(path) && isString(script) && isString(kind) && (source === null || isString(source)),
  resolve: ({ specifier, from }) => isString(specifier) && isString(from),
  locate: ({ message, frames }) => isString(message) && Array.isArray(frames) && frames.every(Array.isArray),
  "function-text": ({ text }) => isString(text),
  asserted: ({ frame, quoted, isQuoting }) =>
    Array.isArray(frame) && (quoted === "line" || quoted === "call") && typeof isQuoting === "boolean",
  package: ({ name }) => isString(name),
  ready: ({ ports }) => Array.isArray(ports) && ports.every(isNumber),
  reading: () => true,
  ending: ({ cause }) => isString(cause),
};

const PROGRAM_TYPES: ReadonlySet<string> = new Set([
  "load",
  "resolve",
  "locate",
  "function-text",
  "asserted",
  "package",
  "ready",
  "reading",
  "ending",
]);

/** Whether a record is of a kind that only programs under `heapbook trace` send. */
export function isProgramMessage(message: TrialMessage): message is ProgramMessage {
  return PROGRAM_TYPES.has(message.type);
}

/** Parses a line as a record of the protocol; undefined for any other line. */
export function parseMessage(line: string): TrialMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined; // the caller reports a line that is not a record
  }
  if (!isObject(message) || !isString(message["type"])) return undefined;
  const check = Object.hasOwn(CHECKS, message["type"]) ? CHECKS[message["type"] as TrialMessage["type"]] : undefined;
  return check?.(message) === true ? (message as unknown as TrialMessage) : undefined;
}

/** Splits the bytes of the record channel into records, and remembers the first line that is not a record. */
export class MessageReader {
  readonly #onMessage: (message: TrialMessage) => void;
  readonly #onTooLong: (error: Error) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bad: string | undefined;

  /** @param onTooLong called for a record that is too long to be read: the process may wait for an answer to it */
  constructor(onMessage: (message: TrialMessage) => void, onTooLong: (error: Error) => void = () => {}) {
    this.#onMessage = onMessage;
    this.#onTooLong = onTooLong;
  }

  /** The first line that is not a record, cut to 200 characters; undefined if all are records. */
  get badLine(): string | undefined {
    return this.#bad;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      this.#pending.push(rest.subarray(0, end));
      this.#take(Buffer.concat(this.#pending).toString("utf8"));
      this.#pending = [];
      this.#pendingBytes = 0;
      rest = rest.subarray(end + 1);
    }
    if (rest.length === 0) return;
    this.#pendingBytes += rest.length;
    if (this.#pendingBytes <= LONGEST_RECORD_BYTES) this.#pending.push(rest);
    else {
      this.#bad ??= `a record of more than ${LONGEST_RECORD_BYTES} bytes`;
      this.#pending = [];
      this.#onTooLong(new Error(this.#bad));
    }
  }

  /** Drops an incomplete record when the channel closes: a crash has cut it, and the exit code reports the crash. */
  end(): void {
    this.#pending = [];
  }

  #take(line: string): void {
    if (line === "") return;
    const message = parseMessage(line);
    if (message === undefined) this.#bad ??= line.length > 200 ? `${line.slice(0, 200)}…` : line;
    else this.#onMessage(message);
  }
}
