import type { Anchor } from "../../document/types.ts";

const ANCHOR_WORDS: Readonly<Record<Anchor["kind"], string>> = { fig: "Figure", tbl: "Table", sec: "Section" };

/** The text of a reference to the anchor: `Figure 1`, with a no-break space. */
export function nameAnchor(anchor: Anchor): string {
  return `${ANCHOR_WORDS[anchor.kind]}\u00a0${anchor.number}`;
}
