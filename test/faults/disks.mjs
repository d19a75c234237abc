/** Disks that are full at many levels: the store, the site, the folder of temporary files. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { findRunFaults, makeFolder, run } from "./check.mjs";

const REPORT = `---
title: Disks
---

\`\`\`{js}
//| label: a
//| probes: [lines]
import { measure, table } from "heapbook";
measure(() => Array.from({ length: 1000 }, (_, i) => ({ i })));
table([{ a: 1 }]);
console.log("x".repeat(50_000));
\`\`\`

last-words
`;

const LEVELS_KIB = [4, 12, 24, 48, 100, 400];

export async function checkDisks(report, step = 1) {
  for (const where of ["_site", ".heapbook", "tmp"]) {
    for (const [index, sizeKiB] of LEVELS_KIB.entries()) {
      if (index % step > 0) continue;
      const made = makeFolder({ "reports/a/report.md": REPORT });
      const folder = made.path(where);
      mkdirSync(folder);
      const label = `a disk of ${sizeKiB} KiB for ${where}`;
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeKiB * 1024}`, "tmpfs", folder]).status === 0;
      try {
        if (!mounted) {
          report(label, [], "mount is not permitted");
          continue;
        }
        const env = where === "tmp" ? { TMPDIR: folder } : {};
        const full = await run(["render", "a"], made.folder, { env });
        const faults = findRunFaults(full);
        const page = made.read("_site/a/index.html");
        if (page !== "" && !page.includes("last-words")) faults.push("half a page");
        if (full.exitCode === 0 && page === "") faults.push("exit code 0 without a page");
        spawnSync("umount", ["-l", folder]);
        const next = await run(["render", "a"], made.folder);
        report(label, [...faults, ...findRunFaults(next, [0]).map((fault) => `with room again: ${fault}`)]);
      } finally {
        if (mounted) spawnSync("umount", ["-l", folder]);
        made.remove();
      }
    }
  }
  // A limit of the size of files, as of a quota: writes of larger files fail.
  for (const kib of step > 1 ? [16] : [0, 1, 16, 64]) {
    const made = makeFolder({ "reports/a/report.md": REPORT });
    try {
      const limited = await run(["render", "a"], made.folder, { shell: `trap '' XFSZ; ulimit -f ${kib}` });
      report(`files of at most ${kib} KiB`, findRunFaults(limited));
    } finally {
      made.remove();
    }
  }
}
