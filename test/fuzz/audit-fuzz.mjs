/**
 * `npm run audit:fuzz [-- reports [seed]]`: renders reports made at random, 10,000 by default, without running their cells. Each has a
 * seed, counted up from the first. Prints the seed and the fault of each report that does anything but give a page or tell a mistake, and
 * exits 1 if any; every 10 s, a line on stderr says how far it is. `npm run audit:fuzz -- 1 SEED --show` prints the report of a seed.
 */
import { startProgress } from "../helpers/progress.mjs";
import { makeCase } from "./generator.mjs";
import { runCase } from "./run-case.mjs";

const [count = "10000", first = String(Date.now() % 2 ** 31)] = process.argv
  .slice(2)
  .filter((each) => !each.startsWith("--"));
for (const [name, value] of Object.entries({ reports: count, seed: first })) {
  if (!/^\d+$/.test(value)) {
    process.stderr.write(`error: ${name} must be a whole number, not \`${value}\`\n`);
    process.exit(2);
  }
}
const show = process.argv.includes("--show");
const outcomes = new Map();
let faulty = 0;
const startMs = Date.now();
const progress = startProgress(Number(count));
process.stdout.write(`${count} reports, seeds from ${first}\n`);
for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  const made = makeCase(seed);
  if (show) process.stdout.write(`${made.source}\n----\n${JSON.stringify(made.outputs, null, 1)}\n----\n`);
  const { outcome, faults, warnings, texts } = await runCase(made);
  if (show) process.stdout.write(`${outcome}\n${warnings.join("\n")}\n----\n${texts?.["report.md"] ?? ""}\n`);
  for (const code of new Set(outcome.split(" "))) outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  if (faults.length > 0) {
    faulty += 1;
    process.stdout.write(`seed ${seed}: ${faults.join("\n  ")}\n`);
  }
  progress(`seed ${seed}`);
}
const seconds = (Date.now() - startMs) / 1000;
process.stdout.write(
  `${[...outcomes]
    .sort((a, b) => b[1] - a[1])
    .map(([code, times]) => `${code} ${times}`)
    .join(", ")}\n`,
);
process.stdout.write(`${faulty} of ${count} with a fault, ${seconds.toFixed(0)} s\n`);
process.exit(faulty > 0 ? 1 : 0);
