import { z } from "zod";
import { UserError } from "../errors.ts";
import type { LineProfile } from "../model/line-profile.ts";
import type { MetricSummary } from "../model/metrics.ts";
import {
  type CellResult,
  type Claim,
  type Conclusion,
  type Environment,
  type Failure,
  type Output,
  type ReportResults,
  SCHEMA_VERSION,
  type Trial,
  type TrialSet,
} from "../model/report-results.ts";

// Importing zod takes 45 ms: import this file lazily where a render may do without it. The store does: it checks the
// checksum of what it wrote itself.

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const params = z.record(z.string(), scalar);
const count = z.int().min(0);
const mimeBundle = z.record(z.string(), z.unknown());
const spaces = z.record(z.string(), z.number());
const probe = z
  .enum(["output", "peak", "bracket", "allocated", "lines", "gc", "time", "min-heap"])
  .meta({ description: "What the trial measured, and so the flags it ran with." });
const better = z.enum(["lower", "higher", "neither"]);
const region = z.string().meta({ description: "Name given to measure(), empty for the unnamed region." });
const unit = z.string().meta({ description: "B, ms, count, %, ratio, or a unit of the cell's own." });

const note = z.string().optional().meta({ description: "Under what condition it was read, in a few words." });

const reading = z.object({ id: z.string(), region, value: z.number(), unit, better, note });

const collection = z.object({
  region,
  kind: z.enum(["scavenge", "minor-mark-sweep", "mark-compact", "incremental-marking", "weak-callbacks", "other"]),
  timeMs: z
    .number()
    .nullable()
    .meta({ description: "Start, in ms since the start of the region; null where unknown." }),
  pauseMs: z.number(),
  usedBeforeBytes: z.number(),
  usedAfterBytes: z.number(),
  spacesBeforeBytes: spaces,
  spacesAfterBytes: spaces,
});

const heapReading = z.object({ usedBytes: z.number(), spacesBytes: spaces });

const regionHeap = z.object({
  region,
  endMs: z.number().meta({ description: "The end, in ms since the start of the region." }),
  start: heapReading,
  end: heapReading,
});

const checkpoint = z.object({
  region,
  name: z.string(),
  liveBytes: z
    .number()
    .meta({ description: "Used heap plus ArrayBuffers after forced collections, less the settled base." }),
  timeMs: z.number(),
});

const lineAllocation = z
  .object({
    file: z.string().meta({ description: "Relative to the report's folder; report.md for cells." }),
    line: z.int().min(1),
    liveBytes: z.number().meta({ description: "Alive at the region's end, less what was alive at its start." }),
    liveObjects: z.number(),
    allocatedBytes: z.number().meta({ description: "Allocated in the region, freed ones included." }),
    allocations: z.number(),
    functionLevelBytes: z.number().meta({
      description: "Part of allocatedBytes that could only be told of the function that begins on this line.",
    }),
    standardError: z
      .object({ allocatedBytes: z.number().nonnegative(), liveBytes: z.number().nonnegative() })
      .optional()
      .meta({ description: "Standard errors of bytes that were estimated from samples; only there." }),
  })
  .meta({ id: "LineAllocation", description: "What one source line of one region holds, and has allocated." });

const callNode = z
  .object({
    functionName: z.string(),
    functionLine: z
      .int()
      .min(0)
      .default(0)
      .meta({ description: "Line on which the function begins; 0 for nodes that are no function." }),
    file: z.string(),
    line: z.int().min(0),
    allocatedBytes: z.number(),
    liveBytes: z.number(),
    allocations: z.number(),
    get children() {
      return z.array(callNode);
    },
  })
  .meta({
    id: "AllocationCallNode",
    description: "A node of the call tree; values are its own, children not included.",
  });

const unliftedPlace = z
  .object({ file: z.string(), line: z.int().min(1), kind: z.string(), why: z.string() })
  .meta({ description: "Syntax that no marker can hold: what it allocates is known of its function only." });

