import type { Conclusion } from "../../model/report-results.ts";

/** All conclusions of one severity, at least one. Formats show each group as one callout. */
export interface ConclusionGroup {
  readonly severity: Conclusion["severity"];
  /** Texts with code between backticks, one for each conclusion. */
  readonly messages: readonly string[];
}

/** Groups conclusions by severity, warnings first. A severity without conclusions has no group. */
export function groupConclusions(conclusions: readonly Conclusion[]): readonly ConclusionGroup[] {
  return (["warning", "note"] as const)
    .map((severity) => ({
      severity,
      messages: conclusions.filter((each) => each.severity === severity).map(({ message }) => message),
    }))
    .filter(({ messages }) => messages.length > 0);
}
