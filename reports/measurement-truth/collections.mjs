/** Prints what V8's own flag `--trace-gc` and `v8.GCProfiler` say about the same collections. */
import { GCProfiler } from "node:v8";

const profiler = new GCProfiler();
process.stdout.write("start\n");
profiler.start();
const kept = [];
for (let i = 0; i < 1_500_000; i++) {
  kept.push([i, { i }]);
  if (kept.length > 100_000) kept.splice(0, 50_000);
}
const { statistics } = profiler.stop();
const phases = new Set(["IncrementalMarking", "ProcessWeakCallbacks"]);
const collections = statistics.filter(({ gcType }) => !phases.has(gcType));
process.stdout.write(`profiler ${collections.length} ${collections.reduce((sum, { cost }) => sum + cost / 1000, 0)}\n`);
