import { textDigest } from "../document/text-digest.ts";
import type { CellLanguage } from "../document/types.ts";
import { withPictures } from "../render/text/terminal-text.ts";
import type { ConvertedFile } from "./files.ts";
import { ASSETS, fenceOf } from "./prose.ts";
import type { ReadCell } from "./read-notebook.ts";
import { type Recorded, recordOutputs } from "./recorded.ts";
import { showLastValue, type ValueReading } from "./shown-value.ts";

/** A code cell of a notebook, converted to lines of a report. */
export interface ConvertedCell {
  /**
   * Lines of report.md: the fence, the recorded text of code that does not run, and images; empty for a cell without
   * code.
   */
  readonly source: string;
  readonly files: readonly ConvertedFile[];
  /** Warnings for the author: code or outputs of the cell that the report changes or lacks. */
  readonly warnings: readonly string[];
  /** Whether the report runs the code; false if the report only shows it. */
  readonly runs: boolean;
  /** Label of the cell; undefined if the code has no `label` option. */
  readonly label: string | undefined;
  /** Whether Heapbook wrote the cell into the notebook. */
  readonly isOwn: boolean;
  /** Whether `console.log()` stands around its last expression now. */
  readonly isPrinted: boolean;
}

/** Fence language for each IPython cell magic. A cell with such a magic is shown but does not run. */
const MAGICS: ReadonlyMap<string, string> = new Map([
  ["bash", "bash"],
  ["sh", "sh"],
  ["script", "sh"],
  ["html", "html"],
  ["svg", "html"],
  ["javascript", "js"],
  ["js", "js"],
  ["latex", "latex"],
  ["markdown", "md"],
  ["sql", "sql"],
  ["R", "r"],
  ["perl", "perl"],
  ["ruby", "ruby"],
  ["writefile", ""],
  ["cython", "python"],
]);

/**
 * Converts a code cell of a notebook to a cell of a report. A cell that Heapbook wrote, and that has not changed since,
 * gets its original lines back. Outputs of cells that Heapbook wrote are not recorded, because a render makes them
 * again.
 */
