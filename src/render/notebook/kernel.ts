import type { Cell } from "../../document/types.ts";

/**
 * Language of the notebook's kernel; undefined if no kernel can run any cell. Deno's kernel runs TypeScript and
 * JavaScript, so one TypeScript cell is enough for `ts`.
 */
export function kernelLanguage(cells: readonly Cell[]): "ts" | "js" | "python" | undefined {
  const [first] = cells.flatMap(({ language }) => (language === "vega-lite" ? [] : [language]));
  return first !== "python" && cells.some(({ language }) => language === "ts") ? "ts" : first;
}
