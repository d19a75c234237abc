import { createMarkdown } from "../../document/markdown.ts";
import type { Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import { type HtmlProblem, readRawHtml } from "../../render/prose/raw-html.ts";
import { walkTokens } from "../../render/prose/tokens.ts";

/**
 * Finds raw HTML that the page drops (`removed-html`), and HTML that the page shows as text because its tags do not
 * match (`stray-markup`). Returns warnings, at most one of each kind for a line.
 */
export function findStrippedHtml({ tokens, file, asides }: Report): UserError[] {
  const found = new Map<string, { readonly problem: HtmlProblem; readonly whats: Set<string> }>();
  const ofAsides = asides.flatMap(({ source, position: { line } }) =>
    readRawHtml(createMarkdown().parseInline(source, {})).problems.map((problem) => ({ ...problem, line })),
  );
  for (const problem of [...readRawHtml(tokens).problems, ...findUnclosedText(tokens), ...ofAsides]) {
    const key = `${problem.line} ${problem.kind}`;
    const known = found.get(key) ?? { problem, whats: new Set() };
    known.whats.add(problem.what);
    found.set(key, known);
  }
  return [...found.values()].map(({ problem: { kind, line }, whats }) => {
    const position = { file, line };
    const names = [...whats];
    if (kind === "removed") {
      return new UserError(`Removed from the HTML: ${names.join(", ")}.`, {
        code: "removed-html",
        position,
        hint: "The page's Content-Security-Policy refuses it. Images and callouts have attributes in Markdown.",
      });
    }
    const code = names.map((name) => `\`${name}\``).join(", ");
    const [first = ""] = names;
    const [verb, object] = names.length === 1 ? ["is", "it"] : ["are", "them"];
    const why = kind === "unclosed" ? `${verb} not closed` : `${names.length === 1 ? "closes" : "close"} nothing`;
    return new UserError(`${code} ${why}, and the page shows ${object} as text.`, {
      code: "stray-markup",
      position,
      hint: `Text is written as code: \`${first}\`.${kind === "unclosed" ? " Markup needs its closing tag." : ""}`,
    });
  });
}

/** Finds HTML that begins within text and never ends; Markdown treats it as text. */
function findUnclosedText(tokens: Report["tokens"]): HtmlProblem[] {
  const problems: HtmlProblem[] = [];
  let block = "";
  for (const { token, line } of walkTokens(tokens, 1)) {
    if (token.type === "inline") block = token.content;
    if (token.type !== "text") continue;
    const what = /<!--|<!\[CDATA\[|<\?[a-z]+|<[a-z][a-z0-9]* [a-z-]+=["'\w]/i.exec(token.content)?.[0];
    if (what === undefined || block.includes(`\\${what}`)) continue;
    problems.push({ kind: "unclosed", what: what.split(" ")[0] ?? what, line });
  }
  return problems;
}
