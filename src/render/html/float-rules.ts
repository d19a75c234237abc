import type { Token } from "markdown-it";
import type { Attributes } from "../../document/attributes.ts";
import { nameAnchor } from "../prose/anchors.ts";
import { describeUnreadImage } from "../prose/image.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { lengthClass } from "./length-class.ts";
import { plainText } from "./plain-text.ts";
import { placeHtml } from "./prose-pass.ts";
import { passOf, type Rules, rule, tokenAt } from "./rule.ts";

/** Installs the renderer rules for images, numbered figures, and tables and listings with captions. */
export function installFloatRules(rules: Rules, input: RenderInput): void {
  const number = (label: unknown): string => {
    const anchor = typeof label === "string" ? input.report.anchors.get(label) : undefined;
    return anchor === undefined
      ? ""
      : `<b>${nameAnchor(anchor, input.report.frontMatter.lang).replace("\u00a0", " ")}.</b> `;
  };

  rules["image"] = (tokens, index, options, env, renderer) => {
    const token = tokenAt(tokens, index);
    const pass = passOf(env);
    const source = pass.images.get(token);
    const alt = plainText(token.children ?? [], input, pass);
    const image = placeHtml(
      pass,
      source === undefined
        ? escapeHtml(describeUnreadImage(String(token.attrGet("src") ?? ""), alt))
        : renderImage(token, source, alt),
    );
    const figure = token.meta?.["figure"];
    if (typeof figure !== "string") return image;
    const caption = renderer.renderInline(token.children ?? [], options, env);
    return `${image}<figcaption>${number(figure)}${caption}</figcaption>`;
  };
  rules["figure_open"] = rule((token, _pass, tokens, index) => {
    const label = String(token.meta?.["figure"] ?? "");
    const image = tokens[index + 1]?.children?.[0];
    if (image !== undefined) image.meta = { ...image.meta, figure: label };
    return `<figure class="figure" id="${escapeHtml(label)}">`;
  });
  rules["figure_close"] = () => "</figure>\n";

  rules["float_open"] = rule((token, pass) => {
    const { kind, label } = token.meta ?? {};
    const id = typeof label === "string" && pass.evaluated ? ` id="${escapeHtml(label)}"` : "";
    return `<figure class="figure ${kind === "lst" ? "lst" : "tbl"}"${id}><figcaption>${pass.evaluated ? number(label) : ""}`;
  });
  rules["float_caption_close"] = () => "</figcaption>\n";
  rules["float_close"] = () => "</figure>\n";
}

/**
 * Renders an image of the prose.
 * @param alt text alternative of an image without `fig-alt` or `alt`
 */
function renderImage(token: Token, source: string, alt: string): string {
  const title = token.attrGet("title");
  const values = (token.meta?.["attributes"] as Attributes | undefined)?.values;
  const classes: string[] = [];
  const sizes: string[] = [];
  for (const key of ["width", "height"] as const) {
    const length = values?.get(key);
    if (length === undefined) continue;
    const pixels = /^(\d+)(?:px)?$/.exec(length)?.[1];
    if (pixels === undefined) classes.push(lengthClass(key, length)?.name ?? "");
    else sizes.push(` ${key}="${pixels}"`);
  }
  const className = classes.filter((name) => name !== "").join(" ");
  const text = values?.get("fig-alt") ?? values?.get("alt");
  return [
    `<img src="${source}" alt="${text === undefined ? alt : escapeHtml(text)}"`,
    ...(className === "" ? [] : [` class="${className}"`]),
    ...sizes,
    ...(title === null ? [] : [` title="${escapeHtml(String(title))}"`]),
    ">",
  ].join("");
}
