import MarkdownIt, { type MarkdownIt as MarkdownItInstance } from "markdown-it";
import footnote from "markdown-it-footnote";
import { addBlockRules } from "./block-rules.ts";
import { addInlineRules } from "./inline-rules.ts";
import { addMathRules } from "./math-rules.ts";

/**
 * The Markdown of reports: CommonMark with GitHub's tables, strikethrough and alerts, footnotes, formulas, expressions, references,
 * heading attributes and figures. `addInlineRules`, `addMathRules` and `addBlockRules` document the tokens. The renderer sanitises raw
 * HTML, which is kept in its tokens. After `parseReport`, the fence of a cell has `meta` `{ cell: label }`.
 */
export function createMarkdown(): MarkdownItInstance {
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  markdown.use(footnote);
  addMathRules(markdown, addInlineRules(markdown));
  addBlockRules(markdown);
  return markdown;
}
