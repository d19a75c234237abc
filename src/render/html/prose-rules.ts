import type { MarkdownIt, RendererRule, Token } from "markdown-it";
import type { Anchor, Heading } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import type { Computed } from "../expressions/computed.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape.ts";
import { type ProsePass, placeHtml } from "./prose-pass.ts";

const CALLOUT_TITLES: Readonly<Record<string, string>> = {
  note: "Note",
  tip: "Tip",
  important: "Important",
  warning: "Warning",
  caution: "Caution",
};

const ANCHOR_WORDS: Readonly<Record<Anchor["kind"], string>> = { fig: "Figure", tbl: "Table", sec: "Section" };

/** `Figure 1`, with a no-break space: what a reference to the anchor says. */
export function nameAnchor(anchor: Anchor): string {
  return `${ANCHOR_WORDS[anchor.kind]}\u00a0${anchor.number}`;
}

/** What is longer may be broken over lines: names of versions, not a number and its unit. */
const LONGEST_UNBROKEN = 24;

/** A computed number, linked to the cell it came from; where it came from is told on hover and focus. */
export function renderComputed(computed: Computed): string {
  const from = escapeHtml(computed.from);
  const text = escapeHtml(computed.text);
  const classes = computed.text.length > LONGEST_UNBROKEN ? "num num-long" : "num";
  return computed.href === undefined
    ? `<span class="${classes}" data-from="${from}">${text}</span>`
    : `<a class="${classes}" href="${escapeHtml(computed.href)}" data-from="${from}">${text}</a>`;
}

