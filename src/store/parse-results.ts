import { UserError } from "../errors.ts";
import type { LineProfile } from "../model/line-profile.ts";
import { type ReportResults, SCHEMA_VERSION } from "../model/report-results.ts";
import { lineProfileSchema, reportResultsSchema } from "./results-schema.ts";

/**
 * Parses and validates a `results.json`, which may come from another version of Heapbook or another program.
 *
 * @param file its path, for messages
 * @throws UserError `invalid-results` if it is not JSON, has another schema version, or does not match the schema
 */
export function parseResults(text: string, file: string): ReportResults {
  const invalid = (message: string, hint: string, cause?: unknown): UserError =>
    new UserError(`${file} ${message}`, { code: "invalid-results", position: { file, line: 1 }, hint, cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("is not JSON.", "Name the `results.json` that `heapbook render` writes beside the page.", error);
  }
  const version =
    typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : undefined;
  if (typeof version === "number" && version !== SCHEMA_VERSION) {
    const message = `has schema version ${version}; this Heapbook reads version ${SCHEMA_VERSION}.`;
    throw invalid(message, "Render the report again with this version of Heapbook.");
  }
  const parsed = reportResultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") || "its top";
  const message = `is not a Heapbook result: at ${path}, ${issue?.message ?? "it is malformed"}.`;
  throw invalid(message, "Name the `results.json` that `heapbook render` writes beside the page.");
}

/**
 * Parses and validates the output of `heapbook trace --json`.
 * @param file its path, for messages
 * @throws UserError `invalid-results`
 */
export function parseLineProfile(text: string, file: string): LineProfile {
  const hint = "Name a file that `heapbook trace FILE --json` has written.";
  const position = { file, line: 1 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON.`, { code: "invalid-results", position, hint, cause: error });
  }
  const parsed = lineProfileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") || "its top";
  const message = `${file} is not a line profile: at ${path}, ${issue?.message ?? "it is malformed"}.`;
  throw new UserError(message, { code: "invalid-results", position, hint });
}
