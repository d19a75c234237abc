/** A piece of a text to replace: from `start` to before `end`, in characters. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with the edits made. Where two overlap, the one that begins first (and is longer) counts. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let result = "";
  let done = 0;
  for (const { start, end, text } of ordered) {
    if (start < done) continue;
    result += source.slice(done, start) + text;
    done = end;
  }
  return result + source.slice(done);
}

/** Offsets of the lines of a text, counted from 0, and the end of the text. */
export function lineOffsets(source: string): readonly number[] {
  const offsets = [0];
  for (let index = source.indexOf("\n"); index !== -1; index = source.indexOf("\n", index + 1)) offsets.push(index + 1);
  offsets.push(source.length);
  return offsets;
}
