declare module "markdown-it-deflist" {
  import type { MarkdownIt } from "markdown-it";
  /** Definition lists: a term, and lines that begin with `:` or `~`. */
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default function deflist(markdown: MarkdownIt): void;
}
