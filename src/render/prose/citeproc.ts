import type { Citation } from "../../document/types.ts";
import { escapeHtml } from "../text/escape-html.ts";
import type { BibliographyEntry, ParseBibtex } from "./bibliography.ts";
import { joinLists, nameThesis, plainAddresses, plainTex } from "./bibtex-text.ts";
import { orderCitation, orderReference } from "./citation-order.ts";
import type { CitationTexts, ReferenceEntry } from "./citations.ts";
import { ownLocales } from "./csl-locales.ts";

/** The used part of citeproc-js's engine (https://citeproc-js.readthedocs.io). */
interface Engine {
  readonly opt: { readonly development_extensions: Record<string, boolean> };
  readonly sys: Record<string, unknown>;
  rebuildProcessorState(
    citations: readonly object[],
    format: string,
  ): readonly (readonly [id: string, note: number, text: string])[];
  makeBibliography():
    | false
    | readonly [parameters: { readonly entry_ids: readonly (readonly string[])[] }, entries: readonly string[]];
}

export interface StyleOptions {
  readonly name: string;
  readonly xml: string;
  /** Language as a BCP 47 tag. */
  readonly lang: string;
}

export interface Citeproc {
  readonly parseBibtex: ParseBibtex;
  /** XML of the styles that the formatter includes, by name. */
  readonly styles: ReadonlyMap<string, string>;
  format(
    citations: readonly Citation[],
    entries: ReadonlyMap<string, BibliographyEntry>,
    style: StyleOptions,
  ): CitationTexts;
}

let loading: Promise<Citeproc> | undefined;

/** Loads citation-js, with its BibTeX parser and citeproc-js; takes about 300 ms. */
export function loadCiteproc(): Promise<Citeproc> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Citeproc> {
  // The packages are CommonJS; esbuild exports only `default` from these.
  const { plugins, logger } = (await import("@citation-js/core")).default;
  await import("@citation-js/plugin-bibtex");
  await import("@citation-js/plugin-csl");
  logger.level = "silent";
  const csl = plugins.config.get("@csl");
  for (const [name, xml] of ownLocales(csl.locales.get("en-US"))) csl.locales.add(name, xml);
  return {
    // The explicit type keeps citation-js from taking the text for an address and fetching it.
    parseBibtex: (text) =>
      (
        plugins.input.chain(plainTex(text), {
          forceType: "@biblatex/text",
          generateGraph: false,
        }) as BibliographyEntry[]
      ).map((entry) => plainAddresses(nameThesis(joinLists(entry)))),
    styles: new Map(csl.styles.list().map((name) => [name, csl.styles.get(name)])),
    format(citations, entries, { name, xml, lang }) {
      if (!csl.styles.has(name)) csl.styles.add(name, xml);
      const data = [...entries.values()].map((entry) => ({ ...entry, system_id: entry.id }));
      const engine = csl.engine(data, name, localeOf(lang, csl.locales.list()), "html") as unknown as Engine;
      engine.opt.development_extensions["wrap_url_and_doi"] = true;
      const formatted = formatAll(engine, citations, entries);
      const groups = citations.filter(({ items }) => items.length > 1);
      if (groups.length === 0) return ordered(formatted, lang);
      // A citation whose sources are marked loses its parentheses, so the second run, with marks, serves only to tell
      // the sources apart.
      engine.sys["wrapCitationEntry"] = (text: string, id: string) => `${OPEN}${id}${MIDDLE}${text}${CLOSE}`;
      engine.opt.development_extensions["apply_citation_wrapper"] = true;
      const marked = formatAll(engine, citations, entries).texts;
      // citation-js reuses the engine for the next report, so the option is reset.
      engine.opt.development_extensions["apply_citation_wrapper"] = false;
      const texts = new Map(formatted.texts);
      for (const { raw } of groups) texts.set(raw, linkSources(texts.get(raw) ?? "", marked.get(raw) ?? ""));
      return ordered({ ...formatted, texts }, lang);
    },
  };
}

/** The citations and references in the word order of a language. */
function ordered({ texts, references }: CitationTexts, lang: string): CitationTexts {
  return {
    texts: new Map([...texts].map(([raw, html]) => [raw, orderCitation(html, lang)])),
    references: references.map((each) => ({ ...each, html: orderReference(each.html, lang) })),
  };
}

/** Private-use characters around each source of a citation; the formatter leaves them unchanged. */
const [OPEN, MIDDLE, CLOSE] = ["\uE000", "\uE001", "\uE002"];
const SOURCE = /\uE000([^\uE000\uE001]*)\uE001([^\uE000\uE002]*)\uE002/g;

/**
 * Links each source in a citation of several sources to its entry. A citation that the style has collapsed, such as
 * `[1–3]`, stays unchanged.
 * @param marked the same citation with marks around its sources
 */
