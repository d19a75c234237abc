import type { MarkdownIt, RendererRule, Token } from "markdown-it";
import type { Anchor, Heading } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import type { Computed } from "../expressions/computed.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { titleOfAnchor } from "../prose/reference.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { plainText } from "./plain-text.ts";
import { type ProsePass, placeHtml } from "./prose-pass.ts";

/** Adds the components of the page to the renderer of markdown-it. */
export function installProseRules(markdown: MarkdownIt, input: RenderInput): void {
  const headings = new Map(input.report.headings.map((heading) => [heading.id, heading]));
  const rules: Rules = markdown.renderer.rules;
  installValueRules(rules, input);
  installHeadingRules(rules, headings, input);
  installBlockRules(rules);
  installMathRules(rules, input);
  installFigureRules(rules, input);
  installFootnoteRules(rules, headings);
}

type Rules = MarkdownIt["renderer"]["rules"];

/** A rule that gets its token and the pass. */
function rule(render: (token: Token, pass: ProsePass, tokens: Token[], index: number) => string): RendererRule {
  return (tokens, index, _options, env) => render(tokenAt(tokens, index), passOf(env), tokens, index);
}

function tokenAt(tokens: readonly Token[], index: number): Token {
  const token = tokens[index];
  if (token === undefined) throw new Error(`No token at index ${index}`);
  return token;
}

function passOf(env: unknown): ProsePass {
  const pass = (env as { readonly pass?: ProsePass } | undefined)?.pass;
  if (pass === undefined) throw new Error("Prose rendered without a pass");
  return pass;
}

/** A computed text longer than this may break over lines: versions do, a number and its unit do not. */
const LONGEST_UNBROKEN = 24;

/** `{{ }}` and `@fig-x`. */
function installValueRules(rules: Rules, input: RenderInput): void {
  const positionOf = (token: Token, pass: ProsePass) => {
    const line = token.meta?.["line"];
    // Lines of the body count from the start of the file; lines of a caption count from the start of the caption.
    return { file: input.report.file, line: pass.scope === "" && typeof line === "number" ? line : pass.line };
  };

  rules["expression"] = rule((token, pass) => {
    if (!pass.evaluated) return escapeHtml(String(token.meta?.["raw"] ?? ""));
    return placeHtml(pass, renderComputed(input.evaluate(token.content, positionOf(token, pass))));
  });

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

/** A link to what the reference names: `Figure 1`, or the title of a section without a number. */
function renderReference(anchor: Anchor, input: RenderInput, pass: ProsePass): string {
  const title = titleOfAnchor(anchor, input.report);
  const href = escapeHtml(anchor.label);
  if (title === undefined) return `<a class="ref" href="#${href}">${nameAnchor(anchor)}</a>`;
  // A title may be long, so it may break over lines.
  return `<a href="#${href}">${escapeHtml(plainText(title, input, pass))}</a>`;
}

/** A computed number, linked to its cell; its origin appears on hover and on focus. */
function renderComputed(computed: Computed): string {
  const from = escapeHtml(computed.from);
  const text = escapeHtml(computed.text);
  const classes = computed.text.length > LONGEST_UNBROKEN ? "num num-long" : "num";
  return computed.href === undefined
    ? `<span class="${classes}" data-from="${from}">${text}</span>`
    : `<a class="${classes}" href="${escapeHtml(computed.href)}" data-from="${from}">${text}</a>`;
}

/** Section numbers, ids and links of headings. */
function installHeadingRules(rules: Rules, headings: ReadonlyMap<string, Heading>, input: RenderInput): void {
  // Headings that a cell printed get no id, because two cells may print the same heading.
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
    const anchor = id === "" ? "" : `<a class="anchor" href="#${id}" aria-label="Link to ${text}">#</a>`;
    return `${placeHtml(pass, anchor)}</${token.tag}>\n`;
  });
}

const CALLOUT_TITLES: Readonly<Record<string, string>> = {
  note: "Note",
  tip: "Tip",
  important: "Important",
  warning: "Warning",
  caution: "Caution",
};

