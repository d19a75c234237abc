import { stringify } from "yaml";
import type { CellLanguage } from "../document/types.ts";
import { oneLine } from "../render/markdown/one-line.ts";
import { plainTerminalText, withPictures } from "../render/text/terminal-text.ts";
import type { ConvertedFile } from "./files.ts";
import { imageFiles } from "./files.ts";
import type { ReadOutput } from "./read-notebook.ts";
import { valueText } from "./shown-value.ts";

/** The outputs of a notebook cell in the form in which a report keeps them. */
export interface Recorded {
  /** Option lines of the cell, without their markers: `recorded-output: …`, `error: true`. */
  readonly options: readonly string[];
  /** Markdown of images, each a line to put after the cell. */
  readonly markdown: readonly string[];
  readonly files: readonly ConvertedFile[];
  /** Image files among `files`. */
  readonly images: readonly ConvertedFile[];
  /** Text that the cell printed on stdout or displayed; also in `options`. */
  readonly text: string;
  /** Sentences about outputs that the report lacks or changes, without the line of the cell. */
  readonly lost: readonly string[];
}

/** Longest recorded output, in lines, that stands in report.md; a longer one goes to a file. */
const MOST_LINES = 30;
/** Longest recorded output, in characters, that stands in report.md; a longer one goes to a file. */
const MOST_CHARACTERS = 10_000;

/**
 * Turns the outputs of a cell into a recorded output and images.
 *
 * @param source name of the notebook, which the recorded output gives as its source
 * @param number number of the cell in the notebook, for file names
 */
export function recordOutputs(
  outputs: readonly ReadOutput[],
  language: CellLanguage,
  { source, number, assets }: { readonly source: string; readonly number: number; readonly assets: string },
): Recorded {
  const isScript = language === "js" || language === "ts";
  const texts: string[] = [];
  const files: ConvertedFile[] = [];
  const markdown: string[] = [];
  const lost = new Set<string>();
  const options: string[] = [];
  for (const output of outputs) {
    if (output.output_type === "stream") {
      if (output.name === "stdout") texts.push(output.text.endsWith("\n") ? output.text : `${output.text}\n`);
      else lost.add(`Its output on ${oneLine(output.name)} is not kept.`);
    } else if (output.output_type === "error") {
      if (!options.includes("error: true")) options.push("error: true");
      lost.add(`It failed in the notebook (${oneLine(output.ename)}), so it has \`error: true\`.`);
    } else {
      const images = imageFiles(output.data, `${assets}/output-${number}-${files.length + 1}`);
      if (images !== undefined) {
        files.push(images);
        markdown.push(`![Output of cell ${number} in ${escapeText(source)}](${encodeURI(images.path)})`);
        continue;
      }
      const written = plainOf(output.data);
      const plain = isScript && output.output_type === "execute_result" ? valueText(written) : written;
      if (plain !== "") texts.push(`${plain}\n`);
      const others = Object.keys(output.data).filter((type) => type !== "text/plain");
      if (others.length > 0 || plain === "") {
        const kept = plain === "" ? "not kept" : "kept as plain text";
        lost.add(`Its output of type ${oneLine(others.join(", ")) || "unknown"} is ${kept}.`);
      }
    }
  }
  const text = plainTerminalText(texts.join("")).trimEnd();
  const images = [...files];
  if (text !== "") {
    const isLong = text.length > MOST_CHARACTERS || text.split("\n").length > MOST_LINES;
    const path = `${assets}/output-${number}.txt`;
    if (isLong) files.push({ path, contents: `${text}\n` });
    const recorded = isLong ? { source, file: path } : { source, text: `${text}\n` };
    options.unshift(...stringify({ "recorded-output": recorded }, { lineWidth: 0 }).trimEnd().split("\n"));
  }
  if (language === "vega-lite" && options.length > 0)
    return { options: [], markdown, files: [], images, text, lost: [...lost] };
  return { options, markdown, files, images, text, lost: [...lost] };
}

function plainOf(data: Readonly<Record<string, unknown>>): string {
  const text = data["text/plain"] ?? data["text/markdown"] ?? data["text/latex"];
  return (Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "").trimEnd();
}

function escapeText(text: string): string {
  return withPictures(oneLine(text)).replace(/[\\[\]*_`]/g, "\\$&");
}
