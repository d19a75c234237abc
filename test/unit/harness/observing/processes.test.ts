import childProcess from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { observeProcesses } from "../../../../src/harness/observing/processes.ts";
import type { Recorder } from "../../../../src/harness/observing/recorder.ts";

it("observes the programs that the promised forms of execFile and exec start", async () => {
  const recorder = { read() {}, unobserved() {} } as unknown as Recorder;
  observeProcesses(recorder, {
    module: "/dev/null",
    pythonFolder: "/nowhere",
    records: "/records",
    environment: { PATH: process.env["PATH"] },
  });
  const script = "process.stdout.write(String(process.env.HEAPBOOK_OBSERVED))";
  const { stdout } = await promisify(childProcess.execFile)(process.execPath, ["-e", script]);
  expect(stdout).toBe("/records");
  const ran = await promisify(childProcess.exec)("node -p process.env.HEAPBOOK_OBSERVED");
  expect(ran.stdout.trim()).toBe("/records");
});
