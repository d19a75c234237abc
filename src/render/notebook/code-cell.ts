import { textDigest } from "../../document/text-digest.ts";
import type { Cell } from "../../document/types.ts";
import type { CodeCell, HeapbookCellMetadata } from "../../model/notebook.ts";
import { showCell } from "../components/shown-cell.ts";
import type { RenderInput } from "../renderer.ts";
import { kernelLanguage } from "./kernel.ts";
import { multiline } from "./nbformat.ts";
import { renderOutputs } from "./outputs.ts";
import type { Part } from "./parts.ts";

/**
 * Makes a code cell of a notebook: code with option lines, which are comments to a kernel, and the outputs.
 *
 * @param id id of the notebook's cell
 * @param before blank lines before the cell in the report; undefined for a single one
 */
export async function codeCell(
  { cell, source, code }: Extract<Part, { kind: "cell" }>,
  id: string,
  before: string | undefined,
  input: RenderInput,
): Promise<CodeCell> {
  const result = input.results.cells.find(({ label }) => label === cell.label);
  const isPlain = source === `\`\`\`{${cell.language}}\n${code}\n\`\`\`\n`;
  const heapbook: HeapbookCellMetadata = {
    language: cell.language,
    ...(isPlain ? {} : { origin: { source, digest: textDigest(code) } }),
    ...(before === undefined ? {} : { before }),
  };
  const languageId = editorLanguage(cell, input);
  return {
    cell_type: "code",
    id,
    metadata: {
      heapbook,
      ...visibility(cell),
      ...(languageId === undefined ? {} : { vscode: { languageId } }),
    },
    execution_count: result !== undefined && result.variants.length > 0 ? cell.number : null,
    source: multiline(code),
    outputs: await renderOutputs(cell, showCell(cell, result, input), result, input),
  };
}

/** Tags and flags that make Jupyter, Jupyter Book and nbconvert fold or hide the same parts as the report. */
function visibility({ options }: Cell): Pick<CodeCell["metadata"], "jupyter" | "tags"> {
  const tags = [
    ...(options.include ? [] : ["remove-cell"]),
    ...(options.include && !options.echo ? ["remove-input"] : []),
    ...(options.include && options.echo && options.codeFold ? ["hide-input"] : []),
    ...(options.error ? ["raises-exception"] : []),
  ];
  const isHidden = !options.include || !options.echo || options.codeFold;
  return {
    ...(isHidden ? { jupyter: { source_hidden: true } } : {}),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** VS Code's name for the language of a cell, if this language is not the kernel's; otherwise undefined. */
function editorLanguage({ language, source }: Cell, { report }: RenderInput): string | undefined {
  if (language === "vega-lite") return source.trimStart().startsWith("{") ? "json" : "yaml";
  if (language === kernelLanguage(report.cells)) return undefined;
  return { ts: "typescript", js: "javascript", python: "python" }[language];
}