/** Cells, code, callouts, tables and the list of references. */
function installBlockRules(rules: Rules): void {
  rules["fence"] = rule((token, pass) => {
    const label = token.meta?.["cell"];
    if (typeof label === "string") return placeHtml(pass, `${pass.cells.get(label) ?? ""}\n`);
    return placeHtml(pass, renderCode(pass.code.get(token) ?? escapeHtml(token.content)));
  });
  rules["code_block"] = rule((token, pass) =>
    placeHtml(pass, renderCode(escapeHtml(token.content.replace(/\n$/, "")))),
  );

  rules["callout_open"] = rule((token) => {
    const kind = String(token.meta?.["kind"] ?? "note");
    return `<aside class="callout" data-kind="${kind}"><p class="callout-title">${CALLOUT_TITLES[kind] ?? kind}</p>\n`;
  });
  rules["callout_close"] = () => "</aside>\n";

  rules["table_open"] = () => '<div class="scroll"><table class="data">';
  rules["table_close"] = () => "</table></div>\n";
  rules["th_open"] = rule((token) => `<th scope="col"${alignmentOf(token)}>`);
  rules["td_open"] = rule((token) => `<td${alignmentOf(token)}>`);

  rules["bullet_list_open"] = rule((_token, _pass, tokens, index) => {
    const heading = tokens[index - 1]?.type === "heading_close" ? tokens[index - 3] : undefined;
    return heading?.attrGet("id") === "references" ? '<ul class="references">\n' : "<ul>\n";
  });
}

/** Formulas, and the numbers of those with a label. */
function installMathRules(rules: Rules, { report }: RenderInput): void {
  rules["math_inline"] = rule((token, pass) => placeHtml(pass, pass.math.get(token) ?? ""));
  rules["math_block"] = rule((token, pass) => {
    const formula = `<div>${pass.math.get(token) ?? ""}</div>`;
    const label = token.meta?.["label"];
    const anchor = typeof label === "string" && pass.evaluated ? report.anchors.get(label) : undefined;
    if (anchor === undefined) return placeHtml(pass, `<div class="equation">${formula}</div>\n`);
    const id = escapeHtml(anchor.label);
    const number = `<a class="eqno" href="#${id}" aria-label="${nameAnchor(anchor)}">(${anchor.number})</a>`;
    return placeHtml(pass, `<div class="equation" id="${id}">${formula}${number}</div>\n`);
  });
}

function renderCode(code: string): string {
  return `<div class="code plain"><pre><code>${code}</code></pre></div>\n`;
}

/** The class for the alignment of a column. markdown-it aligns with `style`, which the page's policy refuses. */
function alignmentOf(token: Token): string {
  const align = /text-align:\s*(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
  if (align === "right") return ' class="n"';
  return align === "center" ? ' class="centred"' : "";
}

/** Images, and those with a `{#fig-x}` as numbered figures. */
function installFigureRules(rules: Rules, input: RenderInput): void {
  rules["image"] = (tokens, index, options, env, renderer) => {
    const token = tokenAt(tokens, index);
    const pass = passOf(env);
    const title = token.attrGet("title");
    const alt = escapeHtml(plainText(token.children ?? [], input, pass));
    const image = `<img src="${pass.images.get(token) ?? ""}" alt="${alt}"${title === null ? "" : ` title="${escapeHtml(String(title))}"`}>`;
    const figure = token.meta?.["figure"];
    if (typeof figure !== "string") return placeHtml(pass, image);
    const caption = renderer.renderInline(token.children ?? [], options, env);
    const number = input.report.anchors.get(figure)?.number ?? "";
    return `${placeHtml(pass, image)}<figcaption><b>Figure ${number}.</b> ${caption}</figcaption>`;
  };
  rules["figure_open"] = rule((token, _pass, tokens, index) => {
    const label = String(token.meta?.["figure"] ?? "");
    const image = tokens[index + 1]?.children?.[0];
    if (image !== undefined) image.meta = { ...image.meta, figure: label };
    return `<figure class="figure" id="${escapeHtml(label)}">`;
  });
  rules["figure_close"] = () => "</figure>\n";
}

/** References to footnotes, and the footnotes with links back. */
function installFootnoteRules(rules: Rules, headings: ReadonlyMap<string, Heading>): void {
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
      `<sup class="fnref" id="fnref-${back}"><a href="#fn-${id}" aria-label="Footnote ${number}">${number}</a></sup>`,
  );
  rules["footnote_open"] = noteRule(({ id }) => `<li id="fn-${id}">`);
  rules["footnote_close"] = () => "</li>\n";
  rules["footnote_anchor"] = noteRule(({ back }) => ` <a href="#fnref-${back}" aria-label="Back to the text">↩</a>`);
  rules["footnote_block_open"] = (_tokens, _index, _options, env) => {
    if (passOf(env).scope !== "") return '<ol class="footnotes">\n';
    const id = notesId(headings);
    return `<h2 id="${id}">Notes<a class="anchor" href="#${id}" aria-label="Link to Notes">#</a></h2>\n<ol class="footnotes">\n`;
  };
  rules["footnote_block_close"] = () => "</ol>\n";
}

/** Id of the heading of the footnotes: `notes`, or `footnotes` where the author has a section with the id `notes`. */
export function notesId(headings: ReadonlyMap<string, Heading>): string {
  return headings.has("notes") ? "footnotes" : "notes";
}
