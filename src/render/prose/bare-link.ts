import { escapeHtml } from "../text/escape-html.ts";

/**
 * Whether the text of a link is its address, so that print need not add the address. The scheme, `www.`, a slash at the end and
 * percent-encoding make no difference.
 */
export function isAddressText(text: string, href: string): boolean {
  const written = bareAddress(text);
  return written !== "" && written === bareAddress(href);
}

/**
 * What print adds after the text of a link to a mail address or telephone number: the address without its scheme and its
 * fields, such as `ada@example.org`. Undefined for other links, and where the text has the address.
 */
export function printedAddress(text: string, href: string): string | undefined {
  const [, address = ""] = /^(?:mailto|tel):([^?]+)/i.exec(href.trim()) ?? [];
  const shown = decode(address);
  return shown === "" || text.toLowerCase().includes(shown.toLowerCase()) ? undefined : shown;
}

/** An address without what readers leave out: `example.org/a b` of `https://www.example.org/a%20b/`. */
function bareAddress(address: string): string {
  const plain = decode(address.trim())
    .replace(/^(?:[a-z][a-z0-9+.-]*:\/\/|mailto:|tel:|\/\/)/i, "")
    .replace(/^www\./i, "")
    .replace(/\/$/, "");
  const host = /^[^/?#]*/.exec(plain)?.[0] ?? "";
  return host.toLowerCase() + plain.slice(host.length);
}

function decode(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    // A `%` that encodes nothing: the address is compared as it is written.
    return address;
  }
}

/** A link around one text, with tags of its look around that: attributes, address, tags, text, tags. */
const LINK =
  /<a ([^<>]*\bhref="([^"<>]*)"[^<>]*)>((?:<(?:b|code|em|i|span|strong|u)>){0,4})([^<>]+)((?:<\/(?:b|code|em|i|span|strong|u)>){0,4}<\/a>)/g;

/**
 * Gives the class `bare` to each link of sanitized HTML whose text is its address, and to each link to a mail address or
 * telephone number, which its text lacks, the address to print.
 */
export function markBareLinks(html: string): string {
  return html.replace(LINK, (whole, attributes: string, href: string, tags: string, text: string, end: string) => {
    if (!isAddressText(unescapeHtml(text), unescapeHtml(href))) {
      const address = printedAddress(unescapeHtml(text), unescapeHtml(href));
      return address === undefined ? whole : `<a ${attributes} data-to="${escapeHtml(address)}">${tags}${text}${end}`;
    }
    const own = /\bclass="([^"]*)"/.exec(attributes);
    if (own?.[1]?.split(" ").includes("bare") === true) return whole;
    const marked =
      own === null ? `${attributes} class="bare"` : attributes.replace(own[0], () => `class="${own[1]} bare"`);
    return `<a ${marked}>${tags}${text}${end}`;
  });
}

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };

function unescapeHtml(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity);
}
