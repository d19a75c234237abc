/**
 * Titles, labels and buttons of pages, each a few words. Sentences and tables are in the catalogues in `src/words/`.
 */
export interface PageWords {
  readonly fig: string;
  readonly tbl: string;
  readonly sec: string;
  readonly eq: string;
  readonly lst: string;
  readonly appendix: string;
  readonly abstract: string;
  readonly claims: string;
  readonly references: string;
  readonly notes: string;
  readonly contents: string;
  readonly contentsAside: string;
  readonly declaration: string;
  readonly course: string;
  readonly instructor: string;
  readonly institution: string;
  readonly date: string;
  readonly keywords: string;
  readonly studentId: string;
  readonly signature: string;
  readonly note: string;
  readonly tip: string;
  readonly important: string;
  readonly warning: string;
  readonly caution: string;
  readonly linkTo: string;
  readonly footnote: string;
  readonly backToText: string;
  readonly skip: string;
  readonly done: string;
  readonly toDo: string;
  readonly data: string;
  readonly code: string;
  readonly line: string;
  readonly lines: string;
  readonly regenerate: string;
  readonly alsoAs: string;
  readonly and: string;
  readonly madeBy: string;
  readonly reports: string;
  readonly previous: string;
  readonly next: string;
  readonly search: string;
  readonly nothingFound: string;
  readonly notFound: string;
  readonly allReports: string;
  /** Label of the theme button, with its colon and the blank after it; the following texts name the themes. */
  readonly theme: string;
  readonly auto: string;
  readonly light: string;
  readonly dark: string;
  /** Label of the button that copies code, and its label after copying. */
  readonly copy: string;
  readonly copied: string;
  readonly selected: string;
  /** Word between the ends of an interval: `0.85 to 1.02 ms`. */
  readonly to: string;
}
