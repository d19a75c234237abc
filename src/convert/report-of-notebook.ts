import { basename } from "node:path";
import { type CellCode, findSharedNames } from "../document/shared-names.ts";
import { textDigest } from "../document/text-digest.ts";
import type { CellLanguage } from "../document/types.ts";
import { findControls } from "../render/text/terminal-text.ts";
import { foreignLanguageOf, kernelLanguageOf, languageOf, textAt } from "./cell-language.ts";
import { type ConvertedCell, convertCode } from "./code.ts";
import type { ConvertedFile } from "./files.ts";
import { makeFrontMatter } from "./front-matter.ts";
import { originalImages } from "./original-images.ts";
import { convertText } from "./prose.ts";
import type { ReadCell, ReadNotebook } from "./read-notebook.ts";
import type { FindLastExpression } from "./shown-value.ts";

/** A report made from a notebook. */
export interface ConvertedReport {
  /** Whether Heapbook wrote the notebook, so that the report is the original one. */
  readonly isOwn: boolean;
  /** Text of report.md. */
  readonly source: string;
  /** Images and long outputs; paths are relative to the folder of the report. */
  readonly files: readonly ConvertedFile[];
  /**
   * Parts of the notebook that the report lacks, and things that the author must change; `line` is a line of `source`,
   * from 1.
   */
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Makes a report from a notebook. Unchanged cells that Heapbook wrote give the original report, to the byte; a changed
 * cell keeps its new text. In any other notebook, Python, JavaScript and TypeScript code cells become cells, and their
 * outputs recorded outputs.
 *
 * @param file name of the notebook, for messages, the title and the `source` of recorded outputs
 * @param language value of `--language`, in place of the kernel's language; undefined to use the kernel's
 * @param findLast finds the last expression of a cell in JavaScript or TypeScript, whose value Jupyter shows; without it, values are recorded only
 * @throws UserError `unknown-kernel-language`
 */
export function reportOfNotebook(
  notebook: ReadNotebook,
  file: string,
  language: CellLanguage | undefined,
  findLast: FindLastExpression = () => undefined,
): ConvertedReport {
  const kernel = kernelLanguageOf(notebook, file, language);
  const writer = new ReportWriter();
  const isOwn = notebook.cells.some((cell) => roleOf(cell) === "title");
  const made = isOwn ? undefined : makeFrontMatter(notebook, file);
  if (made !== undefined) writer.add(made.frontMatter);
  const cells = made?.cells ?? notebook.cells;
  const codes: ShownCode[] = [];
  const printed: number[] = [];
  const printsValues = /^[jt]slab$/.test(textAt(notebook.metadata, "kernelspec", "name") ?? "");
  const values = { findLast, printsValues };
  const last = cells.findLastIndex((cell) => roleOf(cell) === undefined);
  for (const [index, cell] of cells.entries()) {
    const role = roleOf(cell);
    if (role === "title") writer.addTitle(cell);
    else if (role === "provenance") writer.add(blankOf(cell));
    else if (cell.cell_type === "code") {
      const spoken = languageOf(cell, kernel);
      const converted = convertCode(cell, spoken, {
        source: basename(file),
        number: notebook.cells.indexOf(cell) + 1,
        isOwn: textAt(cell.metadata, "heapbook", "language") !== undefined,
        foreign: foreignLanguageOf(cell),
        values,
      });
      const line = writer.addCell(cell, converted);
      if (converted.isPrinted) printed.push(line);
      if (converted.runs) codes.push({ language: spoken, code: cell.source, line, label: converted.label });
    } else writer.addText(cell, index === last);
  }
  if (!isOwn) {
    warnOfShared(codes, writer);
  }
  const [first] = printed;
  if (first !== undefined) {
    const cellsHave =
      printed.length === 1 ? "This cell has" : `${printed.length} cells, of which this is the first, have`;
    writer.warn(
      first,
      `${cellsHave} \`console.log()\` around the last expression now: Jupyter shows its value by itself, a report does not.`,
    );
  }
  warnOfControls(writer);
  return {
    isOwn,
    source: writer.source,
    files: writer.files,
    warnings: writer.warnings.sort((a, b) => a.line - b.line),
  };
}

/** A cell that runs: `line` is its line in the report. */
interface ShownCode extends CellCode {
  readonly line: number;
  readonly label: string | undefined;
}

/**
 * Warns of names that cells take from an earlier cell, once for each cell that defines some: at the first cell that uses
 * one, with the number of cells. Most cells of a notebook use the imports of its first cell.
 */
function warnOfShared(codes: readonly ShownCode[], writer: ReportWriter): void {
  const found = findSharedNames(codes);
  for (const definer of new Set(found.map((use) => use.definer))) {
    const uses = found.filter((use) => use.definer === definer);
    const [from, to] = [codes[definer], codes[uses[0]?.user ?? -1]];
    if (from === undefined || to === undefined) continue;
    const names = [...new Set(uses.flatMap((use) => use.names))];
    const listed = names.map((name) => `\`${name}\``).join(", ");
    const cellsUse = uses.length === 1 ? "The cell uses" : `${uses.length} cells, of which this is the first, use`;
    writer.warn(
      to.line,
      `${cellsUse} ${listed} of the cell at line ${from.line}, and cells share no variables. ${adviseShared(from, names, uses.length)}`,
    );
  }
}

/** Warns of control characters in the report's text. They are kept, because code must run as it ran in the notebook. */
function warnOfControls(writer: ReportWriter): void {
  const [first, ...others] = findControls(writer.source);
  if (first === undefined) return;
  const code = first.character.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase();
  const more = others.length === 0 ? "" : ` (the file has ${others.length} more)`;
  writer.warn(
    writer.source.slice(0, first.index).split("\n").length,
    `The line has the control character U+${code}${more}. A terminal that shows the file runs such characters as commands: write an escape such as \`\\x${code.slice(2).toLowerCase()}\` in its place.`,
  );
}

function adviseShared({ language, label }: ShownCode, names: readonly string[], users: number): string {
  if (language === "python")
    return `Join the ${users === 1 ? "two " : ""}cells, or move the definitions into a module beside the report and import it in each.`;
  return `Write \`export\` before ${names.length === 1 ? "its definition" : "their definitions"} and \`import { ${names.join(", ")} } from "cell:${label ?? "label"}"\` ${users === 1 ? "here" : "in each of them"}${label === undefined ? ", and give that cell a label" : ""}.`;
}

function roleOf({ metadata }: ReadCell): string | undefined {
  return textAt(metadata, "heapbook", "role");
}

/**
 * Lines before the cell in the original report: `metadata.heapbook.before`. `textAt` does not return it, as it may be
 * blank.
 */
function blankOf({ metadata }: ReadCell): string {
  const before: unknown = Object(Object(metadata)["heapbook"])["before"];
  return typeof before === "string" ? before : "";
}

/** Joins the parts of a report, with blank lines where Markdown needs them. */
class ReportWriter {
  source = "";
  readonly files: ConvertedFile[] = [];
  readonly warnings: { line: number; message: string }[] = [];
  /** Whether the last part was a cell or the front matter: a cell after it needs a blank line. */
  #needsBlank = false;

