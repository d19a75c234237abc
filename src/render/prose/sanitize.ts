/** Tags that need no sanitizer when they have no attribute but those of `TAG`. */
const PLAIN_TAGS = new Set(
  "abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr".split(
    " ",
  ),
);
const VOID_TAGS = new Set(["br", "hr", "wbr"]);

const TAG =
  /<(\/?)([a-z][a-z0-9]*)((?:\s+(?:class="[\w -]*"|open|colspan="\d+"|rowspan="\d+"))*)\s*\/?>|<!--(?!-?>)[^<>]*?-->|</gi;

/**
 * Whether HTML consists of plain tags only, correctly nested. Most HTML of authors does (`<kbd>`, `<details>`); it passes without
 * the sanitizer, which takes 60 ms to load. False for anything that this function does not recognise.
 */
export function isPlainHtml(source: string): boolean {
  const open: string[] = [];
  for (const match of source.matchAll(TAG)) {
    if (match[0].startsWith("<!--")) continue;
    const name = match[2]?.toLowerCase();
    if (name === undefined || !PLAIN_TAGS.has(name)) return false;
    if (VOID_TAGS.has(name)) continue;
    if (match[1] === "") open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

/** Tags that the sanitizer keeps, besides plain ones. */
const OTHER_TAGS = "a article aside bdi bdo col colgroup data h1 header footer img main nav section time".split(" ");

/** Attributes that the sanitizer keeps, by tag. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  "*": ["class", "id", "title", "lang", "dir", "role", "aria-*", "data-*"],
  a: ["href", "download"],
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

const SCHEMES = ["http", "https", "mailto"];

const KEPT_TAGS: ReadonlySet<string> = new Set([...PLAIN_TAGS, ...OTHER_TAGS]);

const ANY_TAG =
  /<!--[\s\S]*?(?:-->|$)|<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/gi;
const ANY_ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** Something in the author's HTML that the sanitizer removes. */
export interface RemovedHtml {
  /** `<iframe>`, `style="…"`, `href="javascript:…"` */
  readonly what: string;
  /** Lines from the start of the HTML. */
  readonly line: number;
}

/** Lists tags, attributes and addresses that the sanitizer will remove, so that the author knows. */
export function findRemovedHtml(source: string): readonly RemovedHtml[] {
  if (isPlainHtml(source)) return [];
  const removed: RemovedHtml[] = [];
  for (const match of source.matchAll(ANY_TAG)) {
    const tag = match[1]?.toLowerCase();
    if (tag === undefined) continue;
    const line = source.slice(0, match.index).split("\n").length - 1;
    if (!KEPT_TAGS.has(tag)) {
      removed.push({ what: `<${tag}>`, line });
      continue;
    }
    const kept = [...(ATTRIBUTES["*"] ?? []), ...(ATTRIBUTES[tag] ?? [])];
    for (const [, name = "", double, single, bare] of (match[2] ?? "").matchAll(ANY_ATTRIBUTE)) {
      const value = double ?? single ?? bare ?? "";
      const isKept = kept.some((each) =>
        each.endsWith("*") ? name.toLowerCase().startsWith(each.slice(0, -1)) : each === name.toLowerCase(),
      );
      const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(value)?.[1]?.toLowerCase();
      const isAddress = name.toLowerCase() === "href" && scheme !== undefined && !SCHEMES.includes(scheme);
      if (!isKept) removed.push({ what: `\`${name}\` of <${tag}>`, line });
      else if (isAddress) removed.push({ what: `the address \`${scheme}:\` of <${tag}>`, line });
    }
  }
  return removed;
}

export interface SanitizeOptions {
  /** Returns the `data:` URI of an image. */
  readonly inlineImage: (address: string) => string;
}

/**
 * Removes everything that the page's Content-Security-Policy refuses or that runs: `style`, event handlers, scripts, frames,
 * forms, and addresses other than those of links and images. Replaces images by `data:` URIs.
 */
export async function sanitizeHtml(source: string, options: SanitizeOptions): Promise<string> {
  if (isPlainHtml(source)) return source;
  const { default: sanitize } = await import("sanitize-html");
  return sanitize(source, {
    allowedTags: [...KEPT_TAGS],
    allowedAttributes: Object.fromEntries(Object.entries(ATTRIBUTES).map(([tag, names]) => [tag, [...names]])),
    allowedSchemes: [...SCHEMES],
    allowedSchemesByTag: { img: ["data"] },
    allowProtocolRelative: false,
    nonTextTags: [
      "style",
      "script",
      "textarea",
      "option",
      "noscript",
      "iframe",
      "object",
      "embed",
      "template",
      "title",
    ],
    transformTags: {
      img: (tagName, attribs) => {
        const address = attribs["src"];
        return {
          tagName,
          attribs: address === undefined ? attribs : { ...attribs, src: options.inlineImage(address) },
        };
      },
    },
  });
}
