import type { MarkdownIt, RendererRule, Token } from "markdown-it";
import type { CitationItem } from "../../document/citation-rules.ts";
import type { Anchor, Heading } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import type { PageWords } from "../../words/page/types.ts";
import { pageWords } from "../../words/page-words.ts";
import { opensReferences } from "../components/references-place.ts";
import type { Computed } from "../expressions/computed.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { isAddressText, printedAddress } from "../prose/bare-link.ts";
import { titleOfAnchor } from "../prose/reference.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { installFloatRules } from "./float-rules.ts";
import { plainText } from "./plain-text.ts";
import { type ProsePass, placeHtml } from "./prose-pass.ts";
import { referenceId, renderReferencesHtml } from "./references.ts";
import { passOf, type Rules, rule } from "./rule.ts";

/** Installs Heapbook's renderer rules in markdown-it. */
export function installProseRules(markdown: MarkdownIt, input: RenderInput): void {
  const headings = new Map(input.report.headings.map((heading) => [heading.id, heading]));
  const rules: Rules = markdown.renderer.rules;
  installValueRules(rules, input);
  installHeadingRules(rules, headings, input);
  installLinkRule(rules, input);
  installBlockRules(rules, input);
  installMathRules(rules, input);
  installFloatRules(rules, input);
  installFootnoteRules(rules, headings, pageWords(input.report.frontMatter.lang));
}

/**
 * Longest computed text, in characters, that never breaks across lines. A number with its unit is shorter; lists of
 * versions are longer.
 */
const LONGEST_UNBROKEN = 24;

/** Installs the rules for expressions `{{ }}`, references `@fig-x` and citations. */
function installValueRules(rules: Rules, input: RenderInput): void {
  const positionOf = (token: Token, pass: ProsePass) => {
    const line = token.meta?.["line"];
    // In the body, lines count from the start of the file. In a caption they count from the caption's start, so
    // `pass.line` is used.
    return { file: input.report.file, line: pass.scope === "" && typeof line === "number" ? line : pass.line };
  };

  rules["expression"] = rule((token, pass) => {
    if (!pass.evaluated) return escapeHtml(String(token.meta?.["raw"] ?? ""));
    return placeHtml(pass, renderComputed(input.evaluate(token.content, positionOf(token, pass))));
  });

  rules["citation"] = rule((token, pass) => renderCitation(token, pass, input));

  rules["reference"] = rule((token, pass) => {
    const anchor = input.report.anchors.get(token.content);
    if (anchor !== undefined) {
      return placeHtml(pass, renderReference(anchor, input, pass));
    }
    if (!pass.evaluated) return escapeHtml(String(token.meta?.["raw"] ?? ""));
    throw new UserError(`Unknown reference \`@${token.content}\`.`, {
      code: "unknown-reference",
      position: positionOf(token, pass),
      exitCode: 1,
    });
  });
}

/** Renders a citation. A citation of one source links to the source's entry in the list of references. */
function renderCitation(token: Token, pass: ProsePass, { citations }: RenderInput): string {
  const raw = String(token.meta?.["raw"] ?? "");
  const text = pass.evaluated ? citations?.texts.get(raw) : undefined;
  if (text === undefined) return escapeHtml(raw);
  const items = token.meta?.["items"] as readonly CitationItem[];
  const isListed = citations?.references.some(({ id }) => id === items[0]?.key) === true;
  const shown = items.length === 1 && isListed && !text.includes("<a ");
  const [key = ""] = items.map((item) => item.key);
  return placeHtml(
    pass,
    shown ? `<a class="cite" href="#${referenceId(key)}">${text}</a>` : `<span class="cite">${text}</span>`,
  );
}

/**
 * Renders a reference as a link with the name of its target: `Figure 1`, or the title of a section without a number.
 */
function renderReference(anchor: Anchor, input: RenderInput, pass: ProsePass): string {
  const title = titleOfAnchor(anchor, input.report);
  const href = escapeHtml(anchor.label);
  if (title === undefined)
    return `<a class="ref" href="#${href}">${nameAnchor(anchor, input.report.frontMatter.lang)}</a>`;
  // A title may be long, so it may break across lines.
  return `<a href="#${href}">${escapeHtml(plainText(title, input, pass))}</a>`;
}

/** Renders a computed number as a link to its cell; its origin is shown on hover and on focus. */
function renderComputed(computed: Computed): string {
  const from = escapeHtml(computed.from);
  const text = escapeHtml(computed.text);
  const classes = computed.text.length > LONGEST_UNBROKEN ? "num num-long" : "num";
  return computed.href === undefined
    ? `<span class="${classes}" data-from="${from}">${text}</span>`
    : `<a class="${classes}" href="${escapeHtml(computed.href)}" data-from="${from}">${text}</a>`;
}

/**
 * Installs the rule for links: links to files and reports get their addresses in the site. Links that a cell printed
 * are not changed.
 */
