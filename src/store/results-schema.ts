import * as z from "zod";
import { DRAWING_RESOURCES } from "../model/drawing-limit.ts";
import { INEXACT_KINDS } from "../model/inexact-places.ts";
import type { MetricSummary } from "../model/metrics.ts";
import { PROBES } from "../model/probes.ts";
import {
  type CellResult,
  type Claim,
  type Conclusion,
  type Environment,
  type Failure,
  INTERPRETER_CODES,
  type Output,
  type ReportResults,
  SCHEMA_VERSION,
  type Trial,
  type TrialSet,
  UNSEEN_MEMORY,
} from "../model/report-results.ts";

// Importing zod takes 45 ms, so import this file only where it is needed. The store verifies its files by checksums
// instead.

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const params = z.record(z.string(), scalar);
const count = z.int().min(0);
const mimeBundle = z.record(z.string(), z.unknown());
const spaces = z.record(z.string(), z.number());
const probe = z.enum(PROBES).meta({ description: "What the trial measured, which decides its flags." });
const better = z.enum(["lower", "higher", "neither"]);
const region = z.string().meta({ description: "Name given to measure(), empty for the unnamed region." });
const unit = z.string().meta({ description: "B, ms, count, %, ratio, or a unit of the cell's own." });

const note = z.string().optional().meta({ description: "Condition of the measurement, in a few words." });

const reading = z
  .object({
    id: z.string(),
    region,
    value: z.number(),
    unit: unit.optional(),
    better: better.optional(),
    note,
    confidence: z.number().min(0).max(1).optional().meta({
      description: "Confidence that the median of a peak, which differs between processes, lies within these bounds.",
    }),
  })
  .meta({
    description:
      "One reading. unit and better are here only for a metric that the cell defines; for other metrics they are in metrics.",
  });

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

const markingStep = z
  .object({
    region,
    timeMs: z.number().meta({ description: "Start, in ms since the start of the region." }),
    pauseMs: z.number(),
  })
  .meta({ description: "A step of incremental marking, during which the main thread pauses." });

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
  liveBytes: z.number().meta({
    description:
      "Used heap plus ArrayBuffers after forced collections, in bytes, less those at the start of the region.",
  }),
  timeMs: z.number(),
});

const lineAllocation = z
  .object({
    file: z.string().meta({ description: "Relative to the report's folder; report.md for cells." }),
    line: z.int().min(1),
    liveBytes: z.number().meta({ description: "Bytes live at the region's end, less those live at its start." }),
    liveObjects: z.number(),
    allocatedBytes: z.number().meta({ description: "Bytes allocated in the region, those that were freed included." }),
    allocations: z.number(),
    functionLevelBytes: z.number().meta({
      description: "Part of allocatedBytes that is known only for the whole function that begins on this line.",
    }),
    startUp: z
      .object({
        liveBytes: z.number(),
        liveObjects: z.number(),
        allocatedBytes: z.number(),
        allocations: z.number(),
      })
      .optional()
      .meta({ description: "Bytes of line 1 of a traced program that loading its module allocated." }),
    standardError: z
      .object({
        allocatedBytes: z.number().nonnegative(),
        liveBytes: z.number().nonnegative(),
        systematicLiveBytes: z.number().nonnegative().optional().meta({
          description: "Largest systematic error of the live bytes, which more trials do not lower; 0 where absent.",
        }),
      })
      .optional()
      .meta({ description: "Standard errors of the bytes, if they are estimated from samples." }),
  })
  .meta({ id: "LineAllocation", description: "Live and allocated bytes of one source line in one region." });

const callNode = z
  .object({
    functionName: z.string(),
    functionLine: z
      .int()
      .min(0)
      .default(0)
      .meta({ description: "Line on which the function begins; 0 for nodes that are not functions." }),
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
    description: "A node of the call tree, with self bytes: without its children.",
  });

const notInstrumentedPlace = z
  .object({ file: z.string(), line: z.int().min(1), kind: z.string(), why: z.string() })
  .meta({ description: "Syntax that cannot be instrumented: its allocations are known only for its function." });

const outsidePlace = z
  .object({ file: z.string(), line: z.int().min(1), kind: z.enum(["direct-eval", "with", "worker"]) })
  .meta({ description: "Code that is not instrumented." });

const inexactPlace = z
  .object({
    file: z.string(),
    line: z.int().min(1),
    kind: z.enum(INEXACT_KINDS),
    allocatedBytes: z.number().nonnegative(),
    allocations: z.number().nonnegative(),
    liveBytes: z.number().nonnegative(),
  })
  .meta({ description: "Code of which the profile may be off by at most these amounts." });

const errorBoundBytes = z.number().positive().optional().meta({
  description: "Most bytes by which the profile may be off, all of `inexact` together; absent for 0.",
});

