/** Keys of the front matter by the mapping in which they stand; `""` is the top. */
export type KeysByPlace = ReadonlyMap<string, readonly string[]>;

/** Options that only cells have: no key of `execute` or `format.html` is their default. */
const OF_CELLS: ReadonlySet<string> = new Set([
  "label",
  "eval",
  "output",
  "include",
  "fig-cap",
  "fig-alt",
  "tbl-cap",
  "code-summary",
  "matrix",
  "flags",
  "probes",
  "lines",
  "warmup",
  "silence",
  "inputs",
  "cache",
  "max-age",
  "env",
  "recorded-output",
]);

/** Keys at the top of the front matter that no cell has, and those of `format.html`: places by key. */
const OF_REPORTS: ReadonlyMap<string, string> = new Map([
  ...[
    "subtitle",
    "author",
    "date",
    "abstract",
    "lang",
    "bibliography",
    "csl",
    "params",
    "execute",
    "format",
    "print",
    "keywords",
    "course",
  ].map((key) => [key, ""] as const),
  ["toc", "format.html"],
  ["theme", "format.html"],
  ["interactive", "format.html"],
  ["number-sections", "format.html"],
]);

/**
 * Where a key of the front matter belongs that stands in another mapping, as a hint; undefined for a key that no place
 * has. `""` comes last: a key such as `title` below `execute` belongs to the top.
 * @param value its value, which the hint shows if it is a number, a text, true or false
 */
export function placeOfKey(key: string, value: unknown, known: KeysByPlace): string | undefined {
  // Keys of an author have common names, such as `name`, and are not looked for.
  const places = [...known.keys()].filter((place) => place !== "author" && place !== "format");
  const place =
    places.find((each) => each !== "" && known.get(each)?.includes(key)) ??
    places.find((each) => known.get(each)?.includes(key));
  if (place !== undefined) return describePlace(place, key, value);
  if (!OF_CELLS.has(key)) return undefined;
  return `\`${key}\` is an option of a cell: \`//| ${key}: ${shownValue(value)}\` at the top of its code.`;
}

/** Where a key of the front matter that stands in a cell's options belongs, as a hint; undefined for other names. */
export function placeOfFrontMatterKey(key: string, value: unknown): string | undefined {
  const place = OF_REPORTS.get(key);
  return place === undefined
    ? undefined
    : `${describePlace(place, key, value)} The front matter is at the top of the report.`;
}

function describePlace(place: string, key: string, value: unknown): string {
  const entry = `${key}: ${shownValue(value)}`;
  if (place === "") return `\`${key}\` stands at the top level of the front matter, not indented: \`${entry}\`.`;
  const nested = place.split(".").reduceRight((inner, name) => `${name}: { ${inner} }`, entry);
  return `\`${key}\` belongs below \`${place}\` in the front matter: \`${nested}\`.`;
}

function shownValue(value: unknown): string {
  const isShort =
    typeof value === "number" ||
    typeof value === "boolean" ||
    (typeof value === "string" && /^[\w .-]{1,40}$/.test(value));
  if (isShort) return String(value);
  return Array.isArray(value) && value.every((each) => /^[\w.-]+$/.test(String(each))) ? `[${value.join(", ")}]` : "…";
}

/** What to write instead of a key of Quarto, R Markdown or Jekyll; undefined for other keys. */
export function mendForeignKey(key: string): string | undefined {
  return FOREIGN_KEYS.get(key.toLowerCase());
}

const FOREIGN_KEYS: ReadonlyMap<string, string> = new Map([
  ["authors", "`author:` names one author or a list: `author: [Ada, Grace]`."],
  ["name", "`author:` names the author, `title:` the report."],
  ["language", "`lang:` is the language: `lang: de`."],
  ["university", "`institution:` names the university."],
  ["supervisor", "`instructor:` names who supervises."],
  ["references", "`bibliography:` names the file of the sources: `bibliography: sources.bib`."],
  ["tags", "`keywords:` is the list of keywords."],
  ["parameters", "`params:` holds the parameters: `params: { size: 10 }`."],
  ["output", "Formats are chosen on the command line: `heapbook render --to html,pdf`."],
]);
