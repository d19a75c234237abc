import pc from "picocolors";
import { formatDuration } from "../analysis/format.ts";
import type { ProgressEvent, ProgressListener } from "../experiment/progress-events.ts";
import { plural, type Terminal } from "./output.ts";
import { CLEAR_LINE, printableLine } from "./printable.ts";

const BAR_WIDTH = 20;

export interface ProgressView {
  readonly listen: ProgressListener;
  /** Clears the progress bar, so that the next output starts on an empty line. */
  finish(): void;
}

const silent: ProgressView = { listen: () => {}, finish: () => {} };

function describeVariant(variant: Readonly<Record<string, unknown>>): string {
  return Object.entries(variant)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(" ");
}

function describeWaiting({ pid }: Extract<ProgressEvent, { type: "waiting" }>): string {
  return `  waiting for another render of this report (process ${pid}) to end\n`;
}

/** A progress view for logs, where a bar cannot be redrawn: prints one line for each cell that ran or was blocked. */
function plainView(terminal: Terminal): ProgressView {
  return {
    finish: () => {},
    listen(event) {
      if (event.type === "waiting") terminal.err(describeWaiting(event));
      if (event.type !== "cell-ended") return;
      if (event.ranTrials === 0 && event.state !== "blocked") return;
      const what =
        event.state === "blocked"
          ? "not run, because a cell that it needs failed"
          : `${event.state}, ${plural(event.ranTrials, "trial")} in ${formatDuration(event.durationMs)}`;
      terminal.err(`  ${printableLine(event.label)}: ${what}\n`);
    },
  };
}

/**
 * A progress view for terminals: a bar with the current cell, variant and trial, and the remaining time estimated from
 * the trials so far.
 */
function barView(terminal: Terminal, now: () => number): ProgressView {
  let planned = 0;
  let settled = 0;
  let ran = 0;
  let startMs: number | undefined;
  let current = "";
  const timeLeft = (): string => {
    if (ran === 0 || startMs === undefined) return "";
    const left = ((now() - startMs) / ran) * (planned - settled);
    return `, about ${formatDuration(left)} left`;
  };
  const draw = (): void => {
    const filled = planned === 0 ? 0 : Math.round((settled / planned) * BAR_WIDTH);
    const bar = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
    const line = `${bar} ${settled}/${planned} trials${timeLeft()}  ${current}`;
    terminal.err(`${CLEAR_LINE}${pc.dim(printableLine(line).slice(0, terminal.columns - 1))}`);
  };
  const count = (event: ProgressEvent): void => {
    switch (event.type) {
      case "waiting":
        terminal.err(describeWaiting(event));
        return;
      case "planned":
        planned += event.trials;
        return;
      case "reused":
      case "dropped":
        settled += event.trials;
        return;
      case "trial-started": {
        startMs ??= now();
        const probe = event.probe === "output" ? "" : ` ${event.probe}`;
        const variant = describeVariant(event.variant);
        current = `${event.label}${variant === "" ? "" : ` ${variant}`}${probe} ${event.trial}/${event.trials}`;
        return;
      }
      case "trial-ended":
        settled++;
        ran++;
        return;
      case "cell-ended":
        return;
    }
  };
  return {
    listen(event) {
      count(event);
      if (startMs !== undefined) draw();
    },
    finish() {
      if (startMs !== undefined) terminal.err(CLEAR_LINE);
    },
  };
}

/** Makes the view of a render's progress: a bar on a terminal, lines in a log, nothing with `--quiet`. */
export function createProgressView(
  terminal: Terminal,
  quiet: boolean,
  now: () => number = () => performance.now(),
): ProgressView {
  if (quiet) return silent;
  return terminal.isInteractive ? barView(terminal, now) : plainView(terminal);
}
