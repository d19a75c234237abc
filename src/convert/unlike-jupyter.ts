import { namesCell } from "../document/fence-info.ts";
import { createMarkdown } from "../document/markdown.ts";
import { walkTokens } from "../render/prose/tokens.ts";

/** A Markdown text adapted to reports, with warnings; `line` is a line of `text`, from 1. */
export interface AdaptedText {
  readonly text: string;
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Adapts the text of a Markdown cell where a report reads it differently from Jupyter. Removes the braces of a fence:
 * Jupyter shows the code, a report would run it. Warns of a LaTeX environment without dollars: Jupyter draws it, a
 * report shows its text.
 */
export function adaptText(markdown: string): AdaptedText {
  const lines = markdown.split("\n");
  const warnings: { line: number; message: string }[] = [];
  for (const { token, line } of walkTokens(createMarkdown().parse(markdown, {}), 1)) {
    if (token.type === "fence" && token.map !== null && namesCell(token.info.trim())) {
      const language = /[\w+#-]+/.exec(token.info)?.[0] ?? "text";
      const opening = lines[line - 1] ?? "";
      const at = opening.lastIndexOf(token.info.trim());
      if (at !== -1) lines[line - 1] = `${opening.slice(0, at)}${language}`;
      const message = `The fence \`${token.info.trim()}\` is \`${language}\` now: with braces it would be a cell that runs.`;
      warnings.push({ line, message });
    }
    if (token.type !== "inline") continue;
    const texts = (token.children ?? []).filter(({ type }) => type === "text" || type === "text_special");
    if (!texts.some(({ content }) => content.includes("\\begin{"))) continue;
    for (const [index, each] of lines.slice(line - 1, token.map?.[1] ?? line).entries()) {
      const environment = /\\begin\{([a-zA-Z]+\*?)\}/.exec(each)?.[1];
      if (environment === undefined) continue;
      const message = `The LaTeX environment \`${environment}\` is shown as text, because a report draws formulas between dollars only. Write \`$$\` on a line before and after it.`;
      warnings.push({ line: line + index, message });
      break;
    }
  }
  return { text: lines.join("\n"), warnings };
}
