import type { Token } from "markdown-it";
import type { Attributes } from "../../document/attributes.ts";
import type { FloatMeta } from "../../document/float-rules.ts";
import { nameAnchor } from "../prose/anchors.ts";
import type { RenderInput } from "../renderer.ts";
import { escapeHtml } from "../text/escape-html.ts";
import type { AlertPrefix } from "./callout-edits.ts";
import { replaceInline } from "./inline-text.ts";
import type { Edit } from "./text-edits.ts";

/** Fields of the render input that these edits read. */
type Input = Pick<RenderInput, "report" | "evaluate" | "citations">;

/** The caption of a table or a listing, beginning with its number. */
function captionOf(float: Token, inline: Token | undefined, input: Input): string {
  const { label } = float.meta as unknown as FloatMeta;
  const anchor = label === undefined ? undefined : input.report.anchors.get(label);
  const line = (float.map?.[0] ?? 0) + 1;
  const text = replaceInline(inline?.content ?? "", inline?.children ?? [], line, input);
  return [anchor === undefined ? "" : `**${nameAnchor(anchor, input.report.frontMatter.lang)}.**`, text]
    .filter((part) => part !== "")
    .join(" ");
}

/** Replaces the mark `: ` before a table's caption by the table's number, and removes the label. */
export function tableCaptionEdits(float: Token, input: Input, start: number, end: number): readonly Edit[] {
  const { label, adjoins } = float.meta as unknown as FloatMeta;
  const text = input.report.source.slice(start, end);
  const mark = /^([^:T\n]*?)(?::|Table:)[ \t]+/.exec(text);
  if (mark === null) return [];
  const anchor = label === undefined ? undefined : input.report.anchors.get(label);
  const prefix = mark[1] ?? "";
  const number = anchor === undefined ? "" : `**${nameAnchor(anchor, input.report.frontMatter.lang)}.** `;
  const blank = adjoins ? `\n${prefix}` : "";
  const edits: Edit[] = [{ start: start + prefix.length, end: start + mark[0].length, text: `${blank}${number}` }];
  const attributes =
    label === undefined ? null : /(?<![ \t])[ \t]*\{#[^{}]*\}[ \t]*(?:\|[ \t]*)*(?=\n?$)/.exec(text.trimEnd());
  if (attributes !== null) {
    edits.push({ start: start + attributes.index, end: start + attributes.index + attributes[0].length, text: "" });
  }
  return edits;
}

/**
 * Replaces the opening line of a fence that has attributes: writes the caption, then a fence with only the language.
 * @param float the token that opens the listing; undefined for a fence without a label and a caption
 */
export function listingEdits(
  fence: Token,
  float: { readonly open: Token; readonly caption: Token | undefined } | undefined,
  prefix: AlertPrefix | undefined,
  input: Input,
  start: number,
): readonly Edit[] {
  const [line = ""] = input.report.source.slice(start).split("\n", 1);
  const match = /`{3,}|~{3,}/.exec(line);
  if (match === null) return [];
  const outer = line.slice(0, match.index);
  const first =
    prefix === undefined ? outer : outer.slice(0, prefix.column) + prefix.marks + outer.slice(prefix.column);
  const next = first.replace(/[^>\s]/g, " ");
  const opening = `${match[0]}${fence.info}`;
  const caption = float === undefined ? "" : captionOf(float.open, float.caption, input);
  const text = caption === "" ? `${first}${opening}` : `${first}${caption}\n${next.trimEnd()}\n${next}${opening}`;
  return [{ start, end: start + line.length, text }];
}

/** Writes a term in bold and its definitions as a list, because GitHub has no definition lists. */
export function definitionEdits(
  token: Token,
  inline: Token | undefined,
  source: string,
  [start, end]: readonly [number, number],
): readonly Edit[] {
  if (token.type === "dd_open") {
    // A definition may follow a blank line.
    const mark = /^[ \t>]*[:~](?=[ \t])/m.exec(source.slice(start, end));
    if (mark === null) return [];
    const after = start + mark.index + mark[0].length;
    return [{ start: after - 1, end: after, text: "-" }];
  }
  const [line = ""] = source.slice(start).split("\n", 1);
  const at = line.indexOf(inline?.content ?? "");
  if (at < 0 || inline === undefined) return [];
  const before = source.slice(0, start).split("\n").at(-2) ?? "";
  const begin = start + at;
  const after = begin + inline.content.length;
  const blank = /^[\s>]*$/.test(before) ? "" : `\n${line.slice(0, at)}`;
  return [
    { start: begin, end: begin, text: `${blank}**` },
    { start: after, end: after, text: "**" },
  ];
}

/**
 * An image with a width or height as HTML, so that GitHub shows it in this size; undefined for an image without either.
 */
export function sizedImage(image: Token, input: Input, line: number): string | undefined {
  const values = (image.meta?.["attributes"] as Attributes | undefined)?.values;
  const sizes = (["width", "height"] as const).flatMap((key) => {
    const length = values?.get(key);
    return length === undefined ? [] : [` ${key}="${escapeHtml(length.replace(/px$/, ""))}"`];
  });
  if (sizes.length === 0) return undefined;
  const alt = values?.get("fig-alt") ?? values?.get("alt") ?? textOf(image.children ?? [], input, line);
  return `<img src="${escapeHtml(String(image.attrGet("src") ?? ""))}" alt="${escapeHtml(alt)}"${sizes.join("")}>`;
}

function textOf(tokens: readonly Token[], input: Input, line: number): string {
  return tokens
    .map((token) => {
      if (token.type === "expression") return input.evaluate(token.content, { file: input.report.file, line }).text;
      if (token.children !== null) return textOf(token.children, input, line);
      return token.type === "softbreak" ? " " : token.content;
    })
    .join("");
}
