import type { Anchor } from "../../document/types.ts";

const ANCHOR_WORDS: Readonly<Record<Anchor["kind"], string>> = {
  fig: "Figure",
  tbl: "Table",
  sec: "Section",
  eq: "Equation",
  lst: "Listing",
};

/** The text of a reference to an anchor with a number: `Figure 1`, with a no-break space. */
export function nameAnchor(anchor: Anchor): string {
  return `${ANCHOR_WORDS[anchor.kind]}\u00a0${anchor.number}`;
}
