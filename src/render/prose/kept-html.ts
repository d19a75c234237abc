import type { HtmlAttribute } from "./html-pieces.ts";

/** Tags that need no sanitizer when they have no attribute but `class`, `open`, `colspan` and `rowspan`. */
export const PLAIN_TAGS: ReadonlySet<string> = new Set(
  "abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr".split(
    " ",
  ),
);

/** Tags that the sanitizer keeps, besides plain ones. */
const OTHER_TAGS = "a article aside bdi bdo col colgroup data h1 header footer img main nav section time".split(" ");

export const KEPT_TAGS: readonly string[] = [...PLAIN_TAGS, ...OTHER_TAGS];
const KEPT: ReadonlySet<string> = new Set(KEPT_TAGS);

/** Attributes that the sanitizer keeps, by tag. */
export const KEPT_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  "*": ["class", "id", "title", "lang", "dir", "role", "aria-*", "data-*"],
  // The sanitizer makes an id of `name`.
  a: ["href", "download", "name"],
  img: ["src", "alt", "width", "height"],
  td: ["colspan", "rowspan", "headers"],
  th: ["colspan", "rowspan", "headers", "scope", "abbr"],
  col: ["span"],
  colgroup: ["span"],
  details: ["open"],
  ol: ["start", "type", "reversed"],
  li: ["value"],
  time: ["datetime"],
  data: ["value"],
};

/** Schemes of addresses that no link may have: they run code, or hold or name a file of this machine. */
const REFUSED_SCHEMES: ReadonlySet<string> = new Set(
  "javascript vbscript data file filesystem blob about view-source".split(" "),
);

/** Whether links may have addresses of this scheme: `https`, `ftp`, `ssh`, `tel` and all others that run nothing. */
function isKeptScheme(scheme: string): boolean {
  return !REFUSED_SCHEMES.has(scheme.toLowerCase());
}

/** The usual schemes, which may be written with entities. */
const USUAL_SCHEMES = ["http", "https", "mailto", "tel", "ftp", "ssh"];

/** The schemes in HTML that links may have, because the sanitizer needs a list. */
export function keptSchemesOf(source: string): readonly string[] {
  // No scheme in use is longer; without a limit, a text of a megabyte would take minutes.
  const found = source.match(/(?<![\w+.-])[a-z][a-z0-9+.-]{0,40}(?=:)/gi) ?? [];
  return [...new Set([...USUAL_SCHEMES, ...found.map((scheme) => scheme.toLowerCase())])].filter(isKeptScheme);
}

/** Whether the page may have this tag. @param name in lower case */
export function isKeptTag(name: string): boolean {
  return KEPT.has(name);
}

/** What the sanitizer removes of one tag, so that the author knows: `<iframe>`, `` `style` of <b> ``. @param tag in lower case */
export function findRemoved(tag: string, attributes: readonly HtmlAttribute[]): readonly string[] {
  if (!isKeptTag(tag)) {
    // pandas puts `<style scoped>` before each table, with alignments that the page has by itself.
    const isScoped = tag === "style" && attributes.some(({ name }) => name === "scoped");
    return [isScoped ? "<style scoped>" : `<${tag}>`];
  }
  const kept = [
    ...(KEPT_ATTRIBUTES["*"] ?? []),
    ...(Object.hasOwn(KEPT_ATTRIBUTES, tag) ? (KEPT_ATTRIBUTES[tag] ?? []) : []),
  ];
  return attributes.flatMap(({ name, value }) => {
    const isKept = kept.some((each) => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : each === name));
    if (!isKept) return [`\`${name}\` of <${tag}>`];
    const start = name === "href" ? refusedStart(value) : undefined;
    return start === undefined ? [] : [`the address \`${start}\` of <${tag}>`];
  });
}

/** The start of an address that the sanitizer removes, as a browser reads the address: without blanks and control characters. */
function refusedStart(address: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers leave them out.
  const read = address.replace(/[\u0000-\u0020]/g, "");
  // Without a scheme it has that of the page, which is `file:` for a page that was opened from a disk.
  if (/^[/\\]{2}/.test(read)) return "//";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(read)?.[1]?.toLowerCase();
  return scheme === undefined || isKeptScheme(scheme) ? undefined : `${scheme}:`;
}
