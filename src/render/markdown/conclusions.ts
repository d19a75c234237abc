import type { Conclusion } from "../../model/report-results.ts";
import { groupConclusions } from "../components/conclusions.ts";
import { renderAlert } from "./alert.ts";
import { renderCodedTextMarkdown } from "./coded-text.ts";

const ALERTS = { warning: "WARNING", note: "NOTE" } as const;

/** Renders conclusions as GitHub alerts, one for warnings and one for notes. */
export function renderConclusionsMarkdown(conclusions: readonly Conclusion[]): readonly string[] {
  return groupConclusions(conclusions).map(({ severity, messages }) => {
    const texts = messages.map(renderCodedTextMarkdown);
    return renderAlert(ALERTS[severity], (texts.length === 1 ? texts : texts.map((text) => `- ${text}`)).join("\n"));
  });
}
