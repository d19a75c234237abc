declare module "markdown-it-footnote" {
  import type { MarkdownIt } from "markdown-it";
  /** Plugin for footnotes, `[^1]` and `^[inline]`. */
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default function footnote(markdown: MarkdownIt): void;
}
