/** A module for `--require` that writes what its process used, at its end: to the file BENCH_USAGE, one line of JSON for each process. */
export const REPORTER = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  require("node:fs").appendFileSync(process.env.BENCH_USAGE, JSON.stringify({
    isParent: process.argv[1] === process.env.BENCH_CLI, ms: (userCPUTime + systemCPUTime) / 1000, mib: maxRSS / 1024 }) + "\\n");
});`;
