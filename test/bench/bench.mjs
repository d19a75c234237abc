/**
 * `npm run bench [rounds]`, or `npm run bench growth` and `npm run bench trace [rounds]` for one part alone, and `npm run bench trace -- --long
 * [NAME…] [--scale 0.1] [--modules]` for programs that run for seconds: what Heapbook costs, as ratios to references taken in the same run, so that the machine cancels
 * out. Not a test: it prints, and fails only if what it runs does.
 */
import { parseArgs } from "node:util";
import { benchGrowth } from "./growth.mjs";
import { benchLines } from "./lines.mjs";
import { benchLong } from "./long.mjs";
import { benchPreview } from "./preview.mjs";
import { benchProbes } from "./probes.mjs";
import { benchRenders } from "./renders.mjs";
import { benchTrace } from "./trace.mjs";

if (process.argv[2] === "growth") {
  benchGrowth();
  process.exit(0);
}
if (process.argv[2] === "trace" && process.argv.includes("--long")) {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    options: { long: { type: "boolean" }, scale: { type: "string", default: "1" }, modules: { type: "boolean" } },
    allowPositionals: true,
  });
  benchLong(positionals, Number(values.scale), values.modules === true);
  process.exit(0);
}
if (process.argv[2] === "trace") {
  benchTrace(Number(process.argv[3] ?? 5));
  process.exit(0);
}
const rounds = Number(process.argv[2] ?? 5);
await benchRenders(rounds);
await benchPreview(rounds);
await benchProbes(rounds);
await benchLines(rounds);
benchTrace(rounds);
benchGrowth();
