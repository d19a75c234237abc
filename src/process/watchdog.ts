import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { TRIAL_MARK } from "../model/program-records.ts";
import { filterOf, filterText, listProcesses } from "./kernel-mark.ts";

/**
 * Environment variable with the mark of a trial. Every process that the trial starts inherits the mark, in sessions of their own
 * too, where no process group and no parent connects them to the trial.
 */
export const MARK = TRIAL_MARK;

/** A new mark, of constant length. */
export function createMark(): string {
  return randomBytes(8).toString("hex");
}

/**
 * Kills every process that has a mark in its environment, or no mark and the trial's filter of core dumps. Linux only: other systems do
 * not show the environment of a process. A process of another user cannot be read, and is left alone.
 */
export function killMarked(mark: string, filter: number | undefined): void {
  if (process.platform !== "linux") return;
  // A second time where processes were found: one of them may have started another meanwhile.
  if (killOnce(`${MARK}=${mark}`, filter)) killOnce(`${MARK}=${mark}`, filter);
}

/** @returns whether there was one */
function killOnce(variable: string, filter: number | undefined): boolean {
  let found = false;
  for (const name of listProcesses()) {
    if (Number(name) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${name}/environ`, "latin1");
      // Another Heapbook may give the filter to a trial of its own as soon as this trial has ended: that trial has another mark.
      const isMarked = environment.includes(`${MARK}=`)
        ? environment.includes(variable)
        : filter !== undefined && filterOf(name) === filter;
      if (!isMarked) continue;
      process.kill(Number(name), "SIGKILL");
      found = true;
    } catch {
      // The process has ended meanwhile, or is another user's.
    }
  }
  return found;
}

/**
 * The watchdog: a shell that waits for lines on a pipe, and does nothing else. `+ pid mark seconds filter` begins the watch over a trial,
 * `- pid` ends it. The pipe closes when Heapbook ends for whatever reason, also by SIGKILL: then every trial that is left is killed. A
 * trial whose time has passed long ago is killed too, as when Heapbook is stopped (SIGSTOP).
 *
 * `wait` collects the ended timer: otherwise each trial would leave a zombie. The watchdog is a process of its own, because the measured process must neither run a thread nor load a module for it, and because a cell in an
 * endless loop could not watch its parent.
 */
const SCRIPT = `
trials=
tree() {
  for child in $(cat /proc/"$1"/task/*/children); do
    echo "$child"
    tree "$child"
  done
}
end() {
  for left in $(tree "$1"); do kill -s KILL "$left"; done
  kill -s KILL -- "-$1" || kill -s KILL "$1"
  for file in $(grep -ls "${MARK}=$2" /proc/[0-9]*/environ) $(grep -lsx "$3" /proc/[0-9]*/coredump_filter); do
    pid=\${file#/proc/}
    pid=\${pid%%/*}
    if grep -qs "${MARK}=$2" /proc/"$pid"/environ || ! grep -qs "${MARK}=" /proc/"$pid"/environ; then
      kill -s KILL "$pid"
    fi
  done
}
while read -r sign pid mark seconds filter; do
  if [ "$sign" = + ]; then
    ( sleep "$seconds" & timer=$!; trap 'kill "$timer"; exit' TERM; wait "$timer" && end "$pid" "$mark" "$filter" ) &
    trials="$trials $pid:$mark:$filter:$!"
  else
    kept=
    for trial in $trials; do
      case $trial in
        "$pid":*) kill -s TERM "\${trial##*:}"; wait "\${trial##*:}" ;;
        *) kept="$kept $trial" ;;
      esac
    done
    trials=$kept
  fi
done
for trial in $trials; do
  pid=\${trial%%:*}
  rest=\${trial#*:}
  mark=\${rest%%:*}
  rest=\${rest#*:}
  end "$pid" "$mark" "\${rest%:*}"
done
kill -s KILL 0
`;

let watchdog: ChildProcess | undefined;

/** Starts the watchdog at the first trial, and again if something has ended it. Without a shell, trials are not watched. */
function writeLine(line: string): void {
  if (watchdog === undefined) {
    const started = spawn("/bin/sh", ["-c", SCRIPT, "heapbook-watchdog"], {
      cwd: "/",
      // Without the marks of this process: a cell may run Heapbook.
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    const forget = (): void => {
      if (watchdog === started) watchdog = undefined;
    };
    started.once("error", forget);
    started.once("exit", forget);
    started.stdin.on("error", forget);
    started.unref();
    (started.stdin as Socket).unref();
    watchdog = started;
  }
  watchdog.stdin?.write(`${line}\n`);
}

/** Seconds after a trial's own timeout at which the watchdog ends it: Heapbook itself does so earlier. */
const LATER_S = 5;
/** Where a trial has no timeout, as under a debugger: some days. */
const NO_TIMEOUT_S = 1_000_000;

/** Begins to watch a trial. @returns ends the watch */
export function watchTrial(
  pid: number,
  mark: string,
  timeoutMs: number | undefined,
  filter?: number | undefined,
): () => void {
  const seconds = timeoutMs === undefined ? NO_TIMEOUT_S : Math.ceil(timeoutMs / 1000) + LATER_S;
  writeLine(`+ ${pid} ${mark} ${seconds} ${filter === undefined ? "none" : filterText(filter)}`);
  return () => writeLine(`- ${pid}`);
}
