import type { Renderer } from "./renderer.ts";

/** The formats a report can be made in, as `--to` names them. Loaded when asked for. */
export const RENDERERS: Readonly<Record<"html" | "md", Renderer>> = {
  html: async (input) => (await import("./html/report.ts")).renderHtml(input),
  md: async (input) => (await import("./markdown/report.ts")).renderMarkdown(input),
};

export type Format = keyof typeof RENDERERS;
