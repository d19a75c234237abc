/** The report's parameters in a bundle, on the line after the name of their module. */
const VALUES = /^(\/\/ heapbook-parameters:parameters\n(?:var|let|const) \w+ = )\{.*\};$/m;

/**
 * The text of a bundle, or of a python cell's program, without the values of the report's parameters. The fingerprint hashes this
 * text: which values a result depends on is observed, so that a parameter that the cell does not read makes nothing run again.
 */
export function withoutParameterValues(code: string): string {
  // The program of a python cell is JSON.
  if (code.startsWith('{"source":')) return JSON.stringify({ source: JSON.parse(code).source });
  return code.replace(VALUES, "$1{};");
}
