/**
 * What `heapbook trace` costs: programs of npm as their users start them, plain and with each engine, in turn. CPU time is that of the
 * program's own process, start included; memory is what the parent needed most.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./measure.mjs";
import { REPORTER } from "./reporter.mjs";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
/** Most times the CPU time of plain Node, of the median program. */
const LIMITS = { tracker: 5, meter: 1.7, sampler: 1.7 };

/** Programs, each a package of Heapbook itself, and their arguments. */
const PROGRAMS = [
  ["uglify-js/bin/uglifyjs", "parse.js", "-c", "-m"],
  ["acorn/bin/acorn", "--silent", "compress.js"],
  ["handlebars/bin/handlebars", "page.hbs"],
  ["markdown-it/bin/markdown-it.mjs", "text.md"],
  ["svgo/bin/svgo.js", "picture.svg", "-o", "-"],
  ["yaml/bin.mjs", "valid", "data.yaml"],
  ["json5/lib/cli.js", "data.json5"],
  ["d3-dsv/bin/dsv2json.js", "data.csv"],
  ["semver/bin/semver.js", "1.2.3", "2.0.0", "-r", "^1"],
];

function writeInputs(folder) {
  const rows = Array.from({ length: 400 }, (_, i) => i);
  copyFileSync(join(modules, "uglify-js/lib/parse.js"), join(folder, "parse.js"));
  copyFileSync(join(modules, "uglify-js/lib/compress.js"), join(folder, "compress.js"));
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write("page.hbs", rows.map((i) => `<p>{{#each x${i}}}{{this.name}}{{/each}}</p>`).join("\n"));
  write("text.md", rows.map((i) => `# Head ${i}\n\n- a *b* [c](d)\n- e \`f\`\n`).join("\n"));
  const path = (i) => `<path d="M ${i} 0 L 10 ${i} C 1 2 3 4 5 6 z" fill="#ff0000"/>`;
  write("picture.svg", `<svg xmlns="http://www.w3.org/2000/svg"><g>${rows.map(path).join("")}</g></svg>`);
  write("data.yaml", rows.map((i) => `k${i}:\n  - a: ${i}\n    b: [1, 2]`).join("\n"));
  write("data.json5", `[${rows.map((i) => `{a: ${i}, b: 'x', c: [1, 2,],}`).join(",")}]`);
  write("data.csv", `a,b,c\n${rows.map((i) => `${i},x${i},"y, ${i}"`).join("\n")}`);
  write("reporter.cjs", REPORTER);
}

/** Runs a program plain, or traced by an engine. @returns CPU time of its process, and the most memory of the parent */
function run(folder, [program, ...args], engine) {
  const usage = join(folder, "usage.ndjson");
  writeFileSync(usage, "");
  const reporter = join(folder, "reporter.cjs");
  const file = join(modules, program);
  const trace = ["trace", file, "--quiet", "--engine", engine, "--json", "-o", "profile.json"];
  const argv = engine === undefined ? [file, ...args] : [cli, ...trace, `--flags=--require ${reporter}`, "--", ...args];
  const env = { ...process.env, BENCH_USAGE: usage, BENCH_CLI: cli };
  const { status, stderr } = spawnSync(process.execPath, ["--require", reporter, ...argv], {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${program} under ${engine ?? "node"}: exit code ${status}\n${stderr}`);
  const lines = readFileSync(usage, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const own = lines.filter(({ isParent }) => !isParent);
  if (own.length === 0) throw new Error(`${program} under ${engine ?? "node"} reported no usage`);
  // The sampler runs the program in two processes, side by side.
  return { ms: Math.max(...own.map(({ ms }) => ms)), parentMib: lines.find(({ isParent }) => isParent)?.mib ?? 0 };
}

/** Prints CPU times of traced programs as ratios to plain Node's. */
export function benchTrace(rounds) {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-bench-"));
  const ratios = { tracker: [], meter: [], sampler: [] };
  try {
    writeInputs(folder);
    console.log(`Programs of npm under heapbook trace, CPU time against plain Node, medians of ${rounds} rounds:`);
    for (const program of PROGRAMS) {
      const ways = [undefined, ...Object.keys(LIMITS)];
      const runs = Object.fromEntries(ways.map((engine) => [engine, []]));
      for (let round = 0; round < rounds; round++)
        for (const engine of ways) runs[engine].push(run(folder, program, engine));
      const msOf = (engine) => median(runs[engine].map(({ ms }) => ms));
      const plain = msOf(undefined);
      const texts = Object.keys(LIMITS).map((engine) => {
        const ratio = msOf(engine) / plain;
        ratios[engine].push(ratio);
        return `${engine} ${ratio.toFixed(1)} × (parent ${Math.max(...runs[engine].map(({ parentMib }) => parentMib)).toFixed(0)} MiB)`;
      });
      console.log(`  ${program[0].split("/")[0]} (${plain.toFixed(0)} ms): ${texts.join(", ")}`);
    }
    for (const [engine, limit] of Object.entries(LIMITS)) {
      const ratio = median(ratios[engine]);
      const verdict = ratio <= limit ? "pass" : "miss";
      console.log(`  median ${engine}: ${ratio.toFixed(1)} ×; limit ${limit} ×: ${verdict}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
