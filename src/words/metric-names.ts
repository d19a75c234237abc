import { EN } from "./en.ts";
import { say } from "./say.ts";

/** Keys of the texts that name a built-in metric; except for `collections`, each key is the metric's id. */
const METRIC_KEYS = [
  ...(["peakLive", "checkpointLive", "endLive", "endExternal", "peakLow", "peakHigh", "allocated"] as const),
  ...(["tracedAllocated", "tracedAllocations", "tracedLive"] as const),
  ...(["metricCollections", "minorCollections", "majorCollections"] as const),
  ...(["pauseTotal", "pauseP50", "pauseP95", "pauseMax", "heapPeak", "promoted", "freed"] as const),
  ...([
    "observedTime",
    "firstWallTime",
    "firstUserTime",
    "firstSystemTime",
    "wallTime",
    "userTime",
    "systemTime",
  ] as const),
  ...(["peakRss", "minHeap"] as const),
];

const KEYS = new Map<string, (typeof METRIC_KEYS)[number]>(METRIC_KEYS.map((key) => [EN[key], key]));

/**
 * Translates the label of a built-in metric to the language of the page. The label of a cell's own metric is returned
 * unchanged.
 */
export function nameMetric(label: string): string {
  const key = KEYS.get(label);
  return key === undefined ? label : say(key);
}

/** Whether Heapbook wrote the label: a built-in metric, or a ratio or difference of two values. */
export function isOwnWording(label: string): boolean {
  return KEYS.has(label) || /^(?:ratio|difference)(?: of |$)/.test(label);
}

/** Translates the label of an estimate, such as `ratio of peak live memory`, to the language of the page. */
export function nameEstimate(label: string): string {
  const [, operation, what] = /^(ratio|difference)(?: of (.*))?$/s.exec(label) ?? [];
  if (operation !== "ratio" && operation !== "difference") return nameMetric(label);
  if (what === undefined) return say(operation);
  const named = what
    .split(/( [÷−] )/)
    .map(nameMetric)
    .join("");
  return say(operation === "ratio" ? "ratioOf" : "differenceOf", { what: named });
}

const NOTE_KEYS = [
  ...(["noteDiffers", "noteLowerBound", "noteSampled", "noteCold", "noteCall", "unoptimised"] as const),
  ...(["tierNoTurbofan", "tierNoMaglev", "tierOptimised"] as const),
];

const NOTES = new Map<string, (typeof NOTE_KEYS)[number]>(NOTE_KEYS.map((key) => [EN[key], key]));

/** Translates the condition under which a metric was read (`note` of its summary) to the language of the page. */
export function nameNote(note: string): string {
  const probes = /^enough for (.*), with a margin of 5 %$/.exec(note)?.[1];
  if (probes !== undefined) return say("noteEnough", { probes });
  const warm = /^(.*) after (\d+) of warm-up$/.exec(note);
  if (warm !== null) return say("noteWarm", { what: nameNote(warm[1] ?? ""), n: Number(warm[2]) });
  const steady = /^steady: (\d+) iterations$/.exec(note)?.[1];
  if (steady !== undefined) return say("noteSteady", { n: Number(steady) });
  const key = NOTES.get(note);
  return key === undefined ? note : say(key);
}
