// Bundled with MiniSearch into the index of a site. The sections stand in the page, because a page opened from a file can fetch nothing.
import MiniSearch from "minisearch";
import { fold, foldLetters } from "./fold.js";

const box = document.querySelector(".search");
const field = box.querySelector("input");
const status = box.querySelector(".search-status");
const list = box.querySelector(".search-results");
const MOST_RESULTS = 20;
const AROUND = 90;

let data;
let index;
/** The index is made at the first use of the field, so that opening the page stays fast. */
const open = () => {
  if (index !== undefined) return;
  data = JSON.parse(document.getElementById("search-sections").textContent);
  index = new MiniSearch({
    fields: ["title", "text", "report"],
    extractField: (section, name) =>
      name === "report"
        ? section.id === ""
          ? data.reports[section.report].title
          : ""
        : name === "key"
          ? section.key
          : section[name],
    idField: "key",
    // Letters of languages without blanks between words are words of their own.
    tokenize: (text) =>
      text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}_]+/gu) ?? [],
    processTerm: fold,
    searchOptions: {
      boost: { report: 6, title: 3 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 5 ? 0.15 : false),
      combineWith: "AND",
    },
  });
  index.addAll(data.sections.map((section, key) => ({ ...section, key })));
};

/** Text around the first match, with the matches marked. */
const excerpt = (text, terms) => {
  const low = foldLetters(text);
  const first = Math.min(
    ...terms.map((term) => low.indexOf(term)).map((at) => (at < 0 ? Number.POSITIVE_INFINITY : at)),
  );
  // From word to word: a snippet does not begin or end within one.
  const wanted = Number.isFinite(first) ? Math.max(0, first - AROUND) : 0;
  const blank = text.indexOf(" ", wanted);
  const from = wanted > 0 && blank >= 0 && blank < first ? blank + 1 : wanted;
  const lastBlank = text.lastIndexOf(" ", from + 2 * AROUND);
  const to = from + 2 * AROUND < text.length && lastBlank > first ? lastBlank : from + 2 * AROUND;
  const shown = text.slice(from, to);
  const paragraph = document.createElement("p");
  if (from > 0) paragraph.append("… ");
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  for (const [part, isMatch] of escaped.length === 0
    ? [[shown, false]]
    : split(shown, low.slice(from, to), new RegExp(escaped.join("|"), "gu"))) {
    const node = isMatch ? document.createElement("mark") : document.createTextNode(part);
    if (isMatch) node.textContent = part;
    paragraph.append(node);
  }
  if (to < text.length) paragraph.append(" …");
  return paragraph;
};
/** [part, whether it matches] of a text, by matches in its folded form. */
const split = (text, folded, pattern) => {
  const parts = [];
  let at = 0;
  for (const { 0: match, index } of folded.matchAll(pattern)) {
    parts.push([text.slice(at, index), false], [text.slice(index, index + match.length), true]);
    at = index + match.length;
  }
  return [...parts, [text.slice(at), false]];
};

const show = () => {
  const query = field.value.trim();
  list.replaceChildren();
  status.textContent = "";
  if (query === "") return;
  open();
  const found = index.search(query).slice(0, MOST_RESULTS);
  if (found.length === 0) status.textContent = `${status.dataset.none}: ${query}`;
  for (const { id, terms } of found) {
    const section = data.sections[id];
    const report = data.reports[section.report];
    const link = document.createElement("a");
    link.href = section.id === "" ? report.href : `${report.href}#${encodeURIComponent(section.id)}`;
    link.textContent = section.title === "" ? report.title : `${report.title} › ${section.title}`;
    const item = document.createElement("li");
    item.append(link, excerpt(section.text, terms));
    list.append(item);
  }
};

box.hidden = false;
field.addEventListener("focus", open, { once: true });
field.addEventListener("input", show);
if (field.value !== "") show();
