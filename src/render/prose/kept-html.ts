import type { HtmlAttribute } from "./html-pieces.ts";

/** Tags that need no sanitizer if their only attributes are `class`, `open`, `colspan` and `rowspan`. */
export const PLAIN_TAGS: ReadonlySet<string> = new Set(
  "abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr".split(
    " ",
  ),
);

/** Further tags that the sanitizer keeps. */
const OTHER_TAGS = "a article aside bdi bdo col colgroup data h1 header footer img main nav section time".split(" ");

export const KEPT_TAGS: readonly string[] = [...PLAIN_TAGS, ...OTHER_TAGS];
const KEPT: ReadonlySet<string> = new Set(KEPT_TAGS);

/** Attributes that the sanitizer keeps, by tag. */
export const KEPT_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  "*": ["class", "id", "title", "lang", "dir", "role", "aria-*", "data-*"],
  // The sanitizer turns `name` into an id.
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

/** URL schemes that links must not have: they run code, contain data, or name a file of the reader's machine. */
const REFUSED_SCHEMES: ReadonlySet<string> = new Set(
  "javascript vbscript data file filesystem blob about view-source".split(" "),
);

/** Whether links may have this URL scheme: `https`, `ftp`, `ssh`, `tel`, and every scheme that is not refused. */
function isKeptScheme(scheme: string): boolean {
  return !REFUSED_SCHEMES.has(scheme.toLowerCase());
}

/** Common URL schemes. They are always allowed, because a link may write them with entities. */
const USUAL_SCHEMES = ["http", "https", "mailto", "tel", "ftp", "ssh"];

/** Lists the URL schemes in HTML that links may have; the sanitizer needs them as a list. */
export function keptSchemesOf(source: string): readonly string[] {
  // No scheme in use is longer than 41 characters; without a limit, a text of a megabyte would take minutes.
  const found = source.match(/(?<![\w+.-])[a-z][a-z0-9+.-]{0,40}(?=:)/gi) ?? [];
  return [...new Set([...USUAL_SCHEMES, ...found.map((scheme) => scheme.toLowerCase())])].filter(isKeptScheme);
}

/** Whether the page may contain this tag. @param name in lower case */
export function isKeptTag(name: string): boolean {
  return KEPT.has(name);
}

/**
 * Lists the parts of one tag that the sanitizer removes, for a warning: `<iframe>`, `` `style` of <b> ``.
 * @param tag in lower case
 */
export function findRemoved(tag: string, attributes: readonly HtmlAttribute[]): readonly string[] {
  if (!isKeptTag(tag)) {
    // pandas writes `<style scoped>` before each table, with alignments that the page's style sheet has already.
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

/**
 * The beginning of an address that the sanitizer removes; undefined if it keeps the address. Reads the address as a
 * browser does, without blanks and control characters.
 */
function refusedStart(address: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers leave them out.
  const read = address.replace(/[\u0000-\u0020]/g, "");
  // An address without a scheme inherits the page's scheme, which is `file:` for a page opened from a disk.
  if (/^[/\\]{2}/.test(read)) return "//";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(read)?.[1]?.toLowerCase();
  return scheme === undefined || isKeptScheme(scheme) ? undefined : `${scheme}:`;
}
