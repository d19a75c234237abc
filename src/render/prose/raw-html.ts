import type { Token } from "markdown-it";
import { escapeHtml } from "../text/escape-html.ts";
import { type HtmlPiece, readHtmlPieces } from "./html-pieces.ts";
import { findRemoved, isKeptTag } from "./kept-html.ts";
import { walkTokens } from "./tokens.ts";

/** A part of the author's HTML that the page lacks, or shows as text. */
export interface HtmlProblem {
  /** `removed`: the page lacks it. `unclosed`, `closes-nothing`: the page shows the tag as text. */
  readonly kind: "removed" | "unclosed" | "closes-nothing";
  /** The part: `<iframe>`, `` `style` of <b> ``, `<!--`. */
  readonly what: string;
  /** Line of the report, from 1. */
  readonly line: number;
}

/** Raw HTML, made safe so that no part can hide the text after it. */
export interface RawHtml {
  /** The safe HTML of each `html_block` and `html_inline` token; the sanitizer cleans it afterwards. */
  readonly html: ReadonlyMap<Token, string>;
  readonly problems: readonly HtmlProblem[];
  /** For each token, offsets of each `<` in its content that the page shows as text. */
  readonly shown: ReadonlyMap<Token, readonly number[]>;
}

/** A stretch of HTML from one token. Tags are paired only inside one container, such as a list item or a paragraph. */
interface Fragment {
  readonly source: string;
  readonly container: string;
  readonly line: number;
  /** Whether the next fragment closes this `<script>`, `<style>`, `<iframe>` or `<object>`, with only text between. */
  readonly closedByNext: boolean;
}

const VOID = new Set("area base br col embed frame hr img input link meta param source track wbr".split(" "));
const OPTIONAL_END = new Set("caption colgroup dd dt li p rp rt tbody td tfoot th thead tr".split(" "));

/**
 * Elements whose content a browser reads as text, hides, or moves. If one is not closed, the rest of the page vanishes.
 */
const SWALLOWING = new Set(
  "iframe noembed noframes noscript object option optgroup plaintext script select style template textarea title xmp".split(
    " ",
  ),
);

/** What to do with a piece: keep it; show it as `text`; `drop` it with its content; or `pair` it with its other tag. */
type Fate = "keep" | "text" | "drop" | "pair";

interface Piece {
  readonly piece: HtmlPiece;
  readonly fragment: number;
  fate: Fate;
}

/**
 * Makes the raw HTML of tokens safe for the text after it. These become text: a tag that is not closed in its
 * paragraph, list item or document; a closing tag without an opening tag; an incomplete tag or comment.
 * @param line line for tokens without a position, from 1
 */
export function readRawHtml(tokens: readonly Token[], line = 1): RawHtml {
  const raw: { readonly token: Token; readonly fragment: Fragment }[] = [];
  const containers = ["top"];
  let block = line;
  for (const [index, token] of tokens.entries()) {
    if (token.nesting < 0) containers.pop();
    if (token.map !== null) block = token.map[0] + 1;
    const container = containers.at(-1) ?? "top";
    if (token.type === "html_block")
      raw.push({ token, fragment: { source: token.content, container, line: block, closedByNext: false } });
    const inlines = [...walkTokens([token], block)];
    for (const [at, { token: child, line: childLine }] of inlines.entries()) {
      if (child.type !== "html_inline") continue;
      const next = inlines.slice(at + 1, at + 8).find(({ token: each }) => !isText(each))?.token;
      const name = /^<(script|style|iframe|object)\b/i.exec(child.content)?.[1]?.toLowerCase();
      const closedByNext =
        name !== undefined && next?.type === "html_inline" && next.content.toLowerCase().startsWith(`</${name}`);
      const source = child.content;
      raw.push({ token: child, fragment: { source, container: `inline ${index}`, line: childLine, closedByNext } });
    }
    if (token.nesting > 0) containers.push(`${index}`);
  }
  const { texts, problems, shown } = makeSafe(raw.map(({ fragment }) => fragment));
  const byToken = <Value>(values: readonly Value[]): Map<Token, Value> =>
    new Map(raw.map(({ token }, index) => [token, values[index] as Value]));
  return { html: byToken(texts), problems, shown: byToken(shown) };
}

