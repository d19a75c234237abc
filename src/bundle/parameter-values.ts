/** Matches the report's parameters in a bundle: the line after the comment with their module's name. */
const VALUES = /^(\/\/ heapbook-parameters:parameters\n(?:var|let|const) \w+ = )\{.*\};$/m;

/**
 * The text of a bundle, or of a python cell's program, without the values of the report's parameters. The fingerprint
 * hashes this text. The values that a cell reads are observed instead, so that other parameters do not re-run the cell.
 */
export function withoutParameterValues(code: string): string {
  // The program of a python cell is JSON.
  if (code.startsWith('{"source":')) return JSON.stringify({ source: JSON.parse(code).source });
  return code.replace(VALUES, "$1{};");
}
