import type { Cell } from "../../document/types.ts";

/** Language of the kernel, undefined without a cell that a kernel runs. Deno's kernel runs JavaScript, too, so one cell of TypeScript is enough for it. */
export function kernelLanguage(cells: readonly Cell[]): "ts" | "js" | "python" | undefined {
  const [first] = cells.flatMap(({ language }) => (language === "vega-lite" ? [] : [language]));
  return first !== "python" && cells.some(({ language }) => language === "ts") ? "ts" : first;
}
