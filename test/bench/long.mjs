/**
 * `npm run bench trace -- --long [NAME…] [--scale 0.1]`: what `heapbook trace` costs for programs that run for seconds. Installs the
 * packages into a temporary folder. Prints CPU time of the program's process and of Heapbook's as ratios to plain Node, and the most memory
 * of both in MiB, beside what the engines cannot lower: code without optimisation, and V8's own tracker.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LONG_PROGRAMS, longProgram } from "./long-programs.mjs";
import { median } from "./measure.mjs";
import { REPORTER } from "./reporter.mjs";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const UNOPTIMISED = ["--single-threaded", "--no-lazy", "--no-opt", "--no-maglev"];
/** V8's tracker alone, without markers and snapshots. */
const TRACKING = `const { Session } = require("node:inspector");
const session = new Session();
session.connect();
session.post("HeapProfiler.enable");
session.post("HeapProfiler.startTrackingHeapObjects", { trackAllocations: true });
const timer = setInterval(() => {
  if (process.getActiveResourcesInfo().some((each) => each !== "Timeout" && each !== "TTYWrap" && each !== "PipeWrap")) return;
  clearInterval(timer);
  session.post("HeapProfiler.disable");
}, 100);
timer.unref();
`;
/** Ways to run a program: names, and the arguments before its file. */
const ENGINES = ["tracker", "meter", "sampler"];
const LIMIT_MS = 30 * 60_000;

function usageOf(folder, argv) {
  const usage = join(folder, "usage.ndjson");
  writeFileSync(usage, "");
  const reporter = join(folder, "reporter.cjs");
  const env = { ...process.env, BENCH_USAGE: usage, BENCH_CLI: cli };
  const options = { cwd: folder, env, encoding: "utf8", maxBuffer: 2 ** 28, timeout: LIMIT_MS };
  const { status, stderr } = spawnSync(process.execPath, ["--require", reporter, ...argv], options);
  if (status !== 0) throw new Error(`${argv.join(" ")}: exit code ${status}\n${stderr}`);
  const lines = readFileSync(usage, "utf8").trim().split("\n");
  const all = lines.map((line) => JSON.parse(line));
  const own = all.filter(({ isParent }) => !isParent);
  const parent = all.find(({ isParent }) => isParent);
  // The sampler runs the program in two processes.
  return {
    ms: Math.max(...own.map(({ ms }) => ms)),
    mib: Math.max(...own.map(({ mib }) => mib)),
    parentMs: parent?.ms ?? 0,
    parentMib: parent?.mib ?? 0,
  };
}

const ratio = (value, plain) => `${(value / plain).toFixed(1)} ×`;

/** @param names programs, all by default; @param scale of their rounds; @param isMarked whether the packages have markers, too */
export function benchLong(names, scale, isMarked) {
  const folder = mkdtempSync(join(tmpdir(), "heapbook-long-"));
  const programs = LONG_PROGRAMS.filter(([name]) => names.length === 0 || names.includes(name));
  const ratios = Object.fromEntries(ENGINES.map((engine) => [engine, []]));
  try {
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    writeFileSync(join(folder, "reporter.cjs"), REPORTER);
    writeFileSync(join(folder, "tracking.cjs"), TRACKING);
    const packages = ["acorn@8.19.0", ...programs.flatMap(([, each]) => each)];
    const install = [
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--prefer-offline",
      ...new Set(packages),
    ];
    execFileSync("npm", install, { cwd: folder, stdio: "ignore" });
    console.log(`Programs of npm under heapbook trace, CPU time against plain Node (${scale} of their rounds):`);
    for (const program of programs) {
      const [name, installed] = program;
      const file = join(folder, `${name}.mjs`);
      writeFileSync(file, longProgram(program, scale));
      const plain = usageOf(folder, [file]);
      const flat = usageOf(folder, [...UNOPTIMISED, file]);
      const tracked = usageOf(folder, [...UNOPTIMISED, "--require", join(folder, "tracking.cjs"), file]);
      const floors = `floor without optimisation ${ratio(flat.ms, plain.ms)}, with V8's tracker ${ratio(tracked.ms, plain.ms)}`;
      const modules = isMarked ? ["--modules", installed[0].replace(/(?<=.)@.*/, "")] : [];
      const texts = ENGINES.map((engine) => {
        const trace = ["trace", file, "--quiet", "--engine", engine, "--json", "-o", "profile.json", ...modules];
        const { ms, mib, parentMs, parentMib } = usageOf(folder, [
          ...[cli, ...trace, `--flags=--require ${join(folder, "reporter.cjs")}`],
        ]);
        ratios[engine].push(ms / plain.ms);
        return `${engine} ${ratio(ms, plain.ms)} (${mib.toFixed(0)} MiB; parent ${ratio(parentMs, plain.ms)}, ${parentMib.toFixed(0)} MiB)`;
      });
      console.log(
        `  ${name} (${plain.ms.toFixed(0)} ms, ${plain.mib.toFixed(0)} MiB): ${[floors, ...texts].join("; ")}`,
      );
    }
    for (const engine of ENGINES) console.log(`  median ${engine}: ${median(ratios[engine]).toFixed(1)} ×`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
