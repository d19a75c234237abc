import type { Token } from "markdown-it";

/**
 * Whether the author wrote this heading for a section that Heapbook can make, such as the list of references. True if
 * the heading's text is one of the titles, or its id is made from a title (`claims`). A label alone does not count:
 * `## Reference counting {#sec-references}` is another section.
 *
 * @param heading index of the token that opens the heading
 */
export function isOwnSection(tokens: readonly Token[], heading: number, titles: readonly string[]): boolean {
  const open = tokens[heading];
  if (open?.type !== "heading_open" || open.level !== 0) return false;
  const text = (tokens[heading + 1]?.content ?? "").replace(/[*_`]/g, "").trim().toLowerCase();
  return titles.some((title) => {
    const lower = title.toLowerCase();
    return text === lower || open.attrGet("id") === lower.replaceAll(" ", "-");
  });
}