const outsidePlace = z
  .object({ file: z.string(), line: z.int().min(1), kind: z.enum(["direct-eval", "with", "worker"]) })
  .meta({ description: "Code that markers do not reach." });

const lineProfile = z
  .object({
    region,
    mode: z.union([
      z.literal("exact"),
      z.object({ samplingIntervalBytes: z.number().positive() }),
      z
        .object({ unseenCollections: z.int().nonnegative(), pageCrossings: z.int().nonnegative() })
        .meta({ description: "Metered: live bytes are not known. Exact where both numbers are 0." }),
    ]),
    lines: z.array(lineAllocation).meta({ description: "Sorted by file, then by line." }),
    elsewhere: z
      .object({ liveBytes: z.number(), allocatedBytes: z.number() })
      .meta({ description: "What belongs to no line of the author's modules." }),
    calls: callNode,
    unlifted: z.array(unliftedPlace).default([]),
    outside: z.array(outsidePlace).default([]),
    sources: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: "The text that was measured, by file, line by line." }),
  })
  .meta({ id: "LineProfile", description: "The allocations of one region, by source line." });

const bound = z.number().meta({ description: "In the estimate's unit." });

const claim = z
  .object({
    sentence: z.string().meta({ description: "Plain text, code in backticks." }),
    estimate: z.object({
      label: z.string().meta({ description: "What it is; empty for a plain number." }),
      value: z.number(),
      low: z.number(),
      high: z.number(),
      confidence: z.number().min(0).max(1).nullable().meta({
        description:
          "1: exact. 0: a single trial, whose interval is unknown. null: the cell gave a number or the ends itself.",
      }),
      unit: z.string().meta({ description: "As of a metric; empty for a plain number." }),
    }),
    test: z.discriminatedUnion("kind", [
      z.object({ kind: z.enum(["above", "below"]), bound }),
      z.object({ kind: z.literal("between"), low: bound, high: bound }),
      z.object({ kind: z.literal("equal"), bound, tolerance: bound }),
    ]),
    recorded: z
      .object({ value: bound, label: z.string() })
      .nullable()
      .meta({ description: "What the source of the claim found." }),
    verdict: z.enum(["holds", "fails", "undecided"]).meta({
      description:
        "The cell's own verdict, not corrected for other claims. undecided: the interval holds values on both sides of a bound, or has less than 95 % confidence.",
    }),
    pValue: z.number().min(0).max(1).nullable().default(null).meta({
      description:
        "Smallest significance level that decides the claim; null for exact values and numbers of the cell's own.",
    }),
    bundlePlace: z
      .object({ line: z.int(), column: z.int() })
      .nullable()
      .meta({ description: "Where it was made, in the cell's bundle." }),
    place: z
      .object({ file: z.string(), line: z.int() })
      .nullable()
      .meta({ description: "Where it was made: report.md, or a module beside it." }),
  })
  .meta({ id: "Claim", description: "A sentence of the report, tested against what was measured." });

const output = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("stream"),
    name: z.enum(["stdout", "stderr"]),
    text: z.string(),
    cutBytes: count.meta({ description: "Bytes that were cut away after the text." }),
  }),
  z.object({ type: z.literal("display"), data: mimeBundle, name: z.string().optional() }),
  z.object({ type: z.literal("claim"), claim }),
]);

const stackFrame = z.object({
  functionName: z.string(),
  file: z
    .string()
    .optional()
    .meta({ description: "Relative to the report's folder; absent for Node's and Heapbook's own." }),
  line: z.int(),
  column: z.int(),
});

