declare module "markdown-it-deflist" {
  import type { MarkdownIt } from "markdown-it";
  /** Plugin for definition lists: a term, then lines that begin with `:` or `~`. */
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default function deflist(markdown: MarkdownIt): void;
}
