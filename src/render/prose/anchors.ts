import type { Anchor } from "../../document/types.ts";
import { pageWords } from "../../words/page-words.ts";

/**
 * The text of a reference to a numbered target: `Figure 1`, `Abbildung 1`, `Appendix A`, with a no-break space.
 * @param lang language of the report
 */
export function nameAnchor({ kind, number = "" }: Anchor, lang: string): string {
  const words = pageWords(lang);
  const word = kind === "sec" && /^[A-Z]/.test(number) ? words.appendix : words[kind];
  return `${word}\u00a0${number}`;
}