const failure = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("exception"),
    name: z.string(),
    message: z.string(),
    uncaught: z.boolean().meta({ description: "Thrown by a callback or a promise nobody awaited." }),
    frames: z.array(stackFrame),
    hiddenFrames: count,
  }),
  z.object({ kind: z.literal("exit-code"), exitCode: z.int() }),
  z.object({ kind: z.literal("signal"), signal: z.string() }),
  z.object({ kind: z.literal("timeout"), timeoutMs: z.number() }),
  z.object({
    kind: z.literal("heap-limit"),
    heapSizeLimitBytes: z.number().nullable(),
    lastCollections: z.array(z.string()),
  }),
  z.object({ kind: z.literal("no-output") }),
  z.object({ kind: z.literal("bad-message"), text: z.string() }),
  z.object({ kind: z.literal("unsettled-await") }),
  z.object({ kind: z.literal("spawn"), message: z.string() }),
  z.object({ kind: z.literal("no-interpreter"), code: z.string(), message: z.string(), hint: z.string() }),
]);

const trial = z
  .object({
    failure: failure.nullable().meta({ description: "How it ended badly; null if it ended well." }),
    durationMs: z.number(),
    limits: z
      .object({
        heapSizeLimitBytes: z.number().meta({ description: "V8's heap_size_limit." }),
        semiSpaceStartBytes: z.number().meta({ description: "What a semi-space held at the start." }),
        semiSpaceLimitBytes: z
          .number()
          .nullable()
          .meta({ description: "What a semi-space could grow to; null where unknown." }),
      })
      .nullable(),
    outputs: z.array(output),
    readings: z.array(reading),
    collections: z.array(collection),
    // Files written before the probe `gc` read them have none, as they have no line profiles.
    regionHeaps: z.array(regionHeap).default([]),
    checkpoints: z.array(checkpoint),
    lineProfiles: z.array(lineProfile).default([]),
    reads: z.array(z.string()).meta({ description: "Files it read." }),
  })
  .meta({ id: "Trial", description: "One fresh process running one variant once." });

const environment = z
  .object({
    heapbook: z.string(),
    node: z.string(),
    v8: z.string(),
    python: z
      .string()
      .optional()
      .meta({ description: "The Python of a python cell, which then ran it in the place of Node." }),
    platform: z.string(),
    arch: z.string(),
    osRelease: z.string(),
    cpuModel: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    memoryLimitBytes: z.number().nullable().meta({
      description: "Limit of the container (cgroup), where it is below the machine's memory; null without one.",
    }),
    commit: z.string().nullable().meta({ description: "Short hash, with -dirty where the work tree differed." }),
    measuredAt: z.iso.datetime().meta({ description: "UTC time of the first trial." }),
  })
  .meta({ id: "Environment", description: "Where and when something was measured." });

/** The trials of one variant under one probe. */
export const trialSetSchema = z
  .object({
    probe,
    fingerprint: z.string().meta({ description: "SHA-256 of all that the trials depend on." }),
    flags: z.array(z.string()).meta({ description: "Arguments Node was given before the script." }),
    environment,
    trials: z.array(trial),
  })
  .meta({ id: "TrialSet", description: "The trials of one variant under one probe." });

const metricSummary = z
  .object({
    id: z.string(),
    region,
    label: z.string(),
    unit,
    better,
    probe,
    mode: z
      .enum(["exact", "distribution"])
      .meta({ description: "exact: all trials agree. distribution: a median and an interval of it." }),
    value: z.number().meta({ description: "The agreed value, or the median." }),
    low: z.number().meta({ description: "Lower end of the order-statistic interval of the median." }),
    high: z.number().meta({ description: "Upper end of the order-statistic interval of the median." }),
    confidence: z.number().min(0).max(1).meta({ description: "Exact confidence of the interval." }),
    samples: z.array(z.number()).meta({ description: "Every trial's value, in the order they ran." }),
    note,
  })
  .meta({ id: "MetricSummary", description: "A metric of one variant over its trials." });

const conclusion = z
  .object({
    id: z.enum([
      "flag",
      "samples-differ",
      "peak-missed",
      "heap-limit-near",
      "observer-cost",
      "first-trial-slow",
      "outliers",
      "few-collections",
      "few-trials",
      "lines-outside",
    ]),
    severity: z.enum(["note", "warning"]),
    label: z.string().meta({ description: "Label of the cell." }),
    message: z.string().meta({ description: "Markdown: code in backticks, nothing else." }),
  })
  .meta({ id: "Conclusion", description: "What the results of a cell say about how far they can be trusted." });

