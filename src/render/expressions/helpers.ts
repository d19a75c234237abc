import type { Environment } from "../../model/report-results.ts";

/** Kind of a positional argument. */
export type ArgumentKind = "label" | "metric" | "key" | "number" | "line" | "count";

/** Arguments and result of a helper, used by error messages, by the checker, and by the reference in the docs. */
export interface HelperDescription {
  readonly usage: string;
  readonly takes: readonly ArgumentKind[];
  readonly gives: "number" | "text";
  /** Named arguments, without the parameters of a matrix. */
  readonly options: readonly string[];
}

/**
 * Named arguments of helpers that select a variant. These names are reserved: a matrix parameter with such a name
 * cannot be selected.
 */
export const METRIC_OPTIONS: readonly string[] = ["region", "unit", "digits"];

const SELECTION = '"label" "metric" parameter=value';
/** How usage lines write a metric as an argument. */
export const METRIC_USAGE = `(metric ${SELECTION})`;

const DESCRIPTIONS = {
  metric: {
    usage: `{{metric ${SELECTION}}}`,
    takes: ["label", "metric"],
    gives: "number",
    options: METRIC_OPTIONS,
  },
  interval: {
    usage: `{{interval ${SELECTION}}}`,
    takes: ["label", "metric"],
    gives: "text",
    options: METRIC_OPTIONS,
  },
  line: {
    usage: '{{line "label" "file.ts:39" "liveBytes" parameter=value}}',
    takes: ["label", "line", "count"],
    gives: "number",
    options: METRIC_OPTIONS,
  },
  ratio: {
    usage: `{{ratio ${METRIC_USAGE} ${METRIC_USAGE}}}`,
    takes: ["number", "number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  percent: {
    usage: `{{percent ${METRIC_USAGE} ${METRIC_USAGE}}}`,
    takes: ["number", "number"],
    gives: "number",
    options: ["digits"],
  },
  difference: {
    usage: `{{difference ${METRIC_USAGE} ${METRIC_USAGE}}}`,
    takes: ["number", "number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  bytes: {
    usage: "{{bytes params.size}}",
    takes: ["number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  ms: {
    usage: "{{ms params.delay}}",
    takes: ["number"],
    gives: "number",
    options: ["digits", "unit"],
  },
  count: {
    usage: "{{count params.repetitions}}",
    takes: ["number"],
    gives: "number",
    options: ["digits"],
  },
  variants: {
    usage: '{{variants "label"}}',
    takes: ["label"],
    gives: "number",
    options: [],
  },
  trials: {
    usage: '{{trials "label"}}',
    takes: ["label"],
    gives: "number",
    options: [],
  },
  env: {
    usage: '{{env "node"}}',
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

/** Helpers that combine two values; `interval` accepts a call of these as its argument. */
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

/** The keys that `env` accepts: all keys of `Environment`. The compiler rejects `KEYS` if a key is missing. */
export const ENVIRONMENT_KEYS: readonly string[] = Object.keys(KEYS);

export function isEnvironmentKey(key: string): key is keyof Environment {
  return Object.hasOwn(KEYS, key);
}
