import type { MarkdownIt, StateCore } from "markdown-it";

/**
 * Adds GitHub's task lists (`- [x] done`) to markdown-it. `meta` of `list_item_open` becomes `{ task: "done" | "open"
 * }`, and the mark is removed from the item's text.
 */
export function addListRules(markdown: MarkdownIt): void {
  markdown.core.ruler.after("inline", "tasks", markTasks);
}

const MARK = /^\[([ xX])\][ \t]+(?=\S)/;

function markTasks(state: StateCore): void {
  for (const [index, item] of state.tokens.entries()) {
    if (item.type !== "list_item_open" || state.tokens[index + 1]?.type !== "paragraph_open") continue;
    const inline = state.tokens[index + 2];
    const text = inline?.children?.[0];
    const mark = text?.type === "text" ? MARK.exec(inline?.content ?? "") : null;
    if (mark === null || inline === undefined || text === undefined || !text.content.startsWith(mark[0].trimEnd()))
      continue;
    text.content = text.content.replace(/^\[[ xX]\][ \t]*/, "");
    item.meta = { ...item.meta, task: mark[1] === " " ? "open" : "done" };
  }
}