/** Teaches the renderer of markdown-it the components of the page. */
export function installProseRules(markdown: MarkdownIt, input: RenderInput): void {
  const { rules } = markdown.renderer;
  const at = (tokens: readonly Token[], index: number): Token => {
    const token = tokens[index];
    if (token === undefined) throw new Error(`There is no token ${index}.`);
    return token;
  };
  const headings = new Map(input.report.headings.map((heading) => [heading.id, heading]));

  const rule =
    (render: (token: Token, pass: ProsePass, tokens: Token[], index: number) => string): RendererRule =>
    (tokens, index, _options, env) =>
      render(at(tokens, index), passOf(env), tokens, index);

  rules["expression"] = rule((token, pass) => {
    if (!pass.evaluated) return escapeHtml(String(token.meta?.["raw"] ?? ""));
    return placeHtml(pass, renderComputed(input.evaluate(token.content, positionOf(token, pass))));
  });

  rules["reference"] = rule((token, pass) => {
    const anchor = input.report.anchors.get(token.content);
    if (anchor !== undefined) {
      return placeHtml(pass, `<a class="ref" href="#${escapeHtml(anchor.label)}">${nameAnchor(anchor)}</a>`);
    }
    if (!pass.evaluated) return escapeHtml(String(token.meta?.["raw"] ?? ""));
    throw new UserError(`@${token.content} refers to nothing in this report.`, {
      code: "unknown-reference",
      position: positionOf(token, pass),
      exitCode: 1,
    });
  });

  const positionOf = (token: Token, pass: ProsePass) => {
    const line = token.meta?.["line"];
    // Lines of the body count from the file's first; those of a caption say nothing about where it was written.
    return { file: input.report.file, line: pass.scope === "" && typeof line === "number" ? line : pass.line };
  };

  rules["heading_open"] = rule((token, pass) => {
    const id = String(token.attrGet("id") ?? "");
    const number = headings.get(id)?.number;
    const secno = number === undefined ? "" : `<span class="secno">${number}</span> `;
    // Headings that a cell printed take no id: two cells may print the same one.
    return pass.evaluated && id !== "" ? `<${token.tag} id="${escapeHtml(id)}">${secno}` : `<${token.tag}>`;
  });

  rules["heading_close"] = rule((token, pass, tokens, index) => {
    const open = tokens[index - 2];
    const id = String(open?.attrGet("id") ?? "");
    const text = escapeHtml(plainText(tokens[index - 1]?.children ?? [], input, pass));
    const anchor =
      pass.evaluated && id !== ""
        ? `<a class="anchor" href="#${escapeHtml(id)}" aria-label="Link to ${text}">#</a>`
        : "";
    return `${placeHtml(pass, anchor)}</${token.tag}>\n`;
  });

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
  rules["th_open"] = rule((token) => `<th scope="col"${alignment(token)}>`);
  rules["td_open"] = rule((token) => `<td${alignment(token)}>`);

  rules["image"] = (tokens, index, options, env, renderer) => {
    const token = at(tokens, index);
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

  rules["bullet_list_open"] = rule((_token, _pass, tokens, index) => {
    const heading = tokens[index - 1]?.type === "heading_close" ? tokens[index - 3] : undefined;
    return heading?.attrGet("id") === "references" ? '<ul class="references">\n' : "<ul>\n";
  });

  installFootnoteRules(markdown, headings);
}

function installFootnoteRules(markdown: MarkdownIt, headings: ReadonlyMap<string, Heading>): void {
  const { rules } = markdown.renderer;
  const noteOf = (token: Token | undefined, pass: ProsePass): { id: string; number: number; back: string } => {
    const number = Number(token?.meta?.["id"] ?? 0) + 1;
    const again = Number(token?.meta?.["subId"] ?? 0);
    const id = pass.scope === "" ? `${number}` : `${pass.scope}-${number}`;
    return { id, number, back: again > 0 ? `${id}-${again + 1}` : id };
  };
  const named =
    (render: (note: ReturnType<typeof noteOf>) => string): RendererRule =>
    (tokens, index, _options, env) =>
      render(noteOf(tokens[index], passOf(env)));

  rules["footnote_ref"] = named(
    ({ id, number, back }) =>
      `<sup class="fnref" id="fnref-${back}"><a href="#fn-${id}" aria-label="Footnote ${number}">${number}</a></sup>`,
  );
  rules["footnote_open"] = named(({ id }) => `<li id="fn-${id}">`);
  rules["footnote_close"] = () => "</li>\n";
  rules["footnote_anchor"] = named(({ back }) => ` <a href="#fnref-${back}" aria-label="Back to the text">↩</a>`);
  rules["footnote_block_open"] = (_tokens, _index, _options, env) => {
    if (passOf(env).scope !== "") return '<ol class="footnotes">\n';
    const id = notesId(headings);
    return `<h2 id="${id}">Notes<a class="anchor" href="#${id}" aria-label="Link to Notes">#</a></h2>\n<ol class="footnotes">\n`;
  };
  rules["footnote_block_close"] = () => "</ol>\n";
}

/** Id of the heading over the footnotes: the author may have a section called Notes. */
export function notesId(headings: ReadonlyMap<string, Heading>): string {
  return headings.has("notes") ? "footnotes" : "notes";
}

/** Inline tokens as text, for places that hold no markup: contents, `alt`, `aria-label`. */
export function plainText(
  tokens: readonly Token[],
  input: RenderInput,
  pass: Pick<ProsePass, "evaluated" | "line">,
): string {
  return tokens
    .map((token) => {
      if (token.type === "expression" && pass.evaluated) {
        const line = Number(token.meta?.["line"] ?? pass.line);
        return input.evaluate(token.content, { file: input.report.file, line }).text;
      }
      if (token.type === "reference") {
        const anchor = input.report.anchors.get(token.content);
        return anchor === undefined ? String(token.meta?.["raw"] ?? "") : nameAnchor(anchor);
      }
      if (token.type === "softbreak" || token.type === "hardbreak") return " ";
      if (token.type === "html_inline") return "";
      if (token.type === "expression") return String(token.meta?.["raw"] ?? "");
      return token.children === null ? token.content : plainText(token.children, input, pass);
    })
    .join("");
}

function renderCode(code: string): string {
  return `<div class="code plain"><pre><code>${code}</code></pre></div>\n`;
}

/** markdown-it aligns columns with a `style`, which the page's policy refuses. */
function alignment(token: Token): string {
  const align = /text-align:\s*(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
  if (align === "right") return ' class="n"';
  return align === "center" ? ' class="centred"' : "";
}

function passOf(env: unknown): ProsePass {
  const pass = (env as { readonly pass?: ProsePass } | undefined)?.pass;
  if (pass === undefined) throw new Error("Prose was rendered without a pass.");
  return pass;
}
