import MarkdownIt, { type MarkdownIt as MarkdownItInstance } from "markdown-it";
import deflist from "markdown-it-deflist";
import footnote from "markdown-it-footnote";
import { addAddressRules } from "./address-rules.ts";
import { addBlockRules } from "./block-rules.ts";
import { addCalloutRules } from "./callout-rules.ts";
import { addCitationRules } from "./citation-rules.ts";
import { addDivRules } from "./div-rules.ts";
import { addFloatRules } from "./float-rules.ts";
import { addHtmlBlockRules } from "./html-block-rules.ts";
import { addInlineRules } from "./inline-rules.ts";
import { addListRules } from "./list-rules.ts";
import { addMathRules } from "./math-rules.ts";
import { addTexBracketRules } from "./tex-brackets.ts";

/**
 * The Markdown of reports: CommonMark with GitHub's tables, strikethrough, addresses (`https://…`, `www.…`, `name@host.org`), alerts and task lists, Pandoc's footnotes,
 * definition lists, formulas, divs, attributes and captions, Quarto's callouts and listings, expressions, references. Exception: HTML
 * without an end is text. The `add…Rules` document the tokens. The renderer sanitises raw
 * HTML, which is kept in its tokens. After `parseReport`, the fence of a cell has `meta` `{ cell: label }`.
 */
export function createMarkdown(): MarkdownItInstance {
  const markdown = new MarkdownIt({ html: true, linkify: true, typographer: false });
  addAddressRules(markdown);
  addHtmlBlockRules(markdown);
  markdown.use(footnote);
  const lineOf = addInlineRules(markdown);
  addMathRules(markdown, lineOf);
  addCitationRules(markdown, lineOf);
  markdown.use(deflist);
  addDivRules(markdown);
  addBlockRules(markdown);
  addCalloutRules(markdown);
  addFloatRules(markdown);
  addListRules(markdown);
  addTexBracketRules(markdown);
  return markdown;
}
