import { fileURLToPath } from "node:url";
import * as z from "zod";
import { SCHEMA_VERSION } from "../model/report-results.ts";
import { reportResultsSchema } from "./results-schema.ts";

/** The JSON Schema (draft 2020-12) of `results.json`, published as docs/results.schema.json. */
export function resultsJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(reportResultsSchema, { io: "input" });
  return {
    $schema,
    $id: `urn:heapbook:results:${SCHEMA_VERSION}`,
    title: "Heapbook results",
    description:
      "Everything that a Heapbook report measured: `results.json`, beside the rendered page. Sizes are in bytes and times in milliseconds where a name or a unit says so.",
    ...schema,
  };
}

/** The JSON Schema as the text of docs/results.schema.json. */
export function formatResultsJsonSchema(): string {
  return `${JSON.stringify(resultsJsonSchema(), null, 2)}\n`;
}

// `node dist/store/json-schema.js > docs/results.schema.json`
if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(formatResultsJsonSchema());
