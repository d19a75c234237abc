/**
 * Types of Jupyter notebooks, nbformat 4.5 (https://nbformat.readthedocs.io/en/latest/format_description.html), as
 * Heapbook writes and reads them.
 */

/** A text as one string or as a list of its lines, each with its line break. Jupyter writes lists. */
export type MultilineText = string | readonly string[];

/**
 * One value in several representations, by MIME type. JSON types hold a JSON value, all others a string; images other
 * than SVG are Base64.
 */
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
 * Original text of a notebook cell in report.md, from which `heapbook convert` restores the report. Valid only while
 * the notebook cell still has the text that Heapbook wrote.
 */
export interface CellOrigin {
  /** Lines of report.md that became this cell, including the blank lines around them. */
  readonly source: string;
  /** Result of `digest` for the text that Heapbook wrote into the cell. */
  readonly digest: string;
}

/** `metadata.heapbook` of a cell. */
export interface HeapbookCellMetadata {
  /** Language of a code cell in the report. */
  readonly language?: string;
  /** Original text in report.md. Undefined where the text of the cell equals the text of the report. */
  readonly origin?: CellOrigin;
  /**
   * Blank lines in report.md before a code cell, if not exactly one; or blank lines at the end of the report, on the
   * cell with role `provenance`.
   */
  readonly before?: string;
  /**
   * `title`: the cell that was made from the front matter. `provenance`: the cell about the origin of the numbers,
   * which has no text in the report.
   */
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
  /** Images of a Markdown cell, by name and then by MIME type. The text links an image as `attachment:name`. */
  readonly attachments?: Readonly<Record<string, NotebookBundle>>;
}

export interface CodeCell extends CellBase {
  readonly cell_type: "code";
  readonly metadata: {
    readonly heapbook?: HeapbookCellMetadata;
    /** JupyterLab's metadata: whether source or outputs are collapsed. */
    readonly jupyter?: { readonly source_hidden?: boolean; readonly outputs_hidden?: boolean };
    /** Tags of Jupyter Book and nbconvert: `hide-input`, `remove-input`, `remove-cell`, `raises-exception`. */
    readonly tags?: readonly string[];
    /** VS Code's metadata: language of a cell that differs from the kernel's language. */
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

/** A Jupyter kernel that can run cells of one language, with the names under which its package installs it. */
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
