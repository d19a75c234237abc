import { readFileSync } from "node:fs";
import { expect } from "vitest";
import * as z from "zod";

const schemaFile = new URL("../fixtures/schemas/nbformat.v4.5.schema.json", import.meta.url);
const schema = z.fromJSONSchema(JSON.parse(readFileSync(schemaFile, "utf8")));

/** Expects a notebook that Jupyter's own schema accepts, with unique ids, which the schema cannot ask for. */
export function expectValidNotebook(text: string): void {
  const notebook = JSON.parse(text) as { readonly cells: readonly { readonly id: string }[] };
  const { error } = schema.safeParse(notebook);
  expect(error?.issues ?? []).toEqual([]);
  const ids = notebook.cells.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
}
