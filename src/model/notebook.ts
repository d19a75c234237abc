/** Jupyter notebooks, nbformat 4.5 (https://nbformat.readthedocs.io/en/latest/format_description.html): what Heapbook writes and reads. */

/** A text, or a list of its lines with their line ends, which Jupyter writes. */
export type MultilineText = string | readonly string[];

/** One value in several MIME types. JSON types hold a value, all others a text; images other than SVG are Base64. */
export type NotebookBundle = Readonly<Record<string, unknown>>;

export type NotebookOutput =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: MultilineText }
  | { readonly output_type: "display_data"; readonly data: NotebookBundle; readonly metadata: object }
  | {
      readonly output_type: "execute_result";
      readonly data: NotebookBundle;
      readonly metadata: object;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/**
 * What the original report had in place of a notebook's cell, so that `heapbook convert` gives it back. Valid only while the text of
 * the cell is the one that Heapbook wrote.
 */
export interface CellOrigin {
  /** The lines of report.md, blank lines around them included. */
  readonly source: string;
  /** `digest` of the text that Heapbook wrote into the cell. */
  readonly digest: string;
}

/** `metadata.heapbook` of a cell. */
export interface HeapbookCellMetadata {
  /** Of a code cell: its language in the report. */
  readonly language?: string;
  /** Undefined where the text of the cell is the text of the report. */
  readonly origin?: CellOrigin;
  /** Of a code cell: blank lines before it in the report, where they are not one. Of the provenance: blank lines at the end of the report. */
  readonly before?: string;
  /** Of the cell with the title, whose origin is the front matter, and of that with the provenance, which no report has. */
  readonly role?: "title" | "provenance";
}

interface CellBase {
  /** 1 to 64 letters, digits, `-` and `_`; unique in the notebook. */
  readonly id: string;
  readonly source: MultilineText;
}

export interface MarkdownCell extends CellBase {
  readonly cell_type: "markdown";
  readonly metadata: { readonly heapbook?: HeapbookCellMetadata };
  /** Images by name, each by MIME type; the text links them as `attachment:name`. */
  readonly attachments?: Readonly<Record<string, NotebookBundle>>;
}

export interface CodeCell extends CellBase {
  readonly cell_type: "code";
  readonly metadata: {
    readonly heapbook?: HeapbookCellMetadata;
    /** JupyterLab's: whether source or outputs are collapsed. */
    readonly jupyter?: { readonly source_hidden?: boolean; readonly outputs_hidden?: boolean };
    /** Jupyter Book's and nbconvert's: `hide-input`, `remove-input`, `remove-cell`, `raises-exception`. */
    readonly tags?: readonly string[];
    /** Language of a cell that is not in the language of the kernel. */
    readonly vscode?: { readonly languageId: string };
  };
  readonly execution_count: number | null;
  readonly outputs: readonly NotebookOutput[];
}

export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly (MarkdownCell | CodeCell)[];
}

/** A kernel that can run the cells of a language, by the names under which its package installs it. */
export interface NotebookKernel {
  readonly kernelspec: { readonly name: string; readonly display_name: string; readonly language: string };
  readonly language_info: { readonly name: string; readonly file_extension: string; readonly mimetype: string };
}

/** Kernels by language of a report's cells: Deno's for TypeScript, IJavascript's for JavaScript, ipykernel's for Python. */
export const KERNELS: Readonly<Record<"ts" | "js" | "python", NotebookKernel>> = {
  ts: {
    kernelspec: { name: "deno", display_name: "Deno", language: "typescript" },
    language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x.typescript" },
  },
  js: {
    kernelspec: { name: "javascript", display_name: "JavaScript (Node.js)", language: "javascript" },
    language_info: { name: "javascript", file_extension: ".js", mimetype: "application/javascript" },
  },
  python: {
    kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
    language_info: { name: "python", file_extension: ".py", mimetype: "text/x-python" },
  },
};

/** The expression at the end of a cell, whose value Jupyter shows. Offsets in the code, in UTF-16 units. */
export interface LastExpression {
  readonly start: number;
  readonly end: number;
  /** Whether the expression is often written for its effect, such as a call: its value may be undefined. */
  readonly mayBeVoid: boolean;
}
