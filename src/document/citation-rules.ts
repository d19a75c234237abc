import type { MarkdownIt, StateInline } from "markdown-it";
import { kindOf } from "./anchors.ts";
import type { LineOf } from "./inline-rules.ts";

/** One source in a citation. */
export interface CitationItem {
  readonly key: string;
  /** Text before the key and after it, as written. */
  readonly prefix: string;
  readonly suffix: string;
  /** Location within the source, and its kind by CSL's names (`page`, `chapter`); undefined for none. */
  readonly locator: string | undefined;
  readonly label: string;
  /** Whether the citation omits the author (`-@key`), because the sentence names the author already. */
  readonly suppressAuthor: boolean;
}

/**
 * Key in markdown-it's environment: whether the report has a bibliography. If so, `@key` in a sentence is a citation.
 */
export const HAS_BIBLIOGRAPHY = "hasBibliography";

/**
 * Adds citations in Pandoc's syntax (https://pandoc.org/MANUAL.html#citation-syntax) to markdown-it: `[@key]`, `[see
 * @a, p. 3; -@b]`. In a report with a bibliography also `@key` and `@key [p. 3]` in a sentence. The token `citation`
 * has `content` as written and `meta` `{ raw, line, items, narrative }`, where `items` is `CitationItem[]`. Exception:
 * `@fig-…` and the like are references.
 */
export function addCitationRules(markdown: MarkdownIt, lineOf: LineOf): void {
  markdown.inline.ruler.before("link", "citation", (state, silent) => {
    const first = state.src.charAt(state.pos);
    const found = first === "[" ? readGroup(state) : first === "@" ? readNarrative(state) : undefined;
    if (found === undefined) return false;
    if (!silent) {
      const token = state.push("citation", "", 0);
      const raw = state.src.slice(state.pos, found.end);
      token.content = raw;
      token.meta = { raw, line: lineOf(state, state.pos), items: found.items, narrative: first === "@" };
    }
    state.pos = found.end;
    return true;
  });
  markdown.renderer.rules["citation"] = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? "");
}

const KEY = "[\\p{L}\\p{N}_](?:[\\p{L}\\p{M}\\p{N}_:.#$%&+?<>~/-]*[\\p{L}\\p{M}\\p{N}_/+])?";
const ITEM = new RegExp(`^([^@]*?)(-?)@(?:\\{([^{}\\s]+)\\}|(${KEY}))([\\s\\S]*)$`, "u");
const NARRATIVE = new RegExp(`@(?:\\{([^{}\\s]+)\\}|(${KEY}))`, "uy");

/**
 * Whether a key is the label of a reference. A label with a capital, `@Fig-b`, counts too and is reported as a mistake.
 */
function namesReference(key: string): boolean {
  return kindOf(key) !== undefined || kindOf(key.charAt(0).toLowerCase() + key.slice(1)) !== undefined;
}

interface Found {
  readonly items: readonly CitationItem[];
  readonly end: number;
}

function readGroup(state: StateInline): Found | undefined {
  const { src, pos, posMax } = state;
  const text = src.slice(pos + 1, Math.min(posMax, pos + 1000));
  const close = /^[^[\]]*\]/.exec(text)?.[0];
  if (close === undefined || !close.includes("@") || /^(?:\(|\[|\{)/.test(src.slice(pos + 1 + close.length, posMax)))
    return undefined;
  const items = close.slice(0, -1).split(";").map(readItem);
  const read = items.filter((item) => item !== undefined);
  if (read.length !== items.length || read.some(({ key }) => namesReference(key))) return undefined;
  return { items: read, end: pos + 1 + close.length };
}

function readNarrative(state: StateInline): Found | undefined {
  const { src, pos, posMax } = state;
  if (state.env?.[HAS_BIBLIOGRAPHY] !== true || (pos > 0 && /[\p{L}\p{N}_]/u.test(src.charAt(pos - 1))))
    return undefined;
  NARRATIVE.lastIndex = pos;
  const match = NARRATIVE.exec(src);
  const key = match?.[1] ?? match?.[2];
  if (match === null || key === undefined || namesReference(key)) return undefined;
  const end = pos + match[0].length;
  const after = /^ \[([^[\]@]+)\](?!\()/.exec(src.slice(end, posMax));
  const { locator, label, suffix } = readLocator(after === null ? "" : `, ${after[1]}`);
  return {
    items: [{ key, prefix: "", suffix, locator, label, suppressAuthor: false }],
    end: end + (after?.[0].length ?? 0),
  };
}

function readItem(text: string): CitationItem | undefined {
  const match = ITEM.exec(text.trim());
  const key = match?.[3] ?? match?.[4];
  // A letter before `@` makes it a mail address, such as ada@example.org.
  if (match === null || key === undefined || /[\p{L}\p{N}]$/u.test(match[1] ?? "")) return undefined;
  return { key, prefix: match[1] ?? "", suppressAuthor: match[2] === "-", ...readLocator(match[5] ?? "") };
}

/** Abbreviations of kinds of locations in a source (`p.`, `ch.`), with CSL's names. */
const LABELS: readonly (readonly [abbreviation: RegExp, label: string])[] = [
  [/^(?:pp?\.|pages?\b|S\.)/, "page"],
  [/^(?:chaps?\.|chapters?\b|Kap\.)/, "chapter"],
  [/^(?:secs?\.|sections?\b|§+)/, "section"],
  [/^(?:figs?\.|figures?\b)/, "figure"],
  [/^(?:vols?\.|volumes?\b)/, "volume"],
  [/^(?:nos?\.)/, "issue"],
  [/^(?:ll?\.|lines?\b)/, "line"],
  [/^(?:paras?\.|paragraphs?\b|¶+)/, "paragraph"],
];

function readLocator(after: string): Pick<CitationItem, "locator" | "label" | "suffix"> {
  const text = after.replace(/^\s*,\s*/, "");
  if (text === after.trim() && !after.startsWith(","))
    return { locator: undefined, label: "page", suffix: after.trimEnd() };
  for (const [abbreviation, label] of LABELS) {
    const match = abbreviation.exec(text);
    if (match === null) continue;
    return { label, ...splitLocator(text.slice(match[0].length).trim()) };
  }
  if (/^\d/.test(text)) return { label: "page", ...splitLocator(text) };
  return { locator: undefined, label: "page", suffix: after.trimEnd() };
}

/** Splits `3-5, my italics` into the numbers, which are the locator, and the rest, which is the suffix. */
function splitLocator(text: string): { readonly locator: string | undefined; readonly suffix: string } {
  const match = /^[\dA-Za-z.]+(?:\s*[-–,&]\s*\d[\dA-Za-z.]*)*/.exec(text);
  return match === null
    ? { locator: undefined, suffix: ` ${text}` }
    : { locator: match[0], suffix: text.slice(match[0].length) };
}
