/** Replaces the characters from `start` up to but not including `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies edits to a text. Of two overlapping edits only the one that starts first applies; of two with one start,
 * the longer. Insertions, which replace nothing, come first and overlap nothing that starts where they are.
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

/** Offset of each line of a text, then the length of the text. */
export function lineOffsets(source: string): readonly number[] {
  const offsets = [0];
  for (let index = source.indexOf("\n"); index !== -1; index = source.indexOf("\n", index + 1)) offsets.push(index + 1);
  offsets.push(source.length);
  return offsets;
}
