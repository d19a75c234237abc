/**
 * Reports child processes that outlive the trial. Loaded only for cells that may start processes, because every loaded
 * module is measured.
 */
import { readdirSync, readFileSync } from "node:fs";
import { send } from "./channel.ts";

// Copies of the originals: the cell may replace the functions.
const [list, read] = [readdirSync, readFileSync];

/**
 * Sends to the parent the ids of this process's children at its exit. A child with its own session and environment
 * could not be assigned to the trial once this process has ended.
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
