import type { MarkdownIt, StateCore, Token } from "markdown-it";
import type { Attributes } from "./attributes.ts";

/**
 * Kinds of callouts in GitHub's alerts (https://docs.github.com/get-started/writing-on-github, Alerts) and in Quarto.
 */
export const CALLOUT_KINDS = ["note", "tip", "important", "warning", "caution"] as const;

const ALERT = /^\[!(note|tip|important|warning|caution)\]([+-]?)([^\n]*)(?:\n|$)/i;

/**
 * Adds callouts to markdown-it, in two syntaxes:
 *
 * - GitHub's alerts, `> [!NOTE] Title`; `[!NOTE]- Title` and `[!NOTE]+ Title` fold, as in Obsidian
 * - Quarto's callouts, `::: {.callout-note title="Title" collapse="true"}`; a heading at the beginning is the title
 *
 * Tokens: `callout_open`, the content, `callout_close`. `meta` of `callout_open` is `{ kind }`, with `collapse` if it
 * folds, `source` for a div, and `titled: true` with a title. The title is `callout_title_open`, `inline`,
 * `callout_title_close` at the beginning.
 */
export function addCalloutRules(markdown: MarkdownIt): void {
  markdown.core.ruler.before("inline", "alerts", turnQuotesIntoCallouts);
  markdown.core.ruler.before("inline", "callouts", turnDivsIntoCallouts);
}

function titleTokens(state: StateCore, content: string, line: number): Token[] {
  const inline = new state.Token("inline", "", 0);
  inline.content = content;
  inline.map = [line, line + 1];
  inline.children = [];
  return [new state.Token("callout_title_open", "p", 1), inline, new state.Token("callout_title_close", "p", -1)];
}

function turnQuotesIntoCallouts(state: StateCore): void {
  /** For each open quote: `meta` of its callout, or undefined for an ordinary quote. */
  const callouts: (Token["meta"] | undefined)[] = [];
  const emptied = new Set<Token>();
  const titles = new Map<Token, Token[]>();
  for (const [index, token] of state.tokens.entries()) {
    if (token.type === "blockquote_open") {
      const [paragraph, inline, close] = state.tokens.slice(index + 1, index + 4);
      const marker = paragraph?.type === "paragraph_open" ? ALERT.exec(inline?.content ?? "") : null;
      const kind = marker?.[1]?.toLowerCase();
      if (kind === undefined || marker === null || !paragraph || !inline || !close) {
        callouts.push(undefined);
        continue;
      }
      token.type = "callout_open";
      token.tag = "div";
      token.attrSet("class", `callout callout-${kind}`);
      // As in Obsidian: `-` is a folded callout, `+` an open one that can be folded.
      const collapse = { "-": "closed", "+": "open" }[marker[2] ?? ""];
      token.meta = { kind, ...(collapse === undefined ? {} : { collapse }) };
      callouts.push(token.meta);
      const title = (marker[3] ?? "").trim();
      if (title !== "") {
        token.meta["titled"] = true;
        titles.set(token, titleTokens(state, title, inline.map?.[0] ?? 0));
      }
      inline.content = inline.content.slice(marker[0].length).trimStart();
      for (const moved of [paragraph, inline]) if (moved.map !== null) moved.map = [moved.map[0] + 1, moved.map[1]];
      if (inline.content === "") for (const part of [paragraph, inline, close]) emptied.add(part);
    } else if (token.type === "blockquote_close") {
      const opened = callouts.pop();
      if (opened === undefined) continue;
      token.type = "callout_close";
      token.tag = "div";
      token.meta = opened;
    }
  }
  if (emptied.size === 0 && titles.size === 0) return;
  state.tokens = state.tokens.flatMap((token) => (emptied.has(token) ? [] : [token, ...(titles.get(token) ?? [])]));
}

/** The kind of callout that a div's classes name; undefined for other divs. */
function calloutKind({ classes }: Attributes): string | undefined {
  const kind = /^callout-([a-z]+)$/.exec(classes[0] ?? "")?.[1];
  return classes.length === 1 ? CALLOUT_KINDS.find((known) => known === kind) : undefined;
}

function turnDivsIntoCallouts(state: StateCore): void {
  const opened: (Token | undefined)[] = [];
  for (let index = 0; index < state.tokens.length; index += 1) {
    const token = state.tokens[index];
    if (token?.type === "div_open") {
      const attributes = token.meta?.["attributes"] as Attributes | undefined;
      const kind = attributes === undefined ? undefined : calloutKind(attributes);
      opened.push(kind === undefined ? undefined : token);
      if (kind === undefined || attributes === undefined) continue;
      const { source, unclosed } = token.meta as { readonly source: string; readonly unclosed?: boolean };
      const collapse = attributes.values.get("collapse");
      const line = token.map?.[0] ?? 0;
      const title = attributes.values.get("title");
      const heading = state.tokens[index + 1]?.type === "heading_open" ? state.tokens[index + 2] : undefined;
      const bad = [...attributes.values.keys()].filter(
        (key) => !["title", "collapse", "appearance", "icon"].includes(key),
      );
      token.type = "callout_open";
      token.meta = {
        kind,
        source,
        ...(unclosed === true ? { unclosed } : {}),
        ...(collapse === undefined ? {} : { collapse: collapse === "true" ? "closed" : "open" }),
        ...(bad.length > 0 ? { badAttributes: source } : {}),
        ...(title !== undefined || heading !== undefined ? { titled: true } : {}),
      };
      if (title !== undefined) state.tokens.splice(index + 1, 0, ...titleTokens(state, title, line));
      else if (heading !== undefined) {
        const tokens = titleTokens(state, heading.content, heading.map?.[0] ?? line);
        state.tokens.splice(index + 1, 3, ...tokens);
        token.meta["headingLine"] = heading.map?.[0];
      }
    } else if (token?.type === "div_close") {
      const open = opened.pop();
      if (open === undefined) continue;
      token.type = "callout_close";
      token.meta = open.meta;
    }
  }
}