/** A line profile, as in results.json and in the output of `heapbook trace --json`. */
export const lineProfileSchema = z
  .object({
    region,
    instrumentation: z
      .discriminatedUnion("engine", [
        z
          .object({ engine: z.literal("tracker"), errorBoundBytes })
          .meta({ description: "Every allocation was recorded." }),
        z
          .object({ engine: z.literal("sampler"), intervalBytes: z.number().positive() })
          .meta({ description: "Estimated from samples; intervalBytes is the mean number of bytes between two." }),
        z
          .object({
            engine: z.literal("meter"),
            unseenCollections: z.int().nonnegative(),
            pageCrossings: z.int().nonnegative(),
            oldGenerationBytes: z.int().nonnegative().optional(),
            errorBoundBytes,
          })
          .meta({ description: "Live bytes were not measured. Allocated bytes are exact where all numbers are 0." }),
      ])
      .meta({ description: "How allocations were assigned to lines." }),
    lines: z.array(lineAllocation).meta({ description: "Sorted by file, then by line." }),
    elsewhere: z
      .object({
        liveBytes: z.number(),
        allocatedBytes: z.number(),
        externalBytes: z
          .number()
          .nonnegative()
          .optional()
          .meta({ description: "Part of liveBytes that is outside of V8's heap; only for traced programs." }),
        unknownExternal: z.literal("resizable-buffers").optional().meta({
          description: "Why externalBytes is not known and not in liveBytes: V8 counts resizable ArrayBuffers wrongly.",
        }),
      })
      .meta({ description: "Bytes that belong to no line of the author's modules." }),
    calls: callNode,
    types: z
      .array(z.object({ type: z.string(), liveBytes: z.number(), liveObjects: z.int() }))
      .default([])
      .meta({
        description: "Live bytes by type of object, the largest first; empty for engines other than the tracker.",
      }),
    notInstrumented: z.array(notInstrumentedPlace).default([]),
    outside: z.array(outsidePlace).default([]),
    inexact: z.array(inexactPlace).default([]).meta({ description: "Places with the most bytes first." }),
    sources: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: "Lines of the measured source text, by file." }),
  })
  .meta({ id: "LineProfile", description: "The allocations of one region, by source line." });

const bound = z.number().meta({ description: "In the unit of the estimate." });

const claim = z
  .object({
    sentence: z.string().meta({ description: "Plain text, code in backticks." }),
    estimate: z.object({
      label: z.string().meta({ description: "Name of the estimate; empty for a plain number." }),
      value: z.number(),
      low: z.number(),
      high: z.number(),
      confidence: z.number().min(0).max(1).nullable().meta({
        description:
          "1: exact. 0: too few trials for an interval, or a divisor that may be 0. null: the cell gave a number or the ends itself.",
      }),
      unit: z.string().meta({ description: "Unit of the metric; empty for a plain number." }),
    }),
    test: z.discriminatedUnion("kind", [
      z.object({ kind: z.enum(["above", "below"]), bound }),
      z.object({ kind: z.literal("between"), low: bound, high: bound }),
      z.object({ kind: z.literal("equal"), bound, tolerance: bound }),
    ]),
    recorded: z
      .object({ value: bound, label: z.string() })
      .nullable()
      .meta({ description: "Value that the source of the claim reports." }),
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
      .meta({ description: "Position of the call of claim() in the cell's bundle." }),
    place: z
      .object({ file: z.string(), line: z.int() })
      .nullable()
      .meta({ description: "Position of the call of claim() in report.md, or in a module beside it." }),
  })
  .meta({ id: "Claim", description: "A sentence of the report, tested against measurements." });

const output = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("stream"),
    name: z.enum(["stdout", "stderr"]),
    text: z.string(),
    cutBytes: count.meta({ description: "Number of bytes that were cut after the text." }),
    whole: z.string().optional().meta({ description: "SHA-256 of the whole text of the stream, in hex." }),
  }),
  z.object({
    type: z.literal("display"),
    data: mimeBundle,
    name: z.string().optional(),
    cutBytes: count
      .optional()
      .meta({ description: "Number of bytes that were cut from the data; absent if none were." }),
    whole: z.string().optional().meta({ description: "SHA-256 of the whole text that was cut, in hex." }),
  }),
  z.object({ type: z.literal("claim"), claim }),
]);

const stackFrame = z.object({
  functionName: z.string(),
  file: z
    .string()
    .optional()
    .meta({ description: "Relative to the report's folder; absent for frames of Node and Heapbook." }),
  line: z.int(),
  column: z.int(),
});

const failure = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("exception"),
    name: z.string(),
    message: z.string(),
    uncaught: z.boolean().meta({ description: "Thrown by a callback, or by a promise that was not awaited." }),
    frames: z.array(stackFrame),
    hiddenFrames: count,
    cut: z.object({ bytes: count, whole: z.string() }).optional().meta({
      description: "Only for a message that was cut: number of bytes cut, and SHA-256 of the whole message, in hex.",
    }),
  }),
  z.object({
    kind: z.literal("exit-code"),
    exitCode: z.int(),
    finished: z.literal(true).optional().meta({ description: "The cell ran to its end and had set the exit code." }),
  }),
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
  z.object({
    kind: z.literal("drawing-limit"),
    resource: z.enum(DRAWING_RESOURCES),
    limit: z
      .number()
      .meta({ description: "The limit that was reached: ms of user CPU time, ms of wall time, or bytes." }),
    cpuMs: z
      .number()
      .optional()
      .meta({ description: "Only for `wall`: user CPU time in ms that the trial had used by then." }),
  }),
  z.object({
    kind: z.literal("no-interpreter"),
    code: z.enum(INTERPRETER_CODES),
    message: z.string(),
    hint: z.string(),
  }),
]);

