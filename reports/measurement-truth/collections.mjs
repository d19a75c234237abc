/** Prints what `v8.GCProfiler` says about the collections that V8's flag `--trace-gc` prints. Forced ones are the first and the last of either. */
import { GCProfiler } from "node:v8";

const profiler = new GCProfiler();
profiler.start();
globalThis.gc();
const kept = [];
for (let i = 0; i < 1_500_000; i++) {
  kept.push([i, { i }]);
  if (kept.length > 100_000) kept.splice(0, 50_000);
}
globalThis.gc();
const { statistics } = profiler.stop();
const phases = new Set(["IncrementalMarking", "ProcessWeakCallbacks"]);
const collections = statistics.filter(({ gcType }) => !phases.has(gcType));
process.stdout.write(`profiler ${collections.length} ${collections.reduce((sum, { cost }) => sum + cost / 1000, 0)}\n`);
