import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDriver } from "../../../src/trace/driver.ts";
import { findMain } from "../../../src/trace/main-file.ts";

const root = mkdtempSync(join(tmpdir(), "heapbook-main-file-"));
const server = createServer();

beforeAll(async () => {
  execFileSync("mkfifo", [join(root, "pipe")]);
  symlinkSync("/dev/zero", join(root, "link.js"));
  mkdirSync(join(root, "folder"));
  writeFileSync(join(root, "huge.js"), "");
  truncateSync(join(root, "huge.js"), 3 * 2 ** 30); // of holes, which take no place
  writeFileSync(join(root, "binary.js"), "a\0b");
  await new Promise<void>((resolve) => server.listen(join(root, "socket"), resolve));
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

describe.skipIf(process.platform === "win32")("the main file of a traced program", () => {
  test.each(
    [
      ["/dev/zero", "is a device, a pipe or a socket"],
      ["/dev/null", "is a device, a pipe or a socket"],
      ["/proc/self/mem", "is a file of the kernel"],
      ["pipe", "is a device, a pipe or a socket"],
      ["socket", "is a device, a pipe or a socket"],
      ["link.js", "is a device, a pipe or a socket"],
      ["folder", "is a folder without index.js"],
      ["huge.js", "is longer than the longest text of V8"],
      ["binary.js", "is a binary file"],
    ].filter(([file = ""]) => process.platform === "linux" || !file.startsWith("/proc/")),
  )("%s is no script, told at once", async (file, reason) => {
    await expect(findMain(file, root)).rejects.toMatchObject({
      name: "UserError",
      code: "not-a-script",
      message: expect.stringContaining(`${file} is no script: it ${reason}`),
    });
  });
});

test.skipIf(process.platform === "win32")(
  "a driver that is a device or a pipe is refused before the program runs",
  () => {
    for (const file of ["/dev/zero", "pipe"])
      expect(() => startDriver(file, root)).toThrow(`${file} is no script: it is a device or a pipe`);
  },
);
