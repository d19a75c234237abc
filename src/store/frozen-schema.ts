import * as z from "zod";
import { FROZEN_VERSION } from "../model/frozen-results.ts";
import { OBSERVATION_KINDS } from "../model/observations.ts";
import { PROBES } from "../model/probes.ts";
import { SCHEMA_VERSION } from "../model/report-results.ts";
import { trialSetSchema } from "./results-schema.ts";

// This file imports zod, which is slow to load: see results-schema.ts.

const params = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The schema of `report.results.json`. */
export const frozenResultsSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  frozen: z.literal(FROZEN_VERSION),
  report: z.object({ slug: z.string(), title: z.string() }),
  params,
  cells: z.array(z.object({ label: z.string(), language: z.string(), sourceLine: z.int().min(1) })),
  sets: z.array(
    z.object({
      cell: z.string(),
      variant: params,
      probe: z.enum(PROBES),
      key: z.string(),
      observed: z.array(z.object({ kind: z.enum(OBSERVATION_KINDS), name: z.string(), value: z.string().nullable() })),
      trialSet: trialSetSchema,
    }),
  ),
});
