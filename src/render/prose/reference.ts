import type { Token } from "markdown-it";
import type { Anchor, Report } from "../../document/types.ts";

/** Tokens of the title that a reference to a section without a number shows; undefined for an anchor with a number. */
export function titleOfAnchor(anchor: Anchor, { tokens }: Pick<Report, "tokens">): readonly Token[] | undefined {
  if (anchor.number !== undefined) return undefined;
  const open = tokens.findIndex((token) => token.type === "heading_open" && token.attrGet("id") === anchor.label);
  const title = open < 0 ? [] : (tokens[open + 1]?.children ?? []);
  // A title that refers to a section would make a circle.
  return title.filter((token) => token.type !== "reference");
}
