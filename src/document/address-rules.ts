import type { MarkdownIt } from "markdown-it";

/** Longest rest of an address that begins with `www.`, in characters. */
const LONGEST = 2000;

/** What stands before `www.` inside of another address: `https://name@www.example.org`. */
const INSIDE_ADDRESS = /[\p{L}\p{N}@/._-]/u;

/** The end of an address of mail. */
const ENDS_IN_NAME = /\.\p{L}[\p{L}\p{N}-]+(?:\?|$)/u;

/**
 * Makes links of addresses in text, as GitHub does: with a scheme (`https://…`), beginning with `www.`, and of mail
 * (`ada@example.org`). Other names of hosts (`node.js.org`, `report.md`) are text.
 */
export function addAddressRules(markdown: MarkdownIt): void {
  const { linkify } = markdown;
  linkify.set({ fuzzyLink: false, fuzzyEmail: true });
  const match = linkify.match.bind(linkify);
  // The library also takes versions for hosts: `react@18.2.0`.
  linkify.match = (text) =>
    match(text)?.filter(({ schema, raw }) => schema !== "mailto:" || ENDS_IN_NAME.test(raw)) ?? null;
  linkify.add("www.", {
    validate(text, position, { re }) {
      if (INSIDE_ADDRESS.test(text.charAt(position - "www.".length - 1))) return 0;
      const pattern = re.get_http_validator();
      pattern.lastIndex = 0;
      const rest = text.slice(position, position + LONGEST);
      const [found] = pattern.exec(`//${rest}`) ?? [""];
      // A domain has a dot after `www.`: `www.example` alone is no address.
      return /^\/\/[^/?#]*[^./?#]\.[^./?#]/.test(found) ? found.length - "//".length : 0;
    },
    normalize(match) {
      match.url = `http://${match.url}`;
    },
  });
}
