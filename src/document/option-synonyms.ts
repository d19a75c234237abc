/**
 * Options of other tools (Quarto, knitr, R Markdown, benchmark runners) that cells here do not have, with what to write
 * instead.
 */
const SYNONYMS: readonly (readonly [names: readonly string[], mend: string])[] = [
  [["name", "id"], "`label:` names a cell."],
  [["caption", "cap", "title", "fig.cap"], "`fig-cap:` is the caption of a figure, `tbl-cap:` that of a table."],
  [["alt", "fig.alt"], "`fig-alt:` describes a figure."],
  [["tab.cap", "table-cap", "table-caption"], "`tbl-cap:` is the caption of a table."],
  [["node", "engine", "interpreter"], "`runtime:` is the Node of a cell: `runtime: node@22`."],
  [["results"], "`output: false` hides what a cell prints, `output: asis` shows it as Markdown."],
  [["warning", "message"], "What a cell prints to stderr is shown; `output: false` hides all that it prints."],
  [["collapse", "fold"], "`code-fold: true` folds the code."],
  [["hide", "hidden"], "`include: false` hides the cell, `echo: false` its code."],
  [["freeze"], "`freeze` is an option of the report: `execute: { freeze: true }` in the front matter."],
  [
    ["depends", "dependson", "dependencies"],
    "`inputs:` lists files that a cell reads; files that it is seen to read count anyway.",
  ],
  [["memory", "max-memory", "heap"], '`flags: ["--max-old-space-size=64"]` limits the heap to 64 MiB.'],
  [["repeat", "repeats", "repetitions", "runs", "iterations"], "`trials:` is the number of processes."],
  [
    ["fig-width", "fig-height", "fig.width", "fig.height", "out-width", "out.width", "width", "height"],
    "`width` and `height` stand in the specification of a chart.",
  ],
];

const MENDS = new Map(SYNONYMS.flatMap(([names, mend]) => names.map((name) => [name, mend] as const)));

/** What to write instead of an option of another tool; undefined for an unknown name. */
export function mendForeignOption(option: string): string | undefined {
  return MENDS.get(option.toLowerCase());
}

/** The option of the same meaning for an option of another tool; undefined for none. */
export function meantOption(option: string): string | undefined {
  return /^(?:name|id)$/i.test(option) ? "label" : /^(?:caption|cap|fig\.cap)$/i.test(option) ? "fig-cap" : undefined;
}
