import type { Token } from "markdown-it";
import type { Position, UserError } from "../errors.ts";
import type { CellOptions } from "./cell-options.ts";
import type { CitationItem } from "./citation-rules.ts";
import type { FrontMatter } from "./front-matter.ts";
import type { ImageUse, Link } from "./links.ts";
import type { AsideText } from "./prose.ts";

/** Languages that a fence with braces may name. `vega-lite` runs nothing: it draws a result. */
export const CELL_LANGUAGES = ["ts", "js", "python", "vega-lite"] as const;
export type CellLanguage = (typeof CELL_LANGUAGES)[number];

/** Languages of cells that are ES modules, bundled and run in Node. */
export function isScript(language: CellLanguage): boolean {
  return language === "ts" || language === "js";
}

/** One fence with braces, and its position. */
export interface Cell {
  /** Unique in the report: the author's label, else `cell-` and a hash of the code. */
  readonly label: string;
  /** Whether the author wrote the label. */
  readonly labelled: boolean;
  readonly language: CellLanguage;
  /** 1 for the first cell of the report, as in `In [1]`. Cells with `eval: false` count too. */
  readonly number: number;
  /** The code without its option lines, as it is shown. */
  readonly source: string;
  /** Line of the report where `source` begins, counted from 1. */
  readonly sourceLine: number;
  /** Columns by which the fence is indented (inside lists and quotes). */
  readonly indent: number;
  readonly options: CellOptions;
  /** The opening fence. */
  readonly position: Position;
  /** The line of each option that was written, by name. */
  readonly optionLines: ReadonlyMap<string, number>;
  /** First and one past the last line of the whole fence in the report, counted from 0 as in markdown-it's `map`. */
  readonly range: readonly [number, number];
}

/** `{{ … }}` in prose, a caption or a heading. */
export interface Expression {
  /** The text between the braces, trimmed. */
  readonly source: string;
  readonly position: Position;
}

/** `@fig-heap`, `@tbl-lines`, `@sec-tuning`, `@eq-model` or `@lst-walk` in prose or a caption. */
export interface Reference {
  readonly label: string;
  readonly position: Position;
}

/** A formula in TeX. */
export interface Formula {
  readonly source: string;
  /** Whether the formula stands on a line of its own. */
  readonly display: boolean;
  /** Line of the first line of TeX. */
  readonly position: Position;
}

/** `[@key]` or `@key` in prose or a caption. */
export interface Citation {
  /** As written. Equal citations have equal texts. */
  readonly raw: string;
  readonly items: readonly CitationItem[];
  /** Whether the citation is part of a sentence: `@key`, "Jones (1996)". */
  readonly narrative: boolean;
  readonly position: Position;
}

/** Kinds of anchors, by the prefixes of their labels. */
export const ANCHOR_KINDS = ["fig", "tbl", "sec", "eq", "lst"] as const;
export type AnchorKind = (typeof ANCHOR_KINDS)[number];

/** A figure, table, section, equation or listing that a reference can point at. */
export interface Anchor {
  readonly label: string;
  readonly kind: AnchorKind;
  /** `1`, or `2.1` for a section; undefined for a section without a number, whose reference shows its title. */
  readonly number: string | undefined;
  readonly position: Position;
}

export interface Heading {
  readonly level: number;
  readonly id: string;
  /** `2.1`; undefined for the title (h1), for levels past 3 and for `{.unnumbered}`. */
  readonly number: string | undefined;
  /** Inline source, expressions included. */
  readonly source: string;
  readonly position: Position;
}

/** A parsed report, before anything runs. */
export interface Report {
  /** Path as messages show it, relative to the working directory. */
  readonly file: string;
  /** Path from the folder of the project, where `file` is a path from the working folder. */
  readonly projectFile: string;
  /** Absolute path of report.md. */
  readonly path: string;
  /** Absolute path of its folder: where cells run and imports resolve. */
  readonly folder: string;
  /** Path of the page's folder in the site, `2026/week9`: that of the report's folder below `reports/`, or its name. */
  readonly slug: string;
  /** The whole file, front matter included, line ends normalised to `\n`. */
  readonly source: string;
  readonly frontMatter: FrontMatter;
  /** markdown-it tokens of the whole body; their `map` counts lines of the file (front matter included) from 0. */
  readonly tokens: readonly Token[];
  /** markdown-it environment of that parse (which holds the footnotes). */
  readonly env: Record<string, unknown>;
  readonly cells: readonly Cell[];
  readonly expressions: readonly Expression[];
  readonly references: readonly Reference[];
  readonly formulas: readonly Formula[];
  /** In the order of lines. Empty for a report without a bibliography. */
  readonly citations: readonly Citation[];
  readonly headings: readonly Heading[];
  readonly anchors: ReadonlyMap<string, Anchor>;
  readonly links: readonly Link[];
  /** Of the body, captions, the abstract and other texts of the front matter, raw HTML included. */
  readonly images: readonly ImageUse[];
  /** Markdown of the author outside of the body. */
  readonly asides: readonly AsideText[];
  /** Markup that parsing did not understand, in the order of lines. The report is rendered all the same. */
  readonly warnings: readonly UserError[];
}
