import { currentLanguage } from "../../language.ts";
import { pageWords } from "../../words/page-words.ts";
import { sentence } from "../../words/punctuation.ts";

const NAMES = { NOTE: "note", TIP: "tip", IMPORTANT: "important", WARNING: "warning", CAUTION: "caution" } as const;

/**
 * Replaces the first line of GitHub alerts by a name in bold, because notebook readers do not know alerts. An alert
 * that begins with bold text already has a name.
 */
export function plainAlerts(markdown: string): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .flatMap((line, index, lines) => {
      const mark = /^[ \t>]*(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
        fence = fence === undefined ? mark : undefined;
      }
      const [, quote = "", kind = ""] = /^([ \t>]*>) ?\[!([A-Z]+)\][ \t]*$/.exec(line) ?? [];
      const name = Object.hasOwn(NAMES, kind)
        ? pageWords(currentLanguage())[NAMES[kind as keyof typeof NAMES]]
        : undefined;
      if (fence !== undefined || name === undefined) return [line];
      return /^[ \t>]*(?:<a id="[^"]*"><\/a>)?\*\*/.test(lines[index + 1] ?? "")
        ? []
        : [`${quote} **${sentence(name)}**`, quote];
    })
    .join("\n");
}
