import { basename } from "node:path";
import { stringify } from "yaml";
import { withPictures } from "../render/text/terminal-text.ts";
import type { ReadCell, ReadNotebook } from "./read-notebook.ts";

/** Front matter made from a notebook, and the notebook's cells without the title. */
export interface NotebookTitle {
  readonly frontMatter: string;
  readonly cells: readonly ReadCell[];
}

/**
 * The front matter of a notebook that Heapbook did not write: the YAML of a raw cell at its head, as Quarto writes it.
 * Without such a cell, the title is a heading of level 1 at the very top, otherwise `title` of the metadata, otherwise
 * the file name.
 */
export function makeFrontMatter({ cells, metadata }: ReadNotebook, file: string): NotebookTitle {
  const [first, ...rest] = cells;
  const raw = first?.cell_type === "raw" ? /^---[ \t]*\n([\s\S]*?\n)---\s*$/.exec(`${first.source}\n`) : null;
  if (raw?.[1] !== undefined) {
    const hasTitle = /^title:/m.test(raw[1]);
    const title = hasTitle ? "" : line({ title: nameOf(file) });
    return { frontMatter: `---\n${title}${withPictures(raw[1])}---\n`, cells: rest };
  }
  const heading = first?.cell_type === "markdown" ? headingOf(first.source) : null;
  const given = metadata["title"];
  const title = heading?.text ?? (typeof given === "string" && given.trim() !== "" ? given : nameOf(file));
  const authors = authorsOf(metadata["authors"]);
  const values = { title: plainText(title), ...(authors.length === 0 ? {} : { author: authors }) };
  const frontMatter = `---\n${line(values)}---\n`;
  if (heading === null || first === undefined) return { frontMatter, cells };
  const source = first.source.slice(heading.length).replace(/^\s*\n/, "");
  return { frontMatter, cells: source.trim() === "" ? rest : [{ ...first, source }, ...rest] };
}

/**
 * Text of a heading of level 1 at the beginning of a cell, and the number of characters up to the heading's end; null
 * without one.
 */
function headingOf(source: string): { readonly text: string; readonly length: number } | null {
  const blank = source.length - source.trimStart().length;
  const [written = ""] = source.slice(blank).split("\n", 1);
  const text = /^# +(\S.*)$/.exec(written)?.[1]?.trimEnd().replace(/ #+$/, "").trimEnd();
  return text === undefined || text === "" ? null : { text, length: blank + written.length + 1 };
}

function line(values: object): string {
  return stringify(values, { lineWidth: 0 });
}

/** Makes a title from a file name: `Memory of maps` for `memory-of-maps.ipynb`. */
function nameOf(file: string): string {
  const words = basename(file, ".ipynb").replace(/[-_]+/g, " ").trim();
  return words === "" ? "Notebook" : `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

/** Converts a Markdown heading to a plain-text title: removes code marks, emphasis and the backslashes of escapes. */
function plainText(markdown: string): string {
  return (
    markdown
      // Private-use characters stand in for characters of code and for escaped ones, so that none of these begins
      // emphasis.
      .replace(/`([^`]+)`|\\([!-/:-@[-`{-~])/g, (_, code?: string, escaped?: string) => apart(code ?? escaped ?? ""))
      .replace(/(\*\*|__|\*)(?=\S)(.+?)\1/g, "$2")
      .replace(/[\ue000-\ue07f]/g, (kept) => String.fromCharCode(kept.charCodeAt(0) - PRIVATE))
  );
}

const PRIVATE = 0xe000;

function apart(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => String.fromCharCode(PRIVATE + sign.charCodeAt(0)));
}

function authorsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((author: unknown) => {
    const name = typeof author === "string" ? author : Object(author)["name"];
    return typeof name === "string" && name.trim() !== "" ? [name] : [];
  });
}
