import type { MarkdownIt, Token } from "markdown-it";
import type { Position } from "../errors.ts";
import type { AsideText } from "./prose.ts";

/** The address of a link that the author wrote. */
export interface Link {
  /** The address after Markdown's normalisation: percent-encoded. */
  readonly href: string;
  /** Whether the link stands in raw HTML, whose address the page keeps as written. */
  readonly inHtml: boolean;
  readonly position: Position;
}

/** The address of an image, and its position. */
export interface ImageUse {
  readonly src: string;
  readonly position: Position;
}

const HTML_LINK = /<a\s(?:[^>]*?\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const HTML_IMAGE = /<img\s(?:[^>]*?\s)?src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

/** Collects the links and images of a report from the body, captions and the abstract. */
export function readAddresses(
  markdown: MarkdownIt,
  tokens: readonly Token[],
  asides: readonly AsideText[],
  file: string,
): { readonly links: readonly Link[]; readonly images: readonly ImageUse[] } {
  const links: Link[] = [];
  const images: ImageUse[] = [];
  const visit = (token: Token, line: number, aside: Position | undefined): void => {
    const position = aside ?? { file, line };
    if (token.type === "link_open") links.push({ href: String(token.attrGet("href") ?? ""), inHtml: false, position });
    if (token.type === "image") images.push({ src: String(token.attrGet("src") ?? ""), position });
    if (token.type === "html_inline" || token.type === "html_block") {
      const html = withoutComments(token.content);
      const at = (index: number): Position =>
        aside ?? { file, line: line + html.slice(0, index).split("\n").length - 1 };
      for (const { index, 1: double, 2: single, 3: bare } of html.matchAll(HTML_LINK))
        links.push({ href: double ?? single ?? bare ?? "", inHtml: true, position: at(index) });
      for (const { index, 1: double, 2: single, 3: bare } of html.matchAll(HTML_IMAGE))
        images.push({ src: double ?? single ?? bare ?? "", position: at(index) });
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
  return { links, images };
}

/** HTML in which blanks replace comments; the number of lines stays the same. */
function withoutComments(html: string): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, " "));
}
