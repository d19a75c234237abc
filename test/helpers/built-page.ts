import type { Workspace } from "./workspace.ts";

/** Every file of the page of `demo`; results.json without times, which no two runs share. */
export function builtPage({ list, read }: Workspace): Record<string, string> {
  return Object.fromEntries(
    list("_site/demo").map((name) => [
      name,
      read(name)
        .replace(/"(?:durationMs|measuredAt|peakRss)": ?("[^"]*"|[\d.]+)/g, '"time": 0')
        .replace(/(?:[\d.,]+\s(?:ms|s|min|h)\s?)+(?= measured)/g, "DURATION"),
    ]),
  );
}
