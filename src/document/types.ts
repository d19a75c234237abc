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

/** Whether cells in this language are ES modules, which are bundled and run in Node. */
export function isScript(language: CellLanguage): boolean {
  return language === "ts" || language === "js";
}

/** A cell: one fence with a language in braces. */
export interface Cell {
  /** Unique in the report: the author's label, else `cell-` and a hash of the code. */
  readonly label: string;
  /** Whether the author wrote the label. */
  readonly labelled: boolean;
  readonly language: CellLanguage;
  /** Number of the cell in the report, from 1, as in `In [1]`. Cells with `eval: false` count too. */
  readonly number: number;
  /** The code as the page shows it, without its option lines. */
  readonly source: string;
  /** Line of the report on which `source` begins, from 1. */
  readonly sourceLine: number;
  /** Number of columns by which the fence is indented, inside lists and quotes. */
  readonly indent: number;
  readonly options: CellOptions;
  /** Position of the opening fence. */
  readonly position: Position;
  /** The line of each option that was written, by name. */
  readonly optionLines: ReadonlyMap<string, number>;
  /**
   * True if a mistake in the options hides what they are, such as broken YAML: checks of what the cell measures would
   * report consequences of that mistake.
   */
  readonly uncertain?: true;
  /** First line of the whole fence in the report and one past the last, from 0 as in markdown-it's `map`. */
  readonly range: readonly [number, number];
}

/** An expression, `{{ … }}`, in prose, a caption or a heading. */
export interface Expression {
  /** The text between the braces, trimmed. */
  readonly source: string;
  readonly position: Position;
}

/** A reference in prose or a caption: `@fig-heap`, `@tbl-lines`, `@sec-tuning`, `@eq-model` or `@lst-walk`. */
export interface Reference {
  readonly label: string;
  readonly position: Position;
}

/** A formula in TeX. */
export interface Formula {
  readonly source: string;
  /** Whether the formula stands on a line of its own instead of within text. */
  readonly display: boolean;
  /** Position of the first line of TeX. */
  readonly position: Position;
}

/** A citation in prose or a caption: `[@key]` or `@key`. */
export interface Citation {
  /** The citation as written. Equal citations have equal texts. */
  readonly raw: string;
  readonly items: readonly CitationItem[];
  /** Whether the citation is part of a sentence: `@key`, "Jones (1996)". */
  readonly narrative: boolean;
  readonly position: Position;
}

/** Kinds of anchors. Each is the prefix of the labels of its kind. */
export const ANCHOR_KINDS = ["fig", "tbl", "sec", "eq", "lst"] as const;
export type AnchorKind = (typeof ANCHOR_KINDS)[number];

/** A figure, table, section, equation or listing that a reference can point at. */
export interface Anchor {
  readonly label: string;
  readonly kind: AnchorKind;
  /**
   * Number as text: `1`, or `2.1` for a section. Undefined for a section without a number, whose reference shows its
   * title.
   */
  readonly number: string | undefined;
  readonly position: Position;
}

export interface Heading {
  readonly level: number;
  readonly id: string;
  /** Number as text, `2.1`. Undefined for the title (h1), below level 3 and with `{.unnumbered}`. */
  readonly number: string | undefined;
  /** Inline Markdown of the heading, including expressions. */
  readonly source: string;
  readonly position: Position;
}

/** A parsed report, before anything runs. */
export interface Report {
  /** Path for messages, relative to the working folder. */
  readonly file: string;
  /** Path relative to the project's folder. */
  readonly projectFile: string;
  /** Absolute path of report.md. */
  readonly path: string;
  /** Absolute path of the report's folder, where cells run and imports resolve. */
  readonly folder: string;
  /**
   * Path of the page's folder in the site, such as `2026/week9`: the path of the report's folder below `reports/`, or
   * its name.
   */
  readonly slug: string;
  /**
   * Text of the whole file, including front matter, with line ends normalised to `
   * `.
   */
  readonly source: string;
  readonly frontMatter: FrontMatter;
  /** markdown-it's tokens of the whole body. Their `map` counts lines of the file, including front matter, from 0. */
  readonly tokens: readonly Token[];
  /** markdown-it's environment of that parse, which contains the footnotes. */
  readonly env: Record<string, unknown>;
  readonly cells: readonly Cell[];
  readonly expressions: readonly Expression[];
  readonly references: readonly Reference[];
  readonly formulas: readonly Formula[];
  /** Citations in the order of lines. Empty for a report without a bibliography. */
  readonly citations: readonly Citation[];
  readonly headings: readonly Heading[];
  readonly anchors: ReadonlyMap<string, Anchor>;
  readonly links: readonly Link[];
  /** Images in the body, in captions and in texts of the front matter such as the abstract, including raw HTML. */
  readonly images: readonly ImageUse[];
  /** Markdown that the author wrote outside the body: captions, the abstract and other texts of the front matter. */
  readonly asides: readonly AsideText[];
  /** Warnings about markup that parsing did not understand, in the order of lines. They do not prevent rendering. */
  readonly warnings: readonly UserError[];
}
