import type { Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import { findRemovedHtml } from "../../render/prose/sanitize.ts";
import { walkTokens } from "../../render/prose/tokens.ts";

/** Finds raw HTML that the page does not get: warnings `removed-html`, one a line. */
export function findStrippedHtml({ tokens, file }: Report): UserError[] {
  const byLine = new Map<number, Set<string>>();
  for (const { token, line } of walkTokens(tokens, 1)) {
    if (token.type !== "html_block" && token.type !== "html_inline") continue;
    for (const { what, line: offset } of findRemovedHtml(token.content)) {
      byLine.set(line + offset, (byLine.get(line + offset) ?? new Set()).add(what));
    }
  }
  return [...byLine].map(([line, whats]) => {
    return new UserError(`Removed from the HTML: ${[...whats].join(", ")}.`, {
      code: "removed-html",
      position: { file, line },
      hint: "The page's Content-Security-Policy refuses it. Images and callouts have attributes in Markdown.",
    });
  });
}
