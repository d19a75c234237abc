import type { MarkdownIt, Token } from "markdown-it";
import type { Position } from "../errors.ts";
import type { AsideText } from "./prose.ts";

/** The address of a link that the author wrote. */
export interface Link {
  /** As Markdown normalises it: percent-encoded. */
  readonly href: string;
  /** Whether raw HTML holds the link, where the page keeps the address as written. */
  readonly inHtml: boolean;
  readonly position: Position;
}

const HTML_LINK = /<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

/** Collects the links of a report: those of the body, of captions and of the abstract. Images are not links. */
export function readLinks(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  asides: readonly AsideText[],
  file: string,
): Link[] {
  const links: Link[] = [];
  const visit = (token: Token, line: number, aside: Position | undefined): void => {
    const position = aside ?? { file, line };
    if (token.type === "link_open") links.push({ href: String(token.attrGet("href") ?? ""), inHtml: false, position });
    if (token.type === "html_inline" || token.type === "html_block") {
      for (const match of token.content.matchAll(HTML_LINK)) {
        const before = token.content.slice(0, match.index).split("\n").length - 1;
        const href = match[1] ?? match[2] ?? match[3] ?? "";
        links.push({ href, inHtml: true, position: aside ?? { file, line: line + before } });
      }
    }
    let inner = line;
    for (const child of token.children ?? []) {
      visit(child, inner, aside);
      if (child.type === "softbreak" || child.type === "hardbreak") inner += 1;
    }
  };
  let line = 1;
  for (const token of tokens) {
    if (token.map !== null) line = token.map[0] + 1;
    visit(token, line, undefined);
  }
  for (const { source, position } of asides) {
    for (const token of markdown.parseInline(source, {})) visit(token, position.line, position);
  }
  return links;
}
