import type { Workspace } from "./workspace.ts";

/** Every file of the page of a report; results.json without times, which no two runs share. */
export function builtPage({ list, read }: Workspace, slug = "demo"): Record<string, string> {
  return Object.fromEntries(
    list(`_site/${slug}`).map((name) => [
      name,
      read(name)
        .replace(/"(?:durationMs|measuredAt|peakRss|timeMs)": ?("[^"]*"|[\d.]+)/g, '"time": 0')
        .replace(/(?:[\d.,]+\s(?:ms|s|min|h)\s?)+(?= measured)/g, "DURATION"),
    ]),
  );
}
