/**
 * `npm run bench [rounds]`: what Heapbook costs, as ratios to references taken in the same run, so that the machine cancels
 * out. Not a test: it prints, and fails only if what it runs does.
 */
import { benchLines } from "./lines.mjs";
import { benchProbes } from "./probes.mjs";
import { benchRenders } from "./renders.mjs";

const rounds = Number(process.argv[2] ?? 5);
await benchRenders(rounds);
await benchProbes(rounds);
await benchLines(rounds);
