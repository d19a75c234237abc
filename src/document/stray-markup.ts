import type { Token } from "markdown-it";
import { nearest, type UserError } from "../errors.ts";
import type { Attributes } from "./attributes.ts";
import { CALLOUT_KINDS } from "./callout-rules.ts";
import { LABEL_LETTERS } from "./label.ts";
import { collectWarnings, isEscaped, type Warn } from "./markup-warnings.ts";
import { findMistypedReferences, findOpenLabel, findSingleBraces, hintForLabel, type Slip } from "./mistyped-markup.ts";

/** Attributes of images that the page uses. */
const IMAGE_KEYS: readonly string[] = ["width", "height", "alt", "fig-alt"];

/**
 * Finds divs and attributes that Heapbook does not understand: warnings `stray-markup` and `bad-attributes`, each at
 * its line. The page shows the content of such divs, and such attributes as text.
 */
export function findStrayMarkup(tokens: readonly Token[], file: string): UserError[] {
  return collectWarnings(file, (warn) => searchStray(tokens, warn));
}

function searchStray(tokens: readonly Token[], warn: Warn): void {
  let line = 1;
  const visit = (token: Token, at: number, source = token.content): void => {
    const meta: Record<string, unknown> = token.meta ?? {};
    const bad = meta["badAttributes"];
    if (token.type === "stray_div")
      warn(
        "stray-markup",
        at,
        `\`${token.content}\` closes nothing.`,
        "Remove the line, or open a div above: ::: {.callout-note}",
      );
    if (token.type === "div_open") warnOfDiv(meta, at, warn);
    if ((token.type === "div_open" || token.type === "callout_open") && meta["unclosed"] === true)
      warn("stray-markup", at, `\`${meta["source"]}\` is not closed.`, "Close it with a line of :::");
    if (token.type === "callout_open" && typeof bad === "string")
      warn("bad-attributes", at, `Some attributes of \`${bad}\` are unknown.`, 'Known: title="…", collapse="true".');
    if (token.type === "fence" && typeof bad === "string")
      warn("bad-attributes", at, `Some attributes of \`${bad}\` are unknown.`, 'Write ```{#lst-walk .js lst-cap="…"}');
    if (token.type === "fence") warnOfUnrun(token, at, warn);
    if (token.type === "image") warnOfImage(meta["attributes"] as Attributes | undefined, at, warn);
    if (token.type === "inline" && /^`{3,}[ \t]*\{/m.test(token.content)) {
      const offset = token.content.slice(0, token.content.search(/^`{3,}[ \t]*\{/m)).split("\n").length - 1;
      warn(
        "stray-markup",
        at + offset,
        "This line opens no code block, because it contains backticks.",
        "Open the block with ~~~ instead of backticks.",
      );
    }
    if (token.type === "text") {
      // Attributes with an escaped brace are meant as text. The source is searched, because the token has lost the
      // backslash.
      const found = [...token.content.matchAll(STRAY_ATTRIBUTES)]
        .map(([, attributes]) => attributes)
        .filter((attributes) => !isEscaped(attributes ?? "", source));
      if (found.length > 0)
        warn(
          "stray-markup",
          at,
          `The attributes ${found.map((attributes) => `\`${attributes}\``).join(", ")} belong to nothing, and the page shows them as text.`,
          hintForLabel(found[0] ?? "") ??
            "Attributes stand after a heading, an image, a formula or the caption of a table. Write \\{ for a brace that is text.",
        );
    }
    if (token.type === "text") {
      for (const [, before, name] of token.content.matchAll(CAPITAL_REFERENCE)) {
        if (isEscaped(`@${name}`, source)) continue;
        const right = `@${name?.charAt(0).toLowerCase()}${name?.slice(1)}`;
        const message = `\`@${name}\` is no reference, because labels are lower case, and the page shows it as text.`;
        warn(
          "stray-markup",
          at,
          message,
          `Did you mean \`${right}\`?${before === "[" ? " It needs no brackets." : ""}`,
        );
      }
    }
    if (token.type === "text")
      for (const { message, hint } of findSlips(token.content)) {
        const [, raw = ""] = /`(.*?)`/.exec(message) ?? [];
        if (!isEscaped(raw, source)) warn("stray-markup", at, message, hint);
      }
    if (token.type === "text") warnOfAddress(token.content, source, at, warn);
    if (token.type === "math_inline" || token.type === "math_block") warnOfExpression(token, at, warn);
    let inner = at;
    for (const child of token.children ?? []) {
      visit(child, inner, source);
      if (child.type === "softbreak" || child.type === "hardbreak") inner += 1;
    }
  };
  for (const [index, token] of tokens.entries()) {
    if (token.map !== null) line = token.map[0] + 1;
    visit(token, line);
    if (token.type === "blockquote_open") warnOfAlert(tokens[index + 2]?.content ?? "", line, warn);
    if (token.type === "heading_open") warnOfHeading(tokens[index + 1]?.content ?? "", line, warn);
    for (const [place, child] of (token.children ?? []).entries()) {
      const format = /^\{=[A-Za-z][\w-]*\}/.exec(token.children?.[place + 1]?.content ?? "")?.[0];
      if (child.type === "code_inline" && format !== undefined)
        warn(
          "stray-markup",
          line,
          `\`${format}\` after \`${child.content}\` is Pandoc's, and the page shows both as text.`,
          "Write HTML without backticks and braces. Other formats have no raw text.",
        );
      const isBracketed =
        token.children?.[place - 1]?.content.endsWith("[") && token.children[place + 1]?.content.startsWith("]");
      if (child.type !== "reference" || isBracketed !== true) continue;
      const at = Number(child.meta?.["line"] ?? line);
      warn(
        "stray-markup",
        at,
        `The brackets around \`@${child.content}\` are shown as text.`,
        `Write @${child.content} without brackets.`,
      );
    }
  }
}

