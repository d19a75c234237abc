import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { TRIAL_MARK } from "../model/program-records.ts";
import { filterOf, filterText, listProcesses } from "./kernel-mark.ts";

/**
 * Environment variable that marks the processes of a trial. Every process that the trial starts inherits the mark, even
 * in a session of its own, where no process group and no parent connects it to the trial.
 */
export const MARK = TRIAL_MARK;

/** Makes a random mark, of constant length. */
export function createMark(): string {
  return randomBytes(8).toString("hex");
}

/**
 * Kills every process of a trial: those with the mark in their environment, and those without any mark but with the
 * trial's filter of core dumps. Linux only, because other systems do not show the environment of a process. Processes
 * of other users cannot be read and are left alone.
 */
export function killMarked(mark: string, filter: number | undefined): void {
  if (process.platform !== "linux") return;
  // Repeated if processes were found, because one of them may have started another meanwhile.
  if (killOnce(`${MARK}=${mark}`, filter)) killOnce(`${MARK}=${mark}`, filter);
}

/** Kills every process that is found at this moment. @returns whether any was found */
function killOnce(variable: string, filter: number | undefined): boolean {
  let found = false;
  for (const name of listProcesses()) {
    if (Number(name) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${name}/environ`, "latin1");
      // A process with another mark belongs to another Heapbook, which may have got the same filter after this trial
      // ended.
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
 * Script of the watchdog, a shell that waits for lines on a pipe. `+ pid mark seconds filter` begins to watch a trial,
 * `- pid` ends it.
 *
 * The pipe closes when Heapbook ends for any reason, even SIGKILL; then the watchdog kills every trial that still runs.
 * It also kills a trial that is far over its time, as when Heapbook is stopped (SIGSTOP). `wait` collects the ended
 * timer, which would otherwise stay as a zombie.
 *
 * The watchdog is a process of its own for two reasons: the measured process must not run a thread or load a module for
 * it, and a cell in an endless loop could not watch its parent.
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

/**
 * Sends a line to the watchdog, which is started if it does not run. Without a shell on the machine, trials are not
 * watched.
 */
function writeLine(line: string): void {
  if (watchdog === undefined) {
    const started = spawn("/bin/sh", ["-c", SCRIPT, "heapbook-watchdog"], {
      cwd: "/",
      // Without this process's own marks, which it has if a cell runs Heapbook.
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

/** Seconds after a trial's own timeout at which the watchdog kills it. Normally Heapbook has killed it before. */
const LATER_S = 5;
/** Time limit in seconds of a trial without a timeout, as under a debugger: some days. */
const NO_TIMEOUT_S = 1_000_000;

/** Begins to watch a trial. @returns a function that ends the watch */
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