function isText({ type }: Token): boolean {
  return type === "text" || type === "softbreak";
}

/**
 * Makes HTML that a cell displays safe. A tag of an element that could swallow the page becomes text if it is not
 * closed. Other open tags stay, because the sanitizer closes them at the end.
 */
export function closeSwallowing(source: string): string {
  return makeSafe([{ source, container: "top", line: 1, closedByNext: false }], false).texts[0] ?? "";
}

/**
 * Lists what the page loses of HTML that a cell displays: elements removed with their content, style sheets, event
 * handlers, and addresses of links. Tags and attributes that only change the look are not listed.
 * @param line line of the report at which the source begins
 */
export function findLostHtml(source: string, line: number): readonly HtmlProblem[] {
  return makeSafe([{ source, container: "top", line, closedByNext: false }], false).problems.filter(isLoss);
}

/** Whether a removed part changes the meaning, and not only the look. */
export function isLoss({ kind, what }: HtmlProblem): boolean {
  if (kind !== "removed") return false;
  return what.startsWith("<") ? !LOOKS.has(what.slice(1, -1)) : /^(?:the address|`on[a-z]+` of)/.test(what);
}

/**
 * Removed elements that lose nothing but the look: the page keeps their content, or they belong to the frame of a
 * document.
 */
const LOOKS = new Set(
  "base,big,body,center,fieldset,font,form,head,html,label,legend,link,meta,nobr,strike,style scoped,title,tt".split(
    ",",
  ),
);

function makeSafe(fragments: readonly Fragment[], pairs = true) {
  const pieces = fragments.flatMap(({ source }, fragment) =>
    [...readHtmlPieces(source)].map((piece): Piece => ({ piece, fragment, fate: fateAlone(piece) })),
  );
  dropSwallowed(pieces, fragments);
  if (pairs) pairTags(pieces, fragments);
  const texts = fragments.map(() => "");
  const shown: number[][] = fragments.map(() => []);
  const problems: HtmlProblem[] = [];
  const lines = fragments.map(({ source, line }) => lineCounter(source, line));
  for (const { piece, fragment, fate } of pieces) {
    const { source } = fragments[fragment] as Fragment;
    texts[fragment] += textOf(source.slice(piece.start, piece.end), piece, fate);
    const found = problemsOf(piece, fate, source);
    if (found.length === 0) continue;
    if (fate === "text") shown[fragment]?.push(piece.start);
    const line = lines[fragment]?.(piece.start) ?? 1;
    problems.push(...found.map((each) => ({ ...each, line })));
  }
  return { texts, problems, shown };
}

function fateAlone(piece: HtmlPiece): Fate {
  if (piece.kind === "stray") return "text";
  if (piece.kind === "close") return VOID.has(piece.name) ? "text" : "pair";
  if (piece.kind !== "open" || VOID.has(piece.name)) return "keep";
  if (piece.selfClosing) return SWALLOWING.has(piece.name) ? "text" : "keep";
  return "pair";
}

/**
 * Drops each swallowing element, with its content, if it begins and ends in one fragment. The tag of any other
 * swallowing element becomes text.
 */
