/**
 * `npm run audit:faults [-- part …]`: injects faults into renders by the built command line: ways in which cells end, hostile cells, kills,
 * full disks, corruptions of the store, situations of a user. Prints what is wrong, and what this machine cannot try; exits 1 if anything is.
 * Parts: endings, patches, kills, disks, store, situations.
 */
import { startProgress } from "../helpers/progress.mjs";
import { checkEndings, checkPatches } from "./cells.mjs";
import { checkDisks } from "./disks.mjs";
import { checkKills } from "./kills.mjs";
import { checkSituations } from "./situations.mjs";
import { checkStore } from "./store.mjs";

const PARTS = {
  endings: checkEndings,
  patches: checkPatches,
  kills: checkKills,
  disks: checkDisks,
  store: checkStore,
  situations: checkSituations,
};
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  process.stderr.write(`error: Unknown part \`${unknown}\`. Available: ${Object.keys(PARTS).join(", ")}.\n`);
  process.exit(2);
}
const progress = startProgress("some 300");
let cases = 0;
let faulty = 0;
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const startMs = Date.now();
  const before = cases;
  await PARTS[name]((label, faults, skipped) => {
    if (skipped !== undefined) {
      process.stdout.write(`  skipped: ${label}: ${skipped}\n`);
      return;
    }
    cases += 1;
    progress(`${name}: ${label}`);
    if (faults.length === 0) return;
    faulty += 1;
    process.stdout.write(`  ${label}: ${faults.join("\n    ")}\n`);
  });
  process.stdout.write(`${name}: ${cases - before} cases, ${((Date.now() - startMs) / 1000).toFixed(0)} s\n`);
}
process.stdout.write(`${faulty} of ${cases} cases with a fault\n`);
process.exit(faulty > 0 ? 1 : 0);
