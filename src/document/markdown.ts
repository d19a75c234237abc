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
 * Makes the Markdown parser of reports. It understands CommonMark; GitHub's tables, strikethrough, addresses
 * (`https://…`, `www.…`, `name@host.org`), alerts and task lists; Pandoc's footnotes, definition lists, formulas, divs, attributes and captions;
 * Quarto's callouts and listings; expressions and references. The `add…Rules` functions document the tokens. Exception:
 * HTML without an end is text. Tokens keep raw HTML, which the renderer sanitises. After `parseReport`, `meta` of a
 * cell's fence is `{ cell: label }`.
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
