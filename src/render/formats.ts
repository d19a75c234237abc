import type { Renderer } from "./renderer.ts";

/*
 * Folders of this room, and what each holds:
 *
 * html/, markdown/   one folder a format: everything that only this format needs
 * components/        data of what a report shows (cells, tables, claims, provenance), the same for every format
 * prose/             what every format needs of the author's prose: tokens, anchors, images, sanitized HTML
 * expressions/       evaluates and checks `{{ }}`; gives text
 * text/              strings: names, sentences, escapes, comparison of texts
 *
 * A new format is a folder with a `Renderer`, an entry in RENDERERS, and a line in INNER.render of .dependency-cruiser.cjs.
 */

/** The renderer of each output format, by its name after `--to`. Loads the code of a format on its first use. */
export const RENDERERS: Readonly<Record<"html" | "md", Renderer>> = {
  html: async (input) => (await import("./html/report.ts")).renderHtml(input),
  md: async (input) => (await import("./markdown/report.ts")).renderMarkdown(input),
};

export type Format = keyof typeof RENDERERS;
