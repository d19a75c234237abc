/** Replaces the characters from `start` up to but not including `end` by `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies edits to a text. If two edits overlap, only the one that starts first applies; with the same start, the
 * longer one. An insertion (`start` equals `end`) comes before other edits that start at its place; inside another edit
 * it is dropped.
 */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const isInsertion = ({ start, end }: Edit): number => (start === end ? 1 : 0);
  const ordered = [...edits].sort((a, b) => a.start - b.start || isInsertion(b) - isInsertion(a) || b.end - a.end);
  let result = "";
  let done = 0;
  for (const { start, end, text } of ordered) {
    if (start < done) continue;
    result += source.slice(done, start) + text;
    done = end;
  }
  return result + source.slice(done);
}

/** Offset at which each line of a text begins; the last element is the text's length. */
export function lineOffsets(source: string): readonly number[] {
  const offsets = [0];
  for (let index = source.indexOf("\n"); index !== -1; index = source.indexOf("\n", index + 1)) offsets.push(index + 1);
  offsets.push(source.length);
  return offsets;
}
