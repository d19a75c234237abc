/** One section of a page, as an entry of the search index. */
export interface SearchSection {
  /** Index of the report in the order of the site, from 0. */
  readonly report: number;
  /** Id of the heading; empty for the text before the first heading. */
  readonly id: string;
  /** Title of the section; empty before the first heading. */
  readonly title: string;
  readonly text: string;
}

/**
 * Elements whose text is not searched: drawings, styles, data tables of figures, the table of contents and the
 * colophon.
 */
const UNSEARCHED = [
  /<(style|script|svg|math)\b[\s\S]*?<\/\1>/gi,
  /<details class="(?:fig-data|provenance|toc-inline)"[\s\S]*?<\/details>/gi,
  /<footer class="colophon"[\s\S]*?<\/footer>/gi,
  /<nav\b[\s\S]*?<\/nav>/gi,
  /<a class="anchor"[\s\S]*?<\/a>/gi,
  /<button\b[\s\S]*?<\/button>/gi,
];

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&", nbsp: " " };

/** Text of HTML without tags; each run of white space becomes one blank. */
function textOf(html: string): string {
  const text = html
    .replace(/<\/?(?:p|li|td|th|tr|h\d|pre|div|figcaption|dt|dd|br|summary)\b[^>]*>/gi, " ")
    .replace(/<[^<>]*>/g, "");
  return text
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Splits a page that Heapbook wrote into sections: the text between two headings with ids.
 * @param report index of the report in the site
 */
export function readSections(page: string, report: number): SearchSection[] {
  const start = page.indexOf("<main");
  const end = page.lastIndexOf("</main>");
  let main = page.slice(Math.max(0, start), end < 0 ? undefined : end);
  for (const pattern of UNSEARCHED) main = main.replace(pattern, " ");
  const headings = [...main.matchAll(/<h([2-6]) id="([^"]+)"[^>]*>([\s\S]*?)<\/h\1>/g)];
  const starts = [{ id: "", title: "", from: 0, at: 0 }];
  for (const match of headings) {
    const [whole, , id = "", title = ""] = match;
    starts.push({ id: textOf(id), title: textOf(title), at: match.index, from: match.index + whole.length });
  }
  return starts.map(({ id, title, from }, index) => ({
    report,
    id,
    title,
    text: textOf(main.slice(from, starts[index + 1]?.at)),
  }));
}