const cellResult = z
  .object({
    label: z.string(),
    language: z.string(),
    state: z.enum(["completed", "failed", "blocked", "not-run"]),
    blockedBy: z.array(z.string()).meta({ description: "Labels of the failed cells it needs." }),
    variants: z.array(
      z.object({
        params: params.meta({ description: "One combination of the cell's matrix." }),
        trialSets: z.array(trialSetSchema),
        metrics: z.array(metricSummary),
        failure: failure.nullable().meta({ description: "The first failure of any of its trials." }),
        outputs: z.array(output).meta({ description: "Outputs of the first trial that measured nothing." }),
      }),
    ),
    // Files written before there were conclusions have none.
    conclusions: z.array(conclusion).default([]),
  })
  .meta({ id: "CellResult", description: "All that one cell of the report gave." });

/** `results.json`, whole. Unknown properties are passed over, so that a later minor version may add some. */
export const reportResultsSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  report: z.object({ slug: z.string(), title: z.string() }),
  params: params.meta({ description: "Parameters of the report, -P included." }),
  cells: z.array(cellResult),
});

// The schemas and the interfaces of schema.ts and protocol.ts say the same, or this file does not compile.
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;
type Identical<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Infers<Schema extends z.ZodType, Interface> = Identical<Frozen<z.infer<Schema>>, Frozen<Interface>>;
type Holds<Claim extends true> = Claim;
export type SchemasMatchInterfaces = [
  Holds<Infers<typeof reportResultsSchema, ReportResults>>,
  Holds<Infers<typeof cellResult, CellResult>>,
  Holds<Infers<typeof claim, Claim>>,
  Holds<Infers<typeof conclusion, Conclusion>>,
  Holds<Infers<typeof trialSetSchema, TrialSet>>,
  Holds<Infers<typeof trial, Trial>>,
  Holds<Infers<typeof failure, Failure>>,
  Holds<Infers<typeof output, Output>>,
  Holds<Infers<typeof environment, Environment>>,
  Holds<Infers<typeof metricSummary, MetricSummary>>,
];

/**
 * Reads a `results.json` that may come from anywhere.
 *
 * @param file its path, for messages
 * @throws UserError `invalid-results` where it is not JSON, of another schema version, or not of the schema
 */
export function parseResults(text: string, file: string): ReportResults {
  const invalid = (message: string, hint: string, cause?: unknown): UserError =>
    new UserError(`${file} ${message}`, { code: "invalid-results", position: { file, line: 1 }, hint, cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("is not JSON.", "Give the `results.json` that `heapbook render` writes beside the page.", error);
  }
  const version =
    typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : undefined;
  if (typeof version === "number" && version !== SCHEMA_VERSION) {
    const message = `is of schema version ${version}; this Heapbook reads version ${SCHEMA_VERSION}.`;
    throw invalid(message, "Render the report again with this version of Heapbook.");
  }
  const parsed = reportResultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") || "its top";
  const message = `is not a Heapbook result: at ${path}, ${issue?.message ?? "it is malformed"}.`;
  throw invalid(message, "Give the `results.json` that `heapbook render` writes beside the page.");
}

/**
 * Reads what `heapbook trace --json` has written.
 * @param file its path, for messages
 * @throws UserError `invalid-results`
 */
export function parseLineProfile(text: string, file: string): LineProfile {
  const hint = "Give a file that `heapbook trace FILE --json` has written.";
  const position = { file, line: 1 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON.`, { code: "invalid-results", position, hint, cause: error });
  }
  const parsed = lineProfile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") || "its top";
  const message = `${file} is no line profile: at ${path}, ${issue?.message ?? "it is malformed"}.`;
  throw new UserError(message, { code: "invalid-results", position, hint });
}