function linkSources(html: string, marked: string): string {
  let linked = "";
  let rest = html;
  for (const [, id = "", text = ""] of marked.matchAll(SOURCE)) {
    const at = text === "" ? -1 : rest.indexOf(text);
    // Numeric styles do not name the sources.
    if (at < 0 || id === "undefined" || text.includes("<a ")) return html;
    linked += `${rest.slice(0, at)}<a class="cite" href="#ref-${escapeHtml(id)}">${text}</a>`;
    rest = rest.slice(at + text.length);
  }
  return linked + rest;
}

/** Abbreviates `and others` of BibTeX, which the formatter takes for an author named "others". */
function abbreviateOthers(html: string): string {
  return html
    .replace(/,?\s?(?:\b(?:and|und|et|y|e|i|en)|&(?:#38|amp);|和|と)\s?\bothers\b\.?/g, " et al.")
    .replace(/,\sothers\b\.?/g, ", et al.");
}

/** The locale of a language, among the formatter's locales; American English for other languages. */
function localeOf(lang: string, locales: readonly string[]): string {
  const [language = ""] = lang.split("-", 1);
  return (
    locales.find((locale) => locale === lang) ?? locales.find((locale) => locale.startsWith(`${language}-`)) ?? "en-US"
  );
}

function formatAll(
  engine: Engine,
  citations: readonly Citation[],
  entries: ReadonlyMap<string, BibliographyEntry>,
): CitationTexts {
  const clusters = citations.map(({ items, narrative }, index) => ({
    citationID: `c${index}`,
    citationItems: items.map(({ key, prefix, suffix, locator, label, suppressAuthor }) => ({
      id: key,
      prefix,
      suffix,
      ...(locator === undefined ? {} : { locator, label }),
      "suppress-author": suppressAuthor,
    })),
    properties: { noteIndex: 0, ...(narrative ? { mode: "composite" } : {}) },
  }));
  const formatted = new Map(engine.rebuildProcessorState(clusters, "html").map(([id, , text]) => [id, text]));
  const texts = new Map<string, string>();
  for (const [index, { raw, items }] of citations.entries()) {
    const text = formatted.get(`c${index}`) ?? "";
    const [first] = items;
    const named = text.replace("[NO_PRINTED_FORM]", escapeHtml(authorsOf(entries.get(first?.key ?? ""))));
    texts.set(raw, abbreviateOthers(cleanHtml(named)).trim());
  }
  const made = engine.makeBibliography();
  if (made === false) return { texts, references: [] };
  const [{ entry_ids: ids }, bodies] = made;
  return { texts, references: bodies.map((body, index) => referenceOf(String(ids[index]?.[0] ?? ""), body)) };
}

/** Authors as part of a sentence, for styles that do not name them: `Jones and Lins`, `Jones et al.` */
function authorsOf(entry: BibliographyEntry | undefined): string {
  const people = (entry?.["author"] ?? entry?.["editor"]) as
    | readonly { family?: string; literal?: string; given?: string }[]
    | undefined;
  const names = (people ?? []).map(({ family, literal, given }) => family ?? literal ?? given ?? "");
  if (names.length === 0) return String(entry?.["title"] ?? entry?.id ?? "");
  return names.length > 2 ? `${names[0]} et al.` : names.join(" & ");
}

function referenceOf(id: string, body: string): ReferenceEntry {
  const inner = body
    .trim()
    .replace(/^<div class="csl-entry"[^>]*>([\s\S]*)<\/div>$/, "$1")
    .trim();
  const numbered =
    /^<div class="csl-left-margin">([\s\S]*?)<\/div><div class="csl-right-inline">([\s\S]*)<\/div>$/.exec(inner);
  const cleaned = cleanHtml(
    (numbered?.[2] ?? inner)
      .replace(/<\/?div[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  );
  return {
    id,
    html: abbreviateOthers(cleaned),
    number: numbered === null ? undefined : cleanHtml(numbered[1] ?? "").trim(),
  };
}

/**
 * Keeps italics, bold, superscripts, subscripts, small capitals and links to the web. Any other tag in a source becomes
 * text.
 */
function cleanHtml(source: string): string {
  return source
    .replace(/<span style="font-variant: ?small-caps;">/g, '<span class="smallcaps">')
    .replace(/<span (?:style="[^"]*"|class="no(?:case|decor)")>/g, "<span>")
    .replace(/<[^>]*>?/g, (tag) =>
      /^<(?:\/?(?:i|b|sup|sub|span)|span class="smallcaps"|\/a|a href="https?:\/\/[^"<>]*")>$/.test(tag)
        ? tag
        : escapeHtml(tag),
    );
}
