import type { Environment } from "../../model/report-results.ts";

export type ArgumentKind = "label" | "metric" | "key" | "number" | "line" | "count";

/** What a helper of expressions takes and gives; messages, the checker and the reference in the docs read it here. */
export interface HelperDescription {
  readonly usage: string;
  /** One sentence: what it shows. */
  readonly description: string;
  readonly takes: readonly ArgumentKind[];
  readonly gives: "number" | "text";
  /** Named arguments, those of a matrix apart. */
  readonly options: readonly string[];
}

/** Names that a metric's named arguments have for themselves; a matrix parameter of the same name cannot be chosen by. */
export const METRIC_OPTIONS: readonly string[] = ["region", "unit", "digits"];

const SELECTION = '"label" "metric" parameter=value';
/** A metric as an argument, for usage lines. */
export const METRIC_USAGE = `(metric ${SELECTION})`;

const DESCRIPTIONS = {
  metric: {
    usage: `{{metric ${SELECTION}}}`,
    description: "A metric of a variant: its exact value, or its median.",
    takes: ["label", "metric"],
    gives: "number",
    options: METRIC_OPTIONS,
  },
  interval: {
    usage: `{{interval ${SELECTION}}}`,
    description:
      "The interval of a metric's median: 0.85 to 1.02 ms; with one argument, of a ratio, percent or difference of two metrics.",
    takes: ["label", "metric"],
    gives: "text",
    options: METRIC_OPTIONS,
  },
  line: {
    usage: '{{line "label" "file.ts:39" "liveBytes" parameter=value}}',
    description:
      "What a source line holds or has allocated: liveBytes, liveObjects, allocatedBytes or allocations (probe lines).",
    takes: ["label", "line", "count"],
    gives: "number",
    options: METRIC_OPTIONS,
  },
  ratio: {
    usage: `{{ratio ${METRIC_USAGE} ${METRIC_USAGE}}}`,
    description: "The first divided by the second. By a plain number, the unit stays: bytes per walk.",
    takes: ["number", "number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  percent: {
    usage: `{{percent ${METRIC_USAGE} ${METRIC_USAGE}}}`,
    description: "The first as per cent of the second.",
    takes: ["number", "number"],
    gives: "number",
    options: ["digits"],
  },
  difference: {
    usage: `{{difference ${METRIC_USAGE} ${METRIC_USAGE}}}`,
    description: "The first less the second.",
    takes: ["number", "number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  bytes: {
    usage: "{{bytes params.size}}",
    description: "A plain number as bytes.",
    takes: ["number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  ms: {
    usage: "{{ms params.delay}}",
    description: "A plain number as milliseconds.",
    takes: ["number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  count: {
    usage: "{{count params.repetitions}}",
    description: "A plain number as a number of things, with separators.",
    takes: ["number"],
    gives: "number",
    options: ["digits"],
  },
  variants: {
    usage: '{{variants "label"}}',
    description: "How many variants a cell has.",
    takes: ["label"],
    gives: "number",
    options: [],
  },
  trials: {
    usage: '{{trials "label"}}',
    description: "How often each variant of a cell was measured.",
    takes: ["label"],
    gives: "number",
    options: [],
  },
  env: {
    usage: '{{env "node"}}',
    description: "An entry of the environment that the report was measured in.",
    takes: ["key"],
    gives: "number",
    options: [],
  },
} as const satisfies Readonly<Record<string, HelperDescription>>;

export type HelperName = keyof typeof DESCRIPTIONS;

export const HELPERS: Readonly<Record<HelperName, HelperDescription>> = DESCRIPTIONS;

export function isHelperName(name: string): name is HelperName {
  return Object.hasOwn(HELPERS, name);
}

/** Helpers of two values whose interval `interval` knows. */
const PAIR_HELPERS = ["ratio", "percent", "difference"] as const;

export function isPairHelper(name: string): name is (typeof PAIR_HELPERS)[number] {
  return PAIR_HELPERS.some((helper) => helper === name);
}

const KEYS: Readonly<Record<keyof Environment, true>> = {
  heapbook: true,
  node: true,
  python: true,
  v8: true,
  platform: true,
  arch: true,
  osRelease: true,
  cpuModel: true,
  cores: true,
  memoryBytes: true,
  memoryLimitBytes: true,
  commit: true,
  measuredAt: true,
};

/** What `env` can name: all entries of `Environment`, which the record above cannot lack without an error of the compiler. */
export const ENVIRONMENT_KEYS: readonly string[] = Object.keys(KEYS);

export function isEnvironmentKey(key: string): key is keyof Environment {
  return Object.hasOwn(KEYS, key);
}
