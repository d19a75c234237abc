import { isRecord } from "../analysis/own-value.ts";

/**
 * Depth to which results are split into separate parts: report, cells, cell, variants, variant, trial sets or outputs,
 * set, trials.
 */
const LEVELS = 8;

/** Smallest length of a part, in characters. */
const PART_LENGTH = 1024 * 1024;

/** The JSON of a value as UTF-8, in parts of some MiB. Text as in `jsonChunks`. */
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
 * The JSON of a value, as `JSON.stringify(value, undefined, 1)` writes it, in parts. Needed because results can be
 * longer than V8's longest string (512 MB), while none of their parts is.
 *
 * @param value data without functions, dates and `toJSON`
 */
export function* jsonChunks(value: unknown, level = 0): Generator<string> {
  const isList = Array.isArray(value);
  if (level >= LEVELS || !(isList || isRecord(value))) {
    // JSON writes a line break in a string as
    // , so every real line break belongs to the layout and can be indented.
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