const trial = z
  .object({
    failure: failure.nullable().meta({ description: "Why the trial failed; null if it completed." }),
    durationMs: z.number(),
    limits: z
      .object({
        heapSizeLimitBytes: z.number().meta({ description: "V8's heap_size_limit." }),
        semiSpaceStartBytes: z.number().meta({ description: "Size of a semi-space at the start." }),
        semiSpaceLimitBytes: z
          .number()
          .nullable()
          .meta({ description: "Largest size of a semi-space; null where unknown." }),
      })
      .nullable(),
    outputs: z.array(output),
    readings: z.array(reading),
    collections: z.array(collection),
    // Older files lack this property, as they lack line profiles.
    markingSteps: z.array(markingStep).optional(),
    regionHeaps: z.array(regionHeap).default([]),
    checkpoints: z.array(checkpoint),
    lineProfiles: z.array(lineProfileSchema).default([]),
    unseenMemory: z.array(z.enum(UNSEEN_MEMORY)).optional().meta({
      description: "Kinds of memory that no metric of live or allocated bytes contains; only under the probe output.",
    }),
    unfinishedWork: z
      .array(z.object({ region, kinds: z.array(z.string()) }))
      .default([])
      .meta({
        description: "Resources, by Node's names, that a region started and that keep the event loop open after it.",
      }),
    reads: z.array(z.string()).meta({ description: "Files that the trial read." }),
  })
  .meta({ id: "Trial", description: "One run of one variant in a fresh process." });

const environment = z
  .object({
    heapbook: z.string(),
    node: z.string(),
    v8: z.string(),
    python: z.string().optional().meta({ description: "The Python that ran a python cell." }),
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
  .meta({ id: "Environment", description: "Machine, runtime and time of a measurement." });

/** The trials of one variant under one probe. */
export const trialSetSchema = z
  .object({
    probe,
    fingerprint: z.string().meta({ description: "SHA-256 of everything that the trials depend on." }),
    flags: z.array(z.string()).meta({ description: "Arguments of Node before the script." }),
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
    mode: z.enum(["exact", "bounds", "distribution"]).meta({
      description:
        "exact: all trials agree. bounds: between low and high, as a peak or a sum of lines that may be too large. distribution: median with its confidence interval.",
    }),
    value: z.number().meta({
      description:
        "The value on which all trials agree, or the median; for bounds, the lower bound of a peak, or the measured sum of lines.",
    }),
    low: z.number().meta({
      description: "Lower bound, or lower end of the order-statistic interval of the median, less systematicError.",
    }),
    high: z.number().meta({
      description: "Upper bound, or upper end of the order-statistic interval of the median, plus systematicError.",
    }),
    systematicError: z.number().positive().optional().meta({
      description:
        "Largest systematic error of the samples, in the unit of the metric; the same in every trial. 0 if absent.",
    }),
    confidence: z.number().min(0).max(1).meta({
      description: "Exact confidence level of the interval; 1 for exact values and for bounds that hold for certain.",
    }),
    samples: z.array(z.number()).meta({ description: "Values of the trials, in the order in which they ran." }),
    note,
  })
  .meta({ id: "MetricSummary", description: "A metric of one variant over its trials." });

const conclusion = z
  .object({
    id: z.enum([
      "flag",
      "samples-differ",
      "work-after-region",
      "unseen-memory",
      "peak-uncertain",
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
  .meta({ id: "Conclusion", description: "How far the results of a cell can be trusted, and why." });

const cellResult = z
  .object({
    label: z.string(),
    language: z.string(),
    state: z.enum(["completed", "failed", "blocked", "not-run"]),
    blockedBy: z.array(z.string()).meta({ description: "Labels of the failed cells whose results this cell needs." }),
    variants: z.array(
      z.object({
        params: params.meta({ description: "One combination of the cell's matrix." }),
        trialSets: z.array(trialSetSchema),
        metrics: z.array(metricSummary),
        failure: failure.nullable().meta({ description: "The first failure of a trial." }),
        outputs: z.array(output).meta({ description: "Outputs of the first trial under the probe output." }),
      }),
    ),
    // Files written by versions without conclusions lack this property.
    conclusions: z.array(conclusion).default([]),
  })
  .meta({ id: "CellResult", description: "The results of one cell of the report." });

/** The schema of `results.json`. Unknown properties are ignored, so that a later minor version may add some. */
export const reportResultsSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  report: z.object({ slug: z.string(), title: z.string() }),
  params: params.meta({ description: "Parameters of the report, -P included." }),
  cells: z.array(cellResult),
});

// These types make the compiler check that the schemas match the interfaces of src/model.
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
