import type { Conclusion } from "../../model/report-results.ts";
import { fillTemplate, html } from "../html/template.ts";
import { codedHtml, codedMarkdown } from "../text/coded-text.ts";

const KINDS = [
  { kind: "warning", title: "Warning", alert: "WARNING" },
  { kind: "note", title: "Note", alert: "NOTE" },
] as const;

/** Conclusions as callouts, one for warnings and one for notes; empty without any. */
export function renderConclusions(conclusions: readonly Conclusion[]): string {
  return KINDS.flatMap(({ kind, title }) => {
    const messages = conclusions
      .filter(({ severity }) => severity === kind)
      .map(({ message }) => html(codedHtml(message)));
    const [only] = messages;
    if (only === undefined) return [];
    return [fillTemplate("conclusions", { kind, title, only: messages.length === 1 ? only : null, messages })];
  }).join("\n");
}

/** The same as GitHub's alerts, a block each. */
export function formatConclusions(conclusions: readonly Conclusion[]): readonly string[] {
  return KINDS.flatMap(({ kind, alert }) => {
    const messages = conclusions
      .filter(({ severity }) => severity === kind)
      .map(({ message }) => codedMarkdown(message));
    if (messages.length === 0) return [];
    const lines = messages.length === 1 ? messages : messages.map((message) => `- ${message}`);
    return [[`[!${alert}]`, ...lines].map((line) => `> ${line}`).join("\n")];
  });
}
