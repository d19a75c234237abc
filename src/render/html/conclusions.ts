import { currentLanguage } from "../../language.ts";
import type { Conclusion } from "../../model/report-results.ts";
import { groupConclusions } from "../components/conclusions.ts";
import { wordsOf } from "../text/words.ts";
import { renderCodedTextHtml } from "./coded-text.ts";
import { fillTemplate, html } from "./template.ts";

/** Conclusions as callouts, one for warnings and one for notes; empty without conclusions. */
export function renderConclusionsHtml(conclusions: readonly Conclusion[]): string {
  return groupConclusions(conclusions)
    .map(({ severity, messages }) => {
      const rendered = messages.map((message) => html(renderCodedTextHtml(message)));
      const only = rendered.length === 1 ? rendered[0] : null;
      return fillTemplate("conclusions", {
        kind: severity,
        title: wordsOf(currentLanguage())[severity],
        only,
        messages: rendered,
      });
    })
    .join("\n");
}
