/** Kills a render at many moments: no trial goes on, and the next render reuses all that had finished. */
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findRunFaults, isAlive, makeFolder, run, start } from "./check.mjs";

const REPORT = `---
title: Kills
---

${[1, 2, 3]
  .map(
    (cell) => `\`\`\`{js}
//| label: c${cell}
//| probes: [time]
//| trials: 3
import { measure } from "heapbook";
import { appendFileSync } from "node:fs";
appendFileSync(process.env.RUN_LOG, process.pid + "\\n");
const number = ${cell};
measure(() => number);
await new Promise((resolve) => setTimeout(resolve, 100));
\`\`\`
`,
  )
  .join("\n")}`;

/** Processes of a render that nothing disturbs. */
async function countProcesses() {
  const made = makeFolder({ "reports/a/report.md": REPORT });
  await run(["render", "a", "-j", "2"], made.folder, { env: { RUN_LOG: made.path("runs.log") } });
  const count = made.read("runs.log").split("\n").filter(Boolean).length;
  made.remove();
  return count;
}

/** @param step 1: 9 moments for each of three signals; 9: one of each */
export async function checkKills(report, step = 1) {
  if (process.platform !== "linux") return report("kills", [], "reads /proc");
  const needed = await countProcesses();
  for (const signal of ["SIGKILL", "SIGQUIT", "SIGTERM"]) {
    for (let moment = 0; moment < 9; moment += step) {
      const made = makeFolder({ "reports/a/report.md": REPORT, "tmp/.keep": "" });
      const env = { RUN_LOG: made.path("runs.log"), TMPDIR: made.path("tmp") };
      try {
        const { child, ended } = start(["render", "a", "-j", "2"], made.folder, { env });
        const started = () => made.read("runs.log").split("\n").length - 1;
        for (let waited = 0; waited < 20_000 && started() < moment * 2; waited += 20) await sleep(20);
        await sleep(moment * 10);
        child.kill(signal);
        const killed = await ended;
        const faults = signal === "SIGTERM" && killed.stderr !== "" ? findRunFaults(killed, [0, 130]) : [];
        await sleep(1500);
        const pids = () => made.read("runs.log").split("\n").filter(Boolean).map(Number);
        const alive = pids().filter(isAlive);
        if (alive.length > 0) faults.push(`${alive.length} processes go on`);
        const before = pids().length;
        const next = await run(["render", "a", "-j", "2"], made.folder, { env });
        faults.push(...findRunFaults(next, [0]));
        const left = readdirSync(made.path("tmp")).filter((name) => name.startsWith("heapbook-"));
        if (left.length > 0) faults.push(`left in TMPDIR: ${left.join(", ")}`);
        // At most the two trials at work had not finished.
        const again = pids().length - before;
        if (again > needed - before + 2)
          faults.push(`${before} processes before the end, ${again} after it, ${needed} needed`);
        report(`${signal} after ${moment * 2} processes`, faults);
      } finally {
        made.remove();
      }
    }
  }
}
