/** A position in a file. Line and column count from 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Returns a function that translates offsets into lines and columns. Lines end at `\n`, as for esbuild and V8. */
export function lineColumnsOf(source: string): (offset: number) => LineColumn {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** Returns the line ends of a text, without the text between them. */
export function lineEnds(text: string): string {
  let ends = "";
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends += "\n";
  return ends;
}
