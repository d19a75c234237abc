import type { Author } from "../../document/author.ts";
import type { FrontMatter } from "../../document/front-matter.ts";
import { pageWords } from "../../words/page-words.ts";
import { join } from "../../words/punctuation.ts";
import { formatDate } from "../text/date.ts";

/** A detail about an author, such as an address or a student number. */
export interface AuthorDetail {
  readonly label: string | null;
  readonly text: string;
  readonly href: string | null;
}

/** Data of the title block, which every format renders. */
export interface TitleBlock {
  /** Lines above the title of a title page: institution and course. */
  readonly heads: readonly string[];
  /** Authors with their details, if one has a detail or the report has a title page; otherwise empty. */
  readonly people: readonly { readonly name: string; readonly details: readonly AuthorDetail[] }[];
  /** Names of the authors, if `people` is empty; otherwise empty. */
  readonly names: readonly string[];
  readonly date: { readonly iso: string; readonly text: string } | undefined;
  readonly facts: readonly { readonly term: string; readonly text: string }[];
}

/** Describes the title block of a report: authors, date, course, institution, instructors and keywords. */
export function describeTitleBlock({ authors, date, lang, coursework }: FrontMatter): TitleBlock {
  const words = pageWords(lang);
  const { course, instructors, institution, keywords, titlePage } = coursework;
  const isDetailed = titlePage || authors.some((author) => detailsOf(author, "").length > 0);
  const dated = date === undefined ? undefined : { iso: date, text: formatDate(date, lang) };
  const fact = (term: string, texts: readonly (string | undefined)[]) => {
    const text = join(
      texts.filter((each) => each !== undefined),
      "list",
    );
    return text === "" ? [] : [{ term, text }];
  };
  return {
    heads: titlePage ? [institution, course].filter((each) => each !== undefined) : [],
    people: isDetailed
      ? authors.map((author) => ({ name: author.name, details: detailsOf(author, words.studentId) }))
      : [],
    names: isDetailed ? [] : authors.map(({ name }) => name),
    date: titlePage ? undefined : dated,
    facts: [
      ...(titlePage ? [] : [...fact(words.course, [course]), ...fact(words.institution, [institution])]),
      ...fact(words.instructor, instructors),
      ...(titlePage ? fact(words.date, [dated?.text]) : []),
      ...fact(words.keywords, keywords),
    ],
  };
}

function detailsOf({ affiliations, email, orcid, id }: Author, idWord: string): readonly AuthorDetail[] {
  return [
    ...affiliations.map((text) => ({ label: null, text, href: null })),
    ...(email === undefined ? [] : [{ label: null, text: email, href: `mailto:${email}` }]),
    ...(orcid === undefined ? [] : [{ label: "ORCID", text: orcid, href: `https://orcid.org/${orcid}` }]),
    ...(id === undefined ? [] : [{ label: idWord, text: id, href: null }]),
  ];
}
