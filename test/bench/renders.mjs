/**
 * What a render costs. The reference is the start of bare Node processes, which nothing that gives each cell a process of its own can avoid:
 * for a cold render as many as it has cells, spread over the cores; for the other two, one.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median, time } from "./measure.mjs";

const CELLS = 12;
const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const run = promisify(execFile);

const rows = (i) =>
  `const rows = []; { let s = ${i * 7919}; for (let k = 0; k < 60; k++) { s = (s * 1103515245 + 12345) % 2147483648; rows.push({ t: k, heap: 20 + k * ${i} + s % 17, kind: k % 3 ? "young" : "old" }); } }`;

function cell(i) {
  if (i % 2 === 1) return `\`\`\`{js}\n//| label: cell-${i}\n${rows(i)}\nconsole.log(rows.length);\n\`\`\``;
  const spec = `{ data: { values: rows }, mark: "line", encoding: { x: { field: "t", type: "quantitative" }, y: { field: "heap", type: "quantitative" }, color: { field: "kind" } } }`;
  return `\`\`\`{js}\n//| label: fig-cell-${i}\n//| fig-cap: Heap over time\nimport { chart } from "heapbook";\n${rows(i)}\nchart(${spec});\n\`\`\``;
}

const numbers = Array.from({ length: CELLS }, (_, k) => k + 1);
const report = `---\ntitle: Bench\n---\n\n${numbers.map((i) => `## Section ${i}\n\nSome *prose*.\n\n${cell(i)}`).join("\n\n")}\n`;

/** `count` bare Node processes, as many at a time as there are cores. */
async function startNodes(count) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await run(process.execPath, ["-e", "0"]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Prints what rendering costs: everything, nothing changed, one cell changed, one bundle. */
export async function benchRenders(rounds) {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-bench-"));
  const file = join(folder, "reports", "bench", "report.md");
  const render = () =>
    execFileSync(process.execPath, [cli, "render", "reports/bench", "--to", "html", "--quiet"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  const samples = { nodes: [], node: [], cold: [], warm: [], edit: [] };
  try {
    mkdirSync(join(folder, "reports", "bench"), { recursive: true });
    for (let round = 0; round <= rounds; round++) {
      writeFileSync(file, report);
      for (const name of [".heapbook", "_site"]) rmSync(join(folder, name), { recursive: true, force: true });
      const taken = {
        nodes: await time(() => startNodes(CELLS)),
        node: await time(() => startNodes(1)),
        cold: await time(render),
        warm: await time(render),
      };
      writeFileSync(file, readFileSync(file, "utf8").replace("let s = 55433", `let s = 55433${round}`));
      taken.edit = await time(render);
      // The first round warms the disk's cache and is not counted.
      if (round > 0) for (const [name, ms] of Object.entries(taken)) samples[name].push(ms);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  const { parseReport } = await import("../../dist/document/parse.js");
  const { bundleCell } = await import("../../dist/bundle/bundle-cell.js");
  const parsed = parseReport({
    source: report,
    file: "report.md",
    path: join(tmpdir(), "report.md"),
    folder: tmpdir(),
    slug: "bench",
  });
  const bundles = [];
  for (const each of parsed.cells)
    bundles.push(await time(() => bundleCell(parsed, each, { params: {}, results: new Map() })));

  const ratio = (name, reference) => (median(samples[name]) / median(samples[reference])).toFixed(1);
  console.log(`A report of ${CELLS} cells and ${CELLS / 2} charts, medians of ${rounds} rounds after one to warm up:`);
  console.log(`  cold             ${ratio("cold", "nodes")} × the start of ${CELLS} bare Node processes`);
  console.log(`  nothing changed  ${ratio("warm", "node")} × the start of one`);
  console.log(`  one cell changed ${ratio("edit", "node")} × the start of one`);
  console.log(
    `  one bundle       ${(median(bundles.slice(1)) / median(samples.node)).toFixed(3)} × the start of one (${median(bundles.slice(1)).toFixed(1)} ms here)`,
  );
}
