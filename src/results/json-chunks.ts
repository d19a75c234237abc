import { isRecord } from "../analysis/own-value.ts";

/** Levels that are taken apart: report, cells, cell, variants, variant, trial sets or outputs, set, trials. */
const LEVELS = 8;

/** Characters of a part, at least. */
const PART_LENGTH = 1024 * 1024;

/** The JSON of `jsonChunks`, in parts of some MiB as UTF-8. */
export function encodeJson(value: unknown): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let text = "";
  for (const chunk of jsonChunks(value)) {
    text += chunk;
    if (text.length < PART_LENGTH) continue;
    parts.push(Buffer.from(text));
    text = "";
  }
  return [...parts, Buffer.from(`${text}\n`)];
}

/**
 * The JSON of a value, as `JSON.stringify(value, undefined, 1)` gives it, in parts: results can be longer than the longest string of
 * V8 (512 MB), while no part of them is.
 *
 * @param value data without functions, dates and `toJSON`
 */
export function* jsonChunks(value: unknown, level = 0): Generator<string> {
  const isList = Array.isArray(value);
  if (level >= LEVELS || !(isList || isRecord(value))) {
    // A line break in a text is written as \n: those that are there are of the layout.
    yield JSON.stringify(value, undefined, 1).replace(/\n/g, `\n${" ".repeat(level)}`);
    return;
  }
  const entries = isList ? value.entries() : Object.entries(value).filter(([, inner]) => inner !== undefined);
  let isFirst = true;
  for (const [key, inner] of entries) {
    const name = isList ? "" : `${JSON.stringify(key)}: `;
    yield `${isFirst ? (isList ? "[" : "{") : ","}\n${" ".repeat(level + 1)}${name}`;
    yield* jsonChunks(inner ?? null, level + 1);
    isFirst = false;
  }
  if (isFirst) yield isList ? "[]" : "{}";
  else yield `\n${" ".repeat(level)}${isList ? "]" : "}"}`;
}