/** Matches a reference with a capital letter, such as `@Fig-a`, and a bracket before it. */
const CAPITAL_REFERENCE = new RegExp(
  `(?<![\\p{L}\\p{N}_@])(\\[?)@((?:Fig|Tbl|Sec|Eq|Lst)-[${LABEL_LETTERS}\\p{M}0-9_-]*[${LABEL_LETTERS}0-9_])`,
  "gu",
);

function findSlips(text: string): readonly Slip[] {
  return [...findMistypedReferences(text), ...findSingleBraces(text), findOpenLabel(text)].filter(
    (slip) => slip !== undefined,
  );
}

/** Matches a link, image, address or definition whose scheme is not allowed, so that Markdown leaves it as text. */
const REFUSED_ADDRESS =
  /(?:\]\([ \t]*<?|^\[[^\]]{1,200}\]:[ \t]*<?|<)((?:javascript|vbscript|file|data):)[^\s>)]{0,60}/im;

function warnOfAddress(text: string, source: string, at: number, warn: Warn): void {
  const found = REFUSED_ADDRESS.exec(text);
  if (found === null || isEscaped(found[0].slice(0, 12), source)) return;
  const scheme = found[1]?.toLowerCase();
  const what = `An address with \`${scheme}\` makes no link and no image, and the page shows it as text.`;
  warn(
    "stray-markup",
    at,
    what,
    scheme === "data:" || scheme === "file:"
      ? "Write the path of a file in the report's folder, relative to that folder."
      : "Write it as code if it is text: `[text](address)`.",
  );
}

