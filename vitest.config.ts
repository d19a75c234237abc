import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/helpers/slow-first.ts";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const alias = [
  { find: /^heapbook\/node$/, replacement: source("src/index.ts") },
  { find: /^heapbook$/, replacement: source("src/library/index.ts") },
];

// Times and locale are fixed, so that a page rendered in a test is the same on every machine.
process.env["TZ"] = "UTC";
process.env["NO_COLOR"] = "1";

export default defineConfig({
  resolve: { alias },
  test: {
    environment: "node",
    globalSetup: ["test/helpers/build.ts", "test/helpers/python-path.ts", "test/helpers/measured-flagship.ts"],
    sequence: { sequencer: SlowFirst },
    // Vitest leaves one core free by default: on two cores, one test file would run at a time.
    maxWorkers: Math.max(2, availableParallelism()),
    // A worker loads the modules of src/ once, not once for each test file: a second of CPU time a file.
    isolate: false,
    projects: [
      // A limit for tests that hang, not of speed: on a virtual machine with slow page faults, 40 MiB of output took 5 s.
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 30_000 } },
      { extends: true, test: { name: "golden", include: ["test/golden/**/*.test.ts"], testTimeout: 60_000 } },
      {
        extends: true,
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: "browser", include: ["test/browser/**/*.test.ts"], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: "truth",
          include: ["test/truth/**/*.test.ts"],
          exclude: ["test/truth/alone/**"],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "truth-alone",
          include: ["test/truth/alone/**/*.test.ts"],
          testTimeout: 120_000,
          // After all others, one file at a time: V8's threads collect and compile at other moments on a busy machine.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
