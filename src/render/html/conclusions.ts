import { currentLanguage } from "../../language.ts";
import type { Conclusion } from "../../model/report-results.ts";
import { pageWords } from "../../words/page-words.ts";
import { groupConclusions } from "../components/conclusions.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import { fillTemplate, html } from "./template.ts";

/** Renders conclusions as callouts, one for warnings and one for notes; empty without conclusions. */
export function renderConclusionsHtml(conclusions: readonly Conclusion[]): string {
  return groupConclusions(conclusions)
    .map(({ severity, messages }) => {
      const rendered = messages.map((message) => html(renderCodedTextHtml(message)));
      const only = rendered.length === 1 ? rendered[0] : null;
      return fillTemplate("conclusions", {
        kind: severity,
        title: pageWords(currentLanguage())[severity],
        only,
        messages: rendered,
      });
    })
    .join("\n");
}