/** Warns of an alert with an unknown kind: `> [!FOO]`. */
function warnOfAlert(content: string, at: number, warn: Warn): void {
  const kind = /^\[!([A-Za-z][\w-]*)\](?![([:])/.exec(content)?.[1];
  if (kind === undefined) return;
  const near = nearest(kind.toLowerCase(), CALLOUT_KINDS);
  const hint =
    near === undefined
      ? `Known: ${CALLOUT_KINDS.map((known) => `[!${known.toUpperCase()}]`).join(", ")}.`
      : `Did you mean [!${near.toUpperCase()}]?`;
  warn("stray-markup", at, `\`[!${kind}]\` is no kind of callout, and the page shows it as text in a quote.`, hint);
}

/** Warns of a heading whose label lacks the `#`: `## Method {sec-method}`. */
function warnOfHeading(title: string, at: number, warn: Warn): void {
  const name = /(?<![\\{])\{((?:sec|fig|tbl|eq|lst)-[\p{L}\p{M}\w-]+)\}\s*$/u.exec(title)?.[1];
  if (name === undefined) return;
  const message = `\`{${name}}\` is no label, and the page shows it as text.`;
  warn("stray-markup", at, message, `Write {#${name}}.`);
}

/**
 * Warns of a code block that begins with cell options although its language is not in braces, so that it does not run.
 */
function warnOfUnrun({ info, content }: Token, at: number, warn: Warn): void {
  const language = info.trim().split(/\s/)[0] ?? "";
  if (!/^[a-z][\w-]*$/i.test(language) || !/^[ \t]*(?:\/\/|#)\|[ \t]*[\w-]+[ \t]*:/.test(content)) return;
  const message = "This code block has options of a cell and is not run, because its language is not in braces.";
  warn("stray-markup", at, message, `Write \`\`\`{${language}}.`);
}

/** Warns of an expression in a formula, which TeX reads as nested groups. */
function warnOfExpression(token: Token, at: number, warn: Warn): void {
  const found = /\{\{\s*((?:metric|ratio|percent|bytes|ms|count|interval|env|line|params)\b[^{}]*)\}\}/.exec(
    token.content,
  );
  if (found === null) return;
  const line = Number(token.meta?.["line"] ?? at);
  const hint = "Numbers of results are inserted in text only: write the number beside the formula.";
  warn("stray-markup", line, `\`${found[0]}\` in a formula is not evaluated.`, hint);
}

/** Matches attributes directly after a word, bracket or markup, or at the end of a text. */
const STRAY_ATTRIBUTES = /(?:^|\S|\s(?=\{[#.][A-Za-z][^{}]*\}\s*$))(\{(?:[#.][A-Za-z][^{}]*|[A-Za-z][\w-]*=[^{}]*)\})/g;

function warnOfDiv(meta: Readonly<Record<string, unknown>>, at: number, warn: Warn): void {
  const source = String(meta["source"]);
  const attributes = meta["attributes"] as Attributes | undefined;
  if (attributes === undefined) {
    warn(
      "bad-attributes",
      at,
      `The attributes of \`${source}\` cannot be read.`,
      'Write ::: {.callout-note title="…"}',
    );
    return;
  }
  if (attributes.id === "refs") return;
  const kinds = CALLOUT_KINDS.map((kind) => `callout-${kind}`);
  const name = attributes.classes[0] ?? "";
  const bare = CALLOUT_KINDS.find((kind) => kind === name.toLowerCase());
  const near = bare === undefined ? nearest(name, kinds) : `callout-${bare}`;
  const hint =
    near === undefined
      ? `Known: ${kinds.map((kind) => `{.${kind}}`).join(", ")}, {#refs}.`
      : `Did you mean ::: {.${near}}?`;
  warn("stray-markup", at, `Heapbook does not know \`${source}\`, and shows its content only.`, hint);
}

function warnOfImage(attributes: Attributes | undefined, at: number, warn: Warn): void {
  if (attributes === undefined) return;
  const { classes, values } = attributes;
  const unknown = [
    ...classes.map((name) => `.${name}`),
    ...[...values.keys()].filter((key) => !IMAGE_KEYS.includes(key)),
  ];
  const sizes = ["width", "height"].filter((key) => values.has(key) && !isLength(values.get(key) ?? ""));
  if (unknown.length > 0)
    warn(
      "bad-attributes",
      at,
      `Unknown attributes of the image: ${unknown.join(", ")}.`,
      `Known: {#fig-name ${IMAGE_KEYS.join("=… ")}=…}.`,
    );
  for (const key of sizes)
    warn(
      "bad-attributes",
      at,
      `\`${key}=${values.get(key)}\` is not a length.`,
      "Write a number of pixels, or a number with %, px, cm, mm, in, em or pt.",
    );
}

/** Whether a text is a length that an image may have: `300`, `50%`, `8cm`. */
export function isLength(text: string): boolean {
  return /^\d{1,5}(?:\.\d{1,3})?(?:%|px|cm|mm|in|em|rem|pt)?$/.test(text);
}