function installLinkRule(rules: Rules, { linkTargets }: RenderInput): void {
  rules["link_open"] = (tokens, index, options, env, renderer) => {
    const token = tokens[index];
    // In print, the style sheet adds a link's address after its text, except for links of class `bare`.
    if (token !== undefined && isBareLink(tokens, index)) token.attrSet("class", "bare");
    const address = token === undefined ? undefined : addressToPrint(tokens, index);
    if (address !== undefined) token?.attrSet("data-to", address);
    const target = passOf(env).evaluated ? linkTargets?.get(String(token?.attrGet("href"))) : undefined;
    if (token === undefined || target === undefined) return renderer.renderToken(tokens, index, options);
    const title = token.attrGet("title");
    return `<a href="${escapeHtml(target)}"${title === null ? "" : ` title="${escapeHtml(String(title))}"`}>`;
  };
}

/** Whether the text of a link equals its address. */
function isBareLink(tokens: readonly Token[], index: number): boolean {
  const inside = insideLink(tokens, index);
  if (inside.some(({ type, nesting }) => nesting === 0 && type !== "text" && type !== "code_inline")) return false;
  return isAddressText(inside.map(({ content }) => content).join(""), String(tokens[index]?.attrGet("href")));
}

/** The mail address or telephone number of a link whose text lacks it. */
function addressToPrint(tokens: readonly Token[], index: number): string | undefined {
  const text = insideLink(tokens, index).map(({ content }) => content);
  return printedAddress(text.join(""), String(tokens[index]?.attrGet("href")));
}

function insideLink(tokens: readonly Token[], index: number): readonly Token[] {
  const close = tokens.findIndex(({ type }, at) => at > index && type === "link_close");
  return tokens.slice(index + 1, close);
}

/** Installs the rules for headings: section numbers, ids and links. */
function installHeadingRules(rules: Rules, headings: ReadonlyMap<string, Heading>, input: RenderInput): void {
  const words = pageWords(input.report.frontMatter.lang);
  // Headings printed by cells get no id, because two cells may print the same heading.
  const idOf = (token: Token | undefined, pass: ProsePass): string =>
    pass.evaluated ? escapeHtml(String(token?.attrGet("id") ?? "")) : "";

  rules["heading_open"] = rule((token, pass) => {
    const number = headings.get(String(token.attrGet("id") ?? ""))?.number;
    const secno = number === undefined ? "" : `<span class="secno">${number}</span> `;
    const id = idOf(token, pass);
    return id === "" ? `<${token.tag}>` : `<${token.tag} id="${id}">${secno}`;
  });

  rules["heading_close"] = rule((token, pass, tokens, index) => {
    const id = idOf(tokens[index - 2], pass);
    const text = escapeHtml(plainText(tokens[index - 1]?.children ?? [], input, pass));
    const anchor = id === "" ? "" : `<a class="anchor" href="#${id}" aria-label="${words.linkTo} ${text}">#</a>`;
    return `${placeHtml(pass, anchor)}</${token.tag}>\n`;
  });
}

/** Installs the rules for cells, code, tables and the list of references. */
function installBlockRules(rules: Rules, { citations, report }: RenderInput): void {
  const words = pageWords(report.frontMatter.lang);
  rules["fence"] = rule((token, pass) => {
    const label = token.meta?.["cell"];
    if (typeof label === "string") return placeHtml(pass, `${pass.cells.get(label) ?? ""}\n`);
    return placeHtml(pass, renderCode(pass.code.get(token) ?? escapeHtml(token.content)));
  });
  rules["html_block"] = rule((token, pass) => pass.raw.get(token) ?? escapeHtml(token.content));
  rules["html_inline"] = rule((token, pass) => pass.raw.get(token) ?? escapeHtml(token.content));
  rules["code_block"] = rule((token, pass) =>
    placeHtml(pass, renderCode(escapeHtml(token.content.replace(/\n$/, "")))),
  );

  installCalloutRules(rules, words);
  rules["div_open"] = rule((token, pass) => {
    const list = opensReferences(token) && citations !== undefined ? renderReferencesHtml(citations) : "";
    return `<div>\n${placeHtml(pass, list)}`;
  });
  rules["div_close"] = () => "</div>\n";
  rules["stray_div"] = () => "";

  rules["list_item_open"] = (tokens, index, options, env, renderer) => {
    const task = tokens[index]?.meta?.["task"];
    if (task !== "done" && task !== "open") return renderer.renderToken(tokens, index, options);
    const state = task === "done" ? ` checked aria-label="${words.done}"` : ` aria-label="${words.toDo}"`;
    return `<li class="task">${placeHtml(passOf(env), `<input type="checkbox" disabled${state}> `)}`;
  };

  rules["table_open"] = () => '<div class="scroll"><table class="data">';
  rules["table_close"] = () => "</table></div>\n";
  rules["th_open"] = rule((token) => `<th scope="col"${alignmentOf(token)}>`);
  rules["td_open"] = rule((token) => `<td${alignmentOf(token)}>`);

  rules["bullet_list_open"] = rule((_token, _pass, tokens, index) => {
    const heading = tokens[index - 1]?.type === "heading_close" ? tokens[index - 3] : undefined;
    return heading?.attrGet("id") === "references" ? '<ul class="references">\n' : "<ul>\n";
  });
}

