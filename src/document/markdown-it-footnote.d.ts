declare module "markdown-it-footnote" {
  import type { MarkdownIt } from "markdown-it";
  /** `[^1]` and `^[inline]` footnotes. */
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default function footnote(markdown: MarkdownIt): void;
}
