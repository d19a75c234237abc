import type { Token } from "markdown-it";
import { UserError } from "../errors.ts";
import type { Heading } from "./types.ts";

export interface HeadingsReading {
  readonly headings: readonly Heading[];
  readonly errors: readonly UserError[];
}

/**
 * Reads the headings of a report. Gives them numbers (`##` 1, 2; `###` 1.1, 1.2; appendices A, B) and ids in GitHub's
 * form. Both are added to the token `heading_open`: attribute `id`, and `number` in `meta`. Headings in quotes and
 * lists have no number.
 * @param taken ids of figures and cells, which headings must not get
 */
export function readHeadings(
  tokens: readonly Token[],
  file: string,
  numberSections: boolean,
  taken: ReadonlySet<string>,
): HeadingsReading {
  const errors: UserError[] = [];
  const opens = [...tokens.entries()].filter(([, token]) => token.type === "heading_open");
  const explicit = opens.flatMap(([, open]) => idOf(open) ?? []);
  const nextId = createSlugger(new Set([...taken, ...explicit]));
  let [section, subsection, appendix] = [0, 0, 0];
  let name = "";
  const headings = opens.map(([index, open]): Heading => {
    const inline = tokens[index + 1];
    const level = Number(open.tag.slice(1));
    const position = { file, line: (open.map?.[0] ?? 0) + 1 };
    const bad = open.meta?.["badAttributes"];
    if (typeof bad === "string") {
      const hint =
        "Write an id and classes only: {#sec-tuning .unnumbered}. An id is a letter followed by letters, digits, `_` and `-`.";
      errors.push(
        new UserError(`The attributes \`${bad}\` of the heading cannot be read.`, {
          code: "heading-attributes",
          position,
          hint,
        }),
      );
    }
    const id = idOf(open) ?? nextId(plainText(inline?.children ?? []));
    let number: string | undefined;
    const isNumbered = numberSections && open.level === 0 && open.meta?.["unnumbered"] !== true;
    if (isNumbered && level === 2) {
      const isAppendix = open.meta?.["appendix"] === true;
      if (isAppendix) appendix += 1;
      else section += 1;
      subsection = 0;
      name = isAppendix ? letterOf(appendix) : String(section);
      number = name;
    } else if (isNumbered && level === 3) {
      subsection += 1;
      number = `${name === "" ? "0" : name}.${subsection}`;
    }
    open.attrSet("id", id);
    open.meta = { ...open.meta, number };
    return { level, id, number, source: inline?.content ?? "", position };
  });
  return { headings, errors };
}

/** The name of the n-th appendix: A, B, …, Z, AA. */
function letterOf(count: number): string {
  const last = String.fromCharCode(65 + ((count - 1) % 26));
  return count > 26 ? letterOf(Math.floor((count - 1) / 26)) + last : last;
}

function idOf(open: Token): string | undefined {
  const id = open.meta?.["explicitId"];
  return typeof id === "string" ? id : undefined;
}

/** The text of a heading without its expressions, because an id must not change with a measurement. */
function plainText(children: readonly Token[]): string {
  return children
    .map((token) => {
      if (token.type === "text" || token.type === "code_inline") return token.content;
      if (token.type === "softbreak" || token.type === "hardbreak") return " ";
      return token.type === "image" ? plainText(token.children ?? []) : "";
    })
    .join("");
}

/**
 * Makes a function that makes ids as GitHub does (https://github.com/Flet/github-slugger): lower case, dashes for
 * blanks, no punctuation but `-` and `_`, `-1` on repeats. Adds each id to `taken`.
 */
function createSlugger(taken: Set<string>): (text: string) => string {
  const repeats = new Map<string, number>();
  return (text) => {
    const kept = text
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "");
    const base = kept.trim().replaceAll(" ", "-") || "section";
    let repeat = repeats.get(base) ?? 0;
    let id = repeat === 0 ? base : `${base}-${repeat}`;
    while (taken.has(id)) {
      repeat += 1;
      id = `${base}-${repeat}`;
    }
    repeats.set(base, repeat);
    taken.add(id);
    return id;
  };
}
