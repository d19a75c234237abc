import { largest } from "../../analysis/extremes.ts";

/** Writes a fenced code block, with a fence longer than every run of backticks in the text. */
export function fence(text: string, language: string): string {
  const mark = "`".repeat(Math.max(2, longestRun(text)) + 1);
  return `${mark}${language}\n${text.replace(/\n$/, "")}\n${mark}`;
}

/** Writes a code span, with delimiters longer than every run of backticks in the text. */
export function codeSpan(text: string): string {
  const longest = longestRun(text);
  const mark = "`".repeat(longest + 1);
  const padding = longest > 0 ? " " : "";
  return `${mark}${padding}${text}${padding}${mark}`;
}

/** Length of the longest run of backticks. */
function longestRun(text: string): number {
  return Math.max(0, largest([...text.matchAll(/`+/g)].map(([run]) => run.length)));
}
