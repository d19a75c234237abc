import { basename } from "node:path";
import { definesName, importsName } from "../../document/shared-names.ts";
import type { Cell, Report } from "../../document/types.ts";
import type { Failure, StackFrame } from "../../model/report-results.ts";
import { METRICS } from "../../results/metric-catalog.ts";
import { say } from "../../words/say.ts";
import { plainTerminalText } from "./terminal-text.ts";

/** What to do about an exception whose message names something of the report; undefined for other messages. */
export function hintOfException(failure: Extract<Failure, { kind: "exception" }>, report: Report): string | undefined {
  const [first = ""] = plainTerminalText(failure.message).split("\n");
  const top = failure.frames.find((frame) => frame.file !== undefined);
  return hintOfName(first, top, report) ?? hintOfMetric(first);
}

/**
 * Hint for an undefined name that another cell defines: how to import it.
 * @param top innermost frame in the author's files
 */
function hintOfName(message: string, top: StackFrame | undefined, { cells, file }: Report): string | undefined {
  const name = /^(?:name '(\w+)' is not defined|([\w$]+) is not defined)/.exec(message)?.slice(1).find(Boolean);
  const isInReport = top !== undefined && basename(top.file ?? "") === basename(file);
  const user = isInReport ? cells.find(({ range: [first, end] }) => top.line > first && top.line <= end) : undefined;
  if (name === undefined || user === undefined) return undefined;
  const definer = cells.findLast(
    (cell) =>
      cell !== user &&
      (cell.language === "python") === (user.language === "python") &&
      definesName({ code: cell.source, language: cell.language }, name) &&
      !importsName({ code: cell.source, language: cell.language }, name),
  );
  if (definer === undefined) return hintOfLibrary(name, user) ?? hintOfLabel(name, user, cells);
  const what = say("definedElsewhere", { name, line: definer.position.line });
  if (user.language === "python") return `${what} ${say("joinCells")}`;
  const label = definer.labelled ? definer.label : "label";
  const given = definer.labelled ? "" : ` ${say("labelFirst")}`;
  return `${what} ${say("exportIt", { statement: `import { ${name} } from "cell:${label}"` })}${given}`;
}

/** Names of the cell library, by the kind of cell that can import them. */
export const LIBRARY_NAMES: Readonly<Record<"script" | "python", readonly string[]>> = {
  script: [
    ...["annotatedListing", "chart", "checkpoint", "claim", "compare", "difference", "display", "flameGraph"],
    ...["heapSpaces", "heapTimeline", "lineDifference", "lineTable", "lowerBoundOverhead", "markdown", "measure"],
    ...["metric", "metricBars", "metricDots", "metricLine", "params", "pauseHistogram", "peaks", "random", "ratio"],
    ...["references", "select", "settle", "sideBySide", "table", "timeSpace", "tracemalloc", "typeTable", "variant"],
  ],
  python: ["chart", "display", "markdown", "metric", "params", "table"],
};

/** Hint for a function of the cell library that the cell does not import. */
function hintOfLibrary(name: string, { language }: Cell): string | undefined {
  const isPython = language === "python";
  if (!LIBRARY_NAMES[isPython ? "python" : "script"].includes(name)) return undefined;
  const statement = isPython ? `from heapbook import ${name}` : `import { ${name} } from "heapbook"`;
  return say("importLibrary", { name, statement });
}

/** Hint for an undefined name that is the label of another cell, with which its result is imported. */
function hintOfLabel(name: string, user: Cell, cells: readonly Cell[]): string | undefined {
  // A label with a hyphen is no name: `my-list` is the difference of `my` and `list`.
  const target = cells.find(
    (cell) =>
      cell !== user && cell.language !== "vega-lite" && (cell.label === name || cell.label.startsWith(`${name}-`)),
  );
  if (target === undefined) return undefined;
  const bound = target.label.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase());
  const statement = `import ${bound} from "result:${target.label}"`;
  const key = user.language === "python" ? "labelInPython" : "importResult";
  return say(key, { name: target.label, line: target.position.line, statement });
}

/** Hint for a built-in metric that a result lacks: names the probe that measures it. */
function hintOfMetric(message: string): string | undefined {
  const id = /Unknown metric `(\w+)`/.exec(message)?.[1];
  const probe = METRICS.find((metric) => metric.id === id)?.probe;
  if (id === undefined || probe === undefined) return undefined;
  return say("probeMeasures", { probe, id });
}
