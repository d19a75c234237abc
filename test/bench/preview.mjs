/** From save to new page in `heapbook preview`, in ms: of prose, and of a cell with one trial above the time of the trial itself. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const REPORT = "---\ntitle: A report\n---\n\nProse 0.\n\n```{ts}\n//| label: one\nconsole.log(0);\n```\n";

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** @param rounds edits of each kind */
export async function benchPreview(rounds) {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-bench-"));
  const report = join(folder, "reports/demo/report.md");
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, REPORT);
  const child = spawn(process.execPath, [CLI, "preview", "demo", "--port", "0"], { cwd: folder });
  try {
    const url = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(String(text).trim())));
    const events = await fetch(new URL("/__heapbook/events", url));
    const reader = events.body.getReader();
    let text = "";
    const nextPage = async () => {
      while (!/"type":"page"/.test(text)) text += Buffer.from((await reader.read()).value ?? []).toString();
      text = "";
    };
    await nextPage();
    const edit = async (pattern, by) => {
      const startMs = performance.now();
      writeFileSync(report, readFileSync(report, "utf8").replace(pattern, by));
      await nextPage();
      return performance.now() - startMs;
    };
    const [prose, cell] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      prose.push(await edit(/Prose \d+/, `Prose ${round}`));
      const savedMs = await edit(/log\(\d+\)/, `log(${round})`);
      const { cells } = JSON.parse(readFileSync(join(folder, "_site/demo/results.json"), "utf8"));
      cell.push(savedMs - cells[0].variants[0].trialSets[0].trials[0].durationMs);
    }
    console.log(
      `preview, save to new page: prose ${median(prose).toFixed(0)} ms, a cell ${median(cell).toFixed(0)} ms above its trial`,
    );
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await benchPreview(Number(process.argv[2] ?? 5));
