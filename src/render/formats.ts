import type { Renderer } from "./renderer.ts";

/*
 * Folders of this room, and what each holds:
 *
 * html/, markdown/   one folder for each format: everything that only this format needs
 * notebook/          the same, built on markdown/: the text of a notebook is Markdown
 * pdf/               the same, built on html/: a PDF is a printed page
 * components/        the data of everything that a report shows (cells, tables, claims, provenance), for every format
 * prose/             the author's prose, for every format: tokens, anchors, images, sanitized HTML
 * expressions/       evaluates and checks `{{ }}`; returns text
 * text/              strings: names, sentences, escapes, comparison of texts
 *
 * A new format is a folder with a `Renderer`, an entry in FORMATS, and a line in INNER.render of .dependency-cruiser.cjs.
 */

/** An output format. */
export interface OutputFormat {
  /** Name of the main file, in the report's folder of the site. */
  readonly file: string;
  /** Whether a render without `--to` writes this format. */
  readonly isDefault: boolean;
  readonly render: Renderer;
}

/**
 * The output formats, by the name that follows `--to`, in the order in which pages link them. The code of a format
 * loads on first use.
 */
export const FORMATS = {
  html: {
    file: "index.html",
    isDefault: true,
    render: async (input) => (await import("./html/report.ts")).renderHtml(input),
  },
  md: {
    file: "report.md",
    isDefault: true,
    render: async (input) => (await import("./markdown/report.ts")).renderMarkdown(input),
  },
  ipynb: {
    file: "report.ipynb",
    isDefault: false,
    render: async (input) => (await import("./notebook/report.ts")).renderNotebook(input),
  },
  pdf: {
    file: "report.pdf",
    isDefault: false,
    render: async (input) => (await import("./pdf/report.ts")).renderPdf(input),
  },
} as const satisfies Readonly<Record<string, OutputFormat>>;

export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

const MAIN_FILES: ReadonlySet<string> = new Set(Object.values(FORMATS).map(({ file }) => file));

/** Whether a render in any format writes this file. @param path relative to the folder of the page */
export function isPageFile(path: string): boolean {
  return MAIN_FILES.has(path) || path === "results.json" || path.startsWith("figures/");
}

/** The formats that a render without `--to` writes. */
export const DEFAULT_FORMATS: readonly Format[] = FORMAT_NAMES.filter((name) => FORMATS[name].isDefault);
