import type { History } from "../../diff/history.ts";
import { groupHistory, tabulateHistory } from "../components/history-table.ts";
import { escapeMarkdown } from "./escape.ts";
import { renderTableMarkdown } from "./table.ts";

/** Renders the history of metrics as GitHub Markdown: a table for each report and metric. */
export function renderHistoryMarkdown(history: History): string {
  const parts = groupHistory(history).flatMap((group) => [
    `**${escapeMarkdown(group.title)}** · ${escapeMarkdown(group.label)}`,
    renderTableMarkdown(tabulateHistory(group, history)),
  ]);
  return `${parts.join("\n\n")}\n`;
}
