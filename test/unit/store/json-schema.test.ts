import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatResultsJsonSchema } from "../../../src/store/json-schema.ts";

test("the published schema of results.json is the one the code reads by (`npm run schema` writes it)", () => {
  const published = readFileSync(new URL("../../../docs/results.schema.json", import.meta.url), "utf8");
  expect(published).toBe(formatResultsJsonSchema());
});