/** Installs the rules for callouts. A callout with `collapse="true"`, as in Quarto, is a disclosure (`<details>`). */
function installCalloutRules(rules: Rules, words: PageWords): void {
  const tagsOf = (token: Token): { readonly outer: string; readonly title: string; readonly open: string } => {
    const collapse = token.meta?.["collapse"];
    if (collapse === undefined) return { outer: "aside", title: "p", open: "" };
    return { outer: "details", title: "summary", open: collapse === "open" ? " open" : "" };
  };
  const { note, tip, important, warning, caution } = words;
  const titles: Readonly<Record<string, string>> = { note, tip, important, warning, caution };
  let current = { outer: "aside", title: "p", open: "" };
  rules["callout_open"] = rule((token) => {
    const kind = String(token.meta?.["kind"] ?? "note");
    current = tagsOf(token);
    const title =
      token.meta?.["titled"] === true
        ? ""
        : `<${current.title} class="callout-title">${titles[kind] ?? kind}</${current.title}>\n`;
    // Without `role="note"`, an aside would be a landmark: screen readers list landmarks, and each needs a name.
    const role = current.outer === "aside" ? ' role="note"' : "";
    return `<${current.outer} class="callout"${role} data-kind="${kind}"${current.open}>${title}`;
  });
  // The title is the first token inside its callout, so `current` belongs to the same callout.
  rules["callout_title_open"] = () => `<${current.title} class="callout-title">`;
  rules["callout_title_close"] = () => `</${current.title}>\n`;
  rules["callout_close"] = rule((token) => `</${tagsOf(token).outer}>\n`);
}

/** Installs the rules for formulas, and for the numbers of labelled formulas. */
function installMathRules(rules: Rules, { report }: RenderInput): void {
  rules["math_inline"] = rule((token, pass) => placeHtml(pass, pass.math.get(token) ?? ""));
  rules["math_block"] = rule((token, pass) => {
    const formula = `<div>${pass.math.get(token) ?? ""}</div>`;
    const label = token.meta?.["label"];
    const anchor = typeof label === "string" && pass.evaluated ? report.anchors.get(label) : undefined;
    if (anchor === undefined) return placeHtml(pass, `<div class="equation">${formula}</div>\n`);
    const id = escapeHtml(anchor.label);
    const number = `<a class="eqno" href="#${id}" aria-label="${nameAnchor(anchor, report.frontMatter.lang)}">(${anchor.number})</a>`;
    return placeHtml(pass, `<div class="equation" id="${id}">${formula}${number}</div>\n`);
  });
}

function renderCode(code: string): string {
  return `<div class="code plain"><pre><code>${code}</code></pre></div>\n`;
}

/**
 * CSS class for the alignment of a table cell. markdown-it writes a `style` attribute, which the page's policy refuses.
 */
function alignmentOf(token: Token): string {
  const align = /text-align:\s*(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
  if (align === "right") return ' class="n"';
  return align === "center" ? ' class="centred"' : "";
}

/** Installs the rules for footnotes: references, and the list of footnotes with links back. */
function installFootnoteRules(rules: Rules, headings: ReadonlyMap<string, Heading>, words: PageWords): void {
  const noteOf = (token: Token | undefined, pass: ProsePass): { id: string; number: number; back: string } => {
    const number = Number(token?.meta?.["id"] ?? 0) + 1;
    const again = Number(token?.meta?.["subId"] ?? 0);
    const id = pass.scope === "" ? `${number}` : `${pass.scope}-${number}`;
    return { id, number, back: again > 0 ? `${id}-${again + 1}` : id };
  };
  const noteRule =
    (render: (note: ReturnType<typeof noteOf>) => string): RendererRule =>
    (tokens, index, _options, env) =>
      render(noteOf(tokens[index], passOf(env)));

  rules["footnote_ref"] = noteRule(
    ({ id, number, back }) =>
      `<sup class="fnref" id="fnref-${back}"><a href="#fn-${id}" aria-label="${words.footnote} ${number}">${number}</a></sup>`,
  );
  rules["footnote_open"] = noteRule(({ id }) => `<li id="fn-${id}">`);
  rules["footnote_close"] = () => "</li>\n";
  rules["footnote_anchor"] = noteRule(({ back }) => ` <a href="#fnref-${back}" aria-label="${words.backToText}">↩</a>`);
  rules["footnote_block_open"] = (_tokens, _index, _options, env) => {
    if (passOf(env).scope !== "") return '<ol class="footnotes">\n';
    const id = notesId(headings);
    return `<h2 id="${id}">${words.notes}<a class="anchor" href="#${id}" aria-label="${words.linkTo} ${words.notes}">#</a></h2>\n<ol class="footnotes">\n`;
  };
  rules["footnote_block_close"] = () => "</ol>\n";
}

/** Id of the footnotes' heading: `notes`, or `footnotes` if a section of the author already has the id `notes`. */
export function notesId(headings: ReadonlyMap<string, Heading>): string {
  return headings.has("notes") ? "footnotes" : "notes";
}
