import type { RenderOptions } from "../../src/pipeline/options.ts";

type Defaults = Pick<RenderOptions, "formats" | "params" | "mode" | "jobs" | "signal" | "onProgress" | "onWarning">;

/** Options of a render that a test does not vary: HTML and Markdown, what is stored is reused, a warning is an error. */
export function renderDefaults(): Defaults {
  return {
    formats: ["html", "md"],
    params: {},
    mode: "reuse",
    jobs: 2,
    signal: new AbortController().signal,
    onProgress: () => {},
    onWarning: (message) => {
      throw new Error(message);
    },
  };
}