export function convertCode(
  cell: Extract<ReadCell, { cell_type: "code" }>,
  language: CellLanguage,
  {
    source,
    number,
    isOwn,
    foreign,
    values,
  }: {
    readonly source: string;
    readonly number: number;
    readonly isOwn: boolean;
    /** Name of the cell's language if a report cannot run it. */
    readonly foreign: string | undefined;
    readonly values: ValueReading;
  },
): ConvertedCell {
  const label = /^[ \t]*(?:\/\/|#)\| ?label: *["']?([^"'\s]+)/m.exec(cell.source)?.[1];
  const base = { files: [], warnings: [], runs: true, label, isOwn, isPrinted: false };
  if (isOwn) return { ...base, source: ownSource(cell, language) };
  const code = cell.source.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
  if (code === "") return { ...base, source: "", runs: false };

  const [, magic] = /^%%(\w+)/.exec(code) ?? [];
  const recorded = recordOutputs(cell.outputs, language, { source, number, assets: ASSETS });
  if (magic !== undefined && language === "python" && !["time", "timeit", "capture", "prun"].includes(magic)) {
    const why = `The cell magic \`%%${magic}\` does not run in a report: the code and its output are only shown.`;
    return { ...base, ...showCode(code, MAGICS.get(magic) ?? "", recorded, why) };
  }
  if (foreign !== undefined) {
    const why = `A cell in \`${foreign}\` does not run in a report: the code and its output are only shown.`;
    return { ...base, ...showCode(code, EDITORS.get(foreign) ?? foreign, recorded, why) };
  }
  const isScript = language === "js" || language === "ts";
  const shown = isScript ? showLastValue(code, cell.outputs, values) : undefined;
  const { text, magics } = language === "python" ? withoutMagics(code) : { text: shown?.code ?? code, magics: [] };
  const mark = language === "python" || language === "vega-lite" ? "#|" : "//|";
  const written = new Set([...text.matchAll(/^[ \t]*(?:\/\/|#)\| ?([a-z-]+):/gm)].map(([, name]) => name));
  const has = (option: string): boolean => written.has(option.split(":")[0]);
  const options = recorded.options.some((option) => /^\S/.test(option) && has(option)) ? [] : recorded.options;
  const tagged = tagOptions(cell).filter((option) => !has(option) && !options.includes(option));
  const lines = [...options, ...tagged].map((option) => `${mark} ${option}`.trimEnd());
  const body = insertOptions(text, mark, lines);
  const block = fenceOf(body);
  const fence = `${block}{${language}}\n${body}\n${block}\n`;
  const images = recorded.markdown.map((image) => `\n${image}\n`).join("");
  const commented = magics.map((line) => `\`${line}\` of IPython does not run in a report, and is a comment.`);
  const unshown = shown?.warning === undefined ? [] : [shown.warning];
  return {
    ...base,
    source: `${fence}${images}`,
    files: recorded.files,
    warnings: [...commented, ...unshown, ...recorded.lost],
    isPrinted: shown?.isPrinted === true,
  };
}

/** Fence language for each language name of an editor that fences spell differently. */
const EDITORS: ReadonlyMap<string, string> = new Map([
  ["shellscript", "bash"],
  ["pwsh", "powershell"],
  ["markdown", "md"],
]);

/** Converts code that a report cannot run: a fence that only shows the code, then the recorded text and images. */
function showCode(
  code: string,
  language: string,
  { text, markdown, images, lost }: Recorded,
  why: string,
): Pick<ConvertedCell, "source" | "files" | "warnings" | "runs"> {
  const [block, output] = [fenceOf(code), fenceOf(text)];
  const parts = [
    `${block}${language}\n${withPictures(code)}\n${block}\n`,
    ...(text === "" ? [] : [`${output}text\n${text}\n${output}\n`]),
    ...markdown.map((image) => `${image}\n`),
  ];
  return { source: parts.join("\n"), files: images, warnings: [why, ...lost], runs: false };
}

/**
 * Lines of report.md for a cell that Heapbook wrote. Unchanged code: the original lines. Changed code: a new fence with
 * the indentation of the original one.
 */
function ownSource({ source, metadata }: ReadCell, language: CellLanguage): string {
  const origin = Object(Object(Object(metadata)["heapbook"])["origin"]) as { source?: unknown; digest?: unknown };
  const old = typeof origin.source === "string" ? origin.source : undefined;
  if (old !== undefined && origin.digest === textDigest(source)) return old;
  if (source.trim() === "") return "";
  const [, prefix = ""] = /^([ \t>]*)/.exec(old ?? "") ?? [];
  const block = fenceOf(source);
  const lines = [`${block}{${language}}`, ...source.split("\n"), block];
  return lines.map((line) => `${`${prefix}${line}`.trimEnd()}\n`).join("");
}

/** Inserts option lines into the code, after the option lines that are already at its top. */
function insertOptions(code: string, mark: string, options: readonly string[]): string {
  if (options.length === 0) return code;
  const lines = code.split("\n");
  let own = 0;
  while (own < lines.length && lines[own]?.trimStart().startsWith(mark) === true) own += 1;
  return [...lines.slice(0, own), ...options, ...lines.slice(own)].join("\n");
}

/**
 * Cell options that correspond to a cell's tags from Jupyter Book and nbconvert, such as `echo: false` for
 * `remove-input`.
 */
function tagOptions({ metadata }: ReadCell): readonly string[] {
  const tags: unknown = metadata["tags"];
  const has = (...names: readonly string[]): boolean =>
    Array.isArray(tags) && names.some((name) => tags.includes(name));
  return [
    ...(has("remove-cell", "remove_cell") ? ["include: false"] : []),
    ...(has("remove-input", "remove_input") ? ["echo: false"] : []),
    ...(has("hide-input", "hide_input") ? ["code-fold: true"] : []),
    ...(has("remove-output", "remove_output") ? ["output: false"] : []),
    ...(has("raises-exception") ? ["error: true"] : []),
  ];
}

/** Comments out IPython's line magics and shell lines, which are not Python; `magics` are these lines. */
function withoutMagics(code: string): { readonly text: string; readonly magics: readonly string[] } {
  const magics: string[] = [];
  const lines = code.split("\n").map((line) => {
    if (!/^(?:%{1,2}[A-Za-z_]\w*(?: |$)|!\S|\?\w|\w+\?{1,2}$)/.test(line)) return line;
    magics.push(line.trim());
    return `# ${line}`;
  });
  return { text: lines.join("\n"), magics };
}
