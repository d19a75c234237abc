/** Loaded only where a cell may start processes: what else is in a measured process is measured. */
import { readdirSync, readFileSync } from "node:fs";
import { send } from "./channel.ts";

// Taken before the code of the cell runs, which may replace them.
const [list, read] = [readdirSync, readFileSync];

/**
 * Reports to the parent the processes that the cell leaves. One in a session of its own and with an environment of its own has nothing that
 * joins it to the trial, once this process is no longer its parent.
 */
function sendLeft(): void {
  let pids: number[] = [];
  try {
    pids = list("/proc/self/task").flatMap((thread) =>
      read(`/proc/self/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return; // no Linux, or a kernel that lists no children
  }
  if (pids.length > 0) send({ type: "left-processes", pids });
}

process.on("exit", sendLeft);