  /** Line of report.md on which the next part begins, from 1. */
  get #line(): number {
    return this.source.split("\n").length;
  }

  warn(line: number, message: string): void {
    this.warnings.push({ line, message });
  }

  add(text: string): void {
    this.source += text;
    this.#needsBlank = true;
  }

  addTitle(cell: ReadCell): void {
    const origin = originOf(cell);
    if (origin !== undefined && textDigest(cell.source.trimEnd()) !== origin.digest) {
      this.warn(1, "The title of the notebook was changed, which does not change the front matter. Change it here.");
    }
    this.add(origin?.source ?? "");
    if (origin !== undefined) this.#addOriginalImages(cell, origin.source);
  }

  #addOriginalImages(cell: ReadCell, source: string): void {
    if (cell.cell_type === "code") return;
    const { files, outside } = originalImages(cell, source);
    this.files.push(...files.filter(({ path }) => !this.files.some((each) => each.path === path)));
    const line = Math.max(1, this.#line - source.trimStart().split("\n").length + 1);
    for (const address of outside) {
      this.warn(
        line,
        `The image ${address} is outside of the report's folder and was not written. Copy it to its place.`,
      );
    }
  }

  /**
   * Appends a text cell.
   * @param isLast whether this is the last part of the report
   */
  addText(cell: Exclude<ReadCell, { cell_type: "code" }>, isLast: boolean): void {
    const origin = originOf(cell);
    const isUnchanged = origin !== undefined && textDigest(cell.source.trimEnd()) === origin.digest;
    if (isUnchanged) {
      this.#append(origin.source);
      this.#addOriginalImages(cell, origin.source);
      return;
    }
    const { text, files, warnings } = convertText(cell, this.files.length);
    if (text === "") return;
    this.files.push(...files);
    this.#append(`\n${text}\n${isLast ? "" : "\n"}`);
    const before = this.#line - text.split("\n").length - (isLast ? 1 : 2);
    for (const { line, message } of warnings) this.warn(before + line, message);
    if (origin !== undefined && /\{\{/.test(origin.source)) {
      this.warn(
        this.#line - text.split("\n").length,
        "This text was changed in the notebook: its expressions and references are plain text now.",
      );
    }
  }

  #append(text: string): void {
    const isSpaced = this.source === "" || this.source.endsWith("\n\n");
    this.source += isSpaced ? text.replace(/^\n/, "") : text;
    this.#needsBlank = false;
  }

  /** Appends a code cell. @returns the line of the cell's fence in report.md, from 1 */
  addCell(cell: Extract<ReadCell, { cell_type: "code" }>, converted: ConvertedCell): number {
    if (converted.source === "") return this.#line;
    const before = blankOf(cell);
    if (before !== "") this.source += before;
    else if (this.#needsBlank || !(converted.isOwn || this.source.endsWith("\n\n"))) this.source += "\n";
    const line = this.#line;
    this.source += converted.source;
    this.files.push(...converted.files);
    for (const each of converted.warnings) this.warn(line, each);
    this.#needsBlank = true;
    return line;
  }
}

function originOf({ metadata }: ReadCell): { readonly source: string; readonly digest: string } | undefined {
  const origin: unknown = Object(Object(metadata)["heapbook"])["origin"];
  const { source, digest } = Object(origin) as { readonly source?: unknown; readonly digest?: unknown };
  return typeof source === "string" && typeof digest === "string" ? { source, digest } : undefined;
}