function dropSwallowed(pieces: readonly Piece[], fragments: readonly Fragment[]): void {
  const closes = new Map<string, number>();
  // The loop runs from the end, so that the next closing tag of each name is known.
  const nextClose = pieces.map(() => -1);
  for (let index = pieces.length - 1; index >= 0; index -= 1) {
    const { piece, fragment } = pieces[index] as Piece;
    if (piece.kind === "close") closes.set(`${fragment} ${piece.name}`, index);
    if (piece.kind === "open") nextClose[index] = closes.get(`${fragment} ${piece.name}`) ?? -1;
  }
  for (let index = 0; index < pieces.length; index += 1) {
    const each = pieces[index] as Piece;
    const { piece } = each;
    if (piece.kind !== "open" || each.fate !== "pair" || !SWALLOWING.has(piece.name)) continue;
    const close = nextClose[index] ?? -1;
    if (close !== -1) {
      for (; index <= close; index += 1) (pieces[index] as Piece).fate = "drop";
      index -= 1;
    } else if (fragments[each.fragment]?.closedByNext !== true) each.fate = "text";
  }
}

/** Pairs all other tags inside each container. A tag without a partner becomes text. */
function pairTags(pieces: readonly Piece[], fragments: readonly Fragment[]): void {
  const openOf = new Map<string, OpenTags>();
  for (const each of pieces) {
    const { piece, fragment, fate } = each;
    if (fate !== "pair" || (piece.kind !== "open" && piece.kind !== "close")) continue;
    const { container } = fragments[fragment] as Fragment;
    const open: OpenTags = openOf.get(container) ?? { tags: [], counts: new Map() };
    openOf.set(container, open);
    const { tags, counts } = open;
    const count = counts.get(piece.name) ?? 0;
    if (piece.kind === "open") {
      tags.push({ name: piece.name, each });
      counts.set(piece.name, count + 1);
      continue;
    }
    each.fate = count === 0 ? "text" : "keep";
    for (let isFound = count === 0; !isFound; ) {
      const last = tags.pop();
      if (last === undefined) break;
      isFound = last.name === piece.name;
      counts.set(last.name, (counts.get(last.name) ?? 1) - 1);
      last.each.fate = isFound || OPTIONAL_END.has(last.name) ? "keep" : "text";
    }
  }
  for (const { tags } of openOf.values())
    for (const { name, each } of tags) each.fate = OPTIONAL_END.has(name) ? "keep" : "text";
}

/** Open tags of one container, and how many have each name. */
interface OpenTags {
  readonly tags: { readonly name: string; readonly each: Piece }[];
  readonly counts: Map<string, number>;
}

const PLAIN_COMMENT = /^<!--(?!-?>)[^<>]*?-->$/;

function textOf(source: string, piece: HtmlPiece, fate: Fate): string {
  if (fate === "drop") return "";
  if (fate === "text") return escapeHtml(source);
  if (piece.kind === "comment") return PLAIN_COMMENT.test(source) ? source : "";
  if (piece.kind === "open" && piece.selfClosing && !VOID.has(piece.name)) {
    return isKeptTag(piece.name) ? `${source.slice(0, -"/>".length).trimEnd()}></${piece.name}>` : "";
  }
  return source;
}

function problemsOf(piece: HtmlPiece, fate: Fate, source: string): readonly Omit<HtmlProblem, "line">[] {
  const isSwallowing = piece.kind === "open" && SWALLOWING.has(piece.name);
  if (fate === "drop" && !isSwallowing) return [];
  if (piece.kind === "stray") {
    const what = /^<!--|^<[!?/]?[\w[-]*/.exec(source.slice(piece.start, piece.start + 40))?.[0] ?? "<";
    return [{ kind: "unclosed", what }];
  }
  if (piece.kind === "close") return fate === "text" ? [{ kind: "closes-nothing", what: `</${piece.name}>` }] : [];
  if (piece.kind !== "open") return [];
  if (fate === "text") return [{ kind: "unclosed", what: `<${piece.name}>` }];
  return findRemoved(piece.name, piece.attributes).map((what) => ({ kind: "removed", what }));
}

/** Returns a function from offsets to lines of the source. Offsets must be passed in ascending order. */
function lineCounter(source: string, first: number): (offset: number) => number {
  let line = first;
  let counted = 0;
  return (offset) => {
    for (; counted < offset; counted += 1) if (source.charCodeAt(counted) === 10) line += 1;
    return line;
  };
}
