import { markBareLinks } from "./bare-link.ts";
import { describeUnreadImage } from "./image.ts";
import { KEPT_ATTRIBUTES, KEPT_TAGS, keptSchemesOf, PLAIN_TAGS } from "./kept-html.ts";
import { closeSwallowing } from "./raw-html.ts";

const VOID_TAGS = new Set(["br", "hr", "wbr"]);

const TAG =
  /<(\/?)([a-z][a-z0-9]*)((?:\s+(?:class="[\w -]*"|open|colspan="\d+"|rowspan="\d+"))*)\s*\/?>|<!--(?!-?>)[^<>]*?-->|</gi;

/**
 * Whether HTML consists only of plain tags, correctly nested. Most HTML of authors does (`<kbd>`, `<details>`), and
 * needs no sanitizer, which takes 60 ms to load. False for anything that this function does not recognise.
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

export interface SanitizeOptions {
  /** Returns the `data:` URI of an image; undefined for an image that is shown as text. */
  readonly inlineImage: (address: string) => string | undefined;
}

/**
 * Removes everything that runs, or that the page's Content-Security-Policy refuses: `style`, event handlers, scripts,
 * frames, forms, and addresses other than images and allowed links (see `isKeptScheme`). Replaces images by `data:`
 * URIs. A tag after which a browser would hide the rest, such as an open `<title>`, becomes text. A link whose text is its address
 * gets the class `bare`.
 */
export async function sanitizeHtml(source: string, options: SanitizeOptions): Promise<string> {
  if (isPlainHtml(source)) return source;
  const { default: sanitize } = await import("sanitize-html");
  const clean = sanitize(closeSwallowing(source), {
    allowedTags: [...KEPT_TAGS],
    allowedAttributes: Object.fromEntries(Object.entries(KEPT_ATTRIBUTES).map(([tag, names]) => [tag, [...names]])),
    allowedSchemes: [...keptSchemesOf(source)],
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
      // In older HTML, `name` makes an element the target of links, as an id does.
      a: (tagName, { name, ...attribs }) => ({
        tagName,
        attribs: name === undefined ? attribs : { id: name, ...attribs },
      }),
      img: (tagName, attribs) => {
        const address = attribs["src"];
        if (address === undefined) return { tagName, attribs };
        const src = options.inlineImage(address);
        if (src !== undefined) return { tagName, attribs: { ...attribs, src } };
        return { tagName: "span", attribs: {}, text: describeUnreadImage(address, attribs["alt"] ?? "") };
      },
    },
  });
  return markBareLinks(clean);
}
