/** What differs between machines, days and versions, replaced by what it is; so that what is left must be equal. */
const REPLACEMENTS: readonly (readonly [pattern: RegExp, name: string])[] = [
  // The style sheet and the script have tests of their own; here they would drown the page.
  [/^<style>[\s\S]*?^<\/style>$/gm, "<style>…</style>"],
  [/^<script>[\s\S]*?^<\/script>$/gm, "<script>…</script>"],
  [/'sha256-[A-Za-z0-9+/]{43}='/g, "'sha256-HASH'"],
  [/(?<=content="Heapbook |(?:Made by|Erstellt mit) Heapbook )\d+\.\d+\.\d+/g, "VERSION"],
  // The provenance, as a list in the page and as a table in the Markdown.
  [/(?<=<dt>(?:Runtime|Laufzeitumgebung)<\/dt><dd>|\| (?:Runtime|Laufzeitumgebung) \| )[^<|]*(?=<| \|)/g, "RUNTIME"],
  [/(?<=<dt>(?:Machine|Rechner)<\/dt><dd>|\| (?:Machine|Rechner) \| )[^<|]*(?=<| \|)/g, "MACHINE"],
  [/(?<=<dt>(?:Heap limit|Heap-Grenze)<\/dt><dd>|\| (?:Heap limit|Heap-Grenze) \| )[^<|]*(?=<| \|)/g, "LIMITS"],
  [/(?<=<dt>(?:Semi-space|Semi-Space)<\/dt><dd>|\| (?:Semi-space|Semi-Space) \| )[^<|]*(?=<| \|)/g, "LIMITS"],
  [/(?<=<dt>(?:Measured|Gemessen)<\/dt><dd>|\| (?:Measured|Gemessen) \| )\d[^<|]*(?=<| \|)/g, "DATE"],
  [/(?<=<dt>Heapbook<\/dt><dd>|\| Heapbook \| )[^<|]*(?=, (?:results schema|Ergebnisschema))/g, "VERSION"],
  [/(?<=; )(?:[\d.,]+\s(?:ms|s|min|h)\s?)+(?= (?:measured|gemessen))/g, "DURATION"],
  [/(?<=<span>)Node \d+\.\d+\.\d+/g, "Node VERSION"],
  [/(?<=<span>)V8 \d+\.\d+/g, "V8 VERSION"],
  [/(?<=<span>)(?:Linux|macOS|Windows) (?:x64|arm64)/g, "SYSTEM"],
  // How deep Node's own stack is differs from version to version.
  [/\d+ frames? (?=inside Node and Heapbook hidden)/g, "N frames "],
];

/**
 * A page or a Markdown file made by `renderReport`, the same on every machine.
 *
 * @param folder where the report was rendered, replaced wherever it should show
 */
export function normalise(text: string, folder: string): string {
  let normalised = text.replaceAll(folder, "FOLDER");
  for (const [pattern, name] of REPLACEMENTS) normalised = normalised.replace(pattern, name);
  return normalised;
}
