import type { Token } from "markdown-it";
import type { Anchor, Report } from "../../document/types.ts";

/** Tokens of the title that stands for a reference to a section without a number; undefined for a numbered target. */
export function titleOfAnchor(anchor: Anchor, { tokens }: Pick<Report, "tokens">): readonly Token[] | undefined {
  if (anchor.number !== undefined) return undefined;
  const open = tokens.findIndex((token) => token.type === "heading_open" && token.attrGet("id") === anchor.label);
  const title = open < 0 ? [] : (tokens[open + 1]?.children ?? []);
  // References inside a title are dropped, because two titles could refer to each other without end.
  return title.filter((token) => token.type !== "reference");
}
