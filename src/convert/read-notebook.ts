import { parseDocument } from "yaml";
import * as z from "zod";
import { UserError } from "../errors.ts";

/** Largest invalid file, in UTF-16 code units, in which the position of the syntax error is searched for. */
const LONGEST_LOCATED = 5_000_000;

/** nbformat stores a text as one string, or as a list of lines with their line ends; both become one string. */
const multiline = z.union([z.string(), z.array(z.string())], "a text or a list of texts").transform(joinLines);
const bundle = z.record(z.string(), z.unknown());
const metadata = z.record(z.string(), z.unknown()).default({});

const output = z.discriminatedUnion("output_type", [
  z.object({ output_type: z.literal("stream"), name: z.string().default("stdout"), text: multiline }),
  z.object({ output_type: z.literal("display_data"), data: bundle }),
  z.object({ output_type: z.literal("execute_result"), data: bundle }),
  z.object({ output_type: z.literal("error"), ename: z.string().default(""), evalue: z.string().default("") }),
]);

const base = { id: z.string().optional(), metadata, source: multiline };
const cell = z.discriminatedUnion("cell_type", [
  z.object({ ...base, cell_type: z.literal("markdown"), attachments: z.record(z.string(), bundle).optional() }),
  z.object({ ...base, cell_type: z.literal("raw"), attachments: z.record(z.string(), bundle).optional() }),
  z.object({ ...base, cell_type: z.literal("code"), outputs: z.array(output).default([]) }),
]);

const notebook = z.object({ nbformat_minor: z.number().default(0), metadata, cells: z.array(cell) });

export type ReadOutput = z.infer<typeof output>;
export type ReadCell = z.infer<typeof cell>;
/** A notebook of nbformat 4 from any program. Texts are joined; fields that a report does not need are left out. */
export type ReadNotebook = z.infer<typeof notebook>;

/**
 * Reads a notebook of nbformat 4, any minor version.
 *
 * @param file name of the notebook, for messages
 * @throws UserError `invalid-notebook` for text that is not JSON, JSON that is not a notebook, and other versions of
 * nbformat
 */
export function readNotebook(text: string, file: string): ReadNotebook {
  const fail = (message: string, hint: string, line = 1): UserError =>
    new UserError(message, { code: "invalid-notebook", position: { file, line }, hint });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (text.trim() === "") throw fail("The notebook is empty.", "Save the notebook again in Jupyter.");
    if (/^(?:<{7}|>{7}) /m.test(text)) {
      const line = text.slice(0, text.search(/^(?:<{7}|>{7}) /m)).split("\n").length;
      throw fail("The notebook has marks of a merge conflict.", "Choose one side, or run `git checkout` again.", line);
    }
    throw fail(
      `The notebook is not JSON: ${reasonOf(error)}.`,
      "A notebook is a JSON file that Jupyter, VS Code or Colab has saved.",
      lineOf(error, text),
    );
  }
  if (typeof value !== "object" || value === null || !("nbformat" in value)) {
    throw fail("This JSON is not a notebook: it has no `nbformat`.", "Name a file that Jupyter has saved.");
  }
  if (value.nbformat !== 4) {
    const hint = "Heapbook reads nbformat 4. Convert it: jupyter nbconvert --to notebook --nbformat 4 --inplace FILE";
    throw fail(`The notebook has nbformat ${String(value.nbformat)}.`, hint, lineOfKey(text, "nbformat"));
  }
  const result = notebook.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join(".") ?? "";
  throw fail(
    `The notebook has a mistake at \`${path}\`: ${issue?.message ?? "unknown"}.`,
    "Open it in Jupyter and save it again, which mends most notebooks.",
  );
}

function joinLines(text: string | readonly string[]): string {
  return (typeof text === "string" ? text : text.join("")).replace(/\r\n?/g, "\n");
}

/** V8's message about a JSON syntax error, without the excerpt of the file. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (?:\.\.\.)?".*$/s, "").replace(/ in JSON at position.*$/s, "");
}

function lineOf(error: unknown, text: string): number {
  const message = error instanceof Error ? error.message : "";
  const offset = /at position (\d+)/.exec(message)?.[1];
  if (offset !== undefined) return text.slice(0, Number(offset)).split("\n").length;
  if (/end of JSON/.test(message)) return text.trimEnd().split("\n").length;
  // V8 gives no position for an unexpected token. A YAML parser does, and JSON is a subset of YAML.
  const [problem] = text.length > LONGEST_LOCATED ? [] : parseDocument(text, { logLevel: "silent" }).errors;
  return problem?.linePos?.[0].line ?? 1;
}

function lineOfKey(text: string, key: string): number {
  const lines = text.split("\n");
  return Math.max(
    1,
    lines.findIndex((line) => line.trimStart().startsWith(`"${key}":`) || line.includes(`"${key}"`)) + 1,
  );
}
