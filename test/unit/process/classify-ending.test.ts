import { describe, expect, it } from "vitest";
import { classifyEnding, type Ending, withoutCrashDump } from "../../../src/process/classify-ending.ts";

const WELL: Ending = {
  exitCode: 0,
  signal: null,
  spawnError: undefined,
  timedOut: false,
  ended: true,
  unsettledAwait: false,
  thrown: undefined,
  untestedClaim: undefined,
  badLine: undefined,
  stderrTail: "",
  limits: { heapSizeLimitBytes: 16, semiSpaceStartBytes: 1 },
};

const classify = (changes: Partial<Ending>) =>
  classifyEnding(
    { ...WELL, ...changes },
    {
      bundlePath: "/b.mjs",
      folder: "/r",
      timeoutMs: 500,
      mapper: () => ({ map: () => ({ file: "report.md", line: 7, column: 3 }) }),
    },
  );

const DUMP = `before
<--- Last few GCs --->

[47:0x5f3a]      399 ms: Mark-Compact (reduce) 32.6 (35.2) -> 32.6 (35.2) MB, 11.4 / 0.0 ms  (average mu = 0.1) last resort; GC in old space requested
[47:0x5f3a]      411 ms: Mark-Compact 32.9 (35.2) -> 32.9 (35.2) MB, 11.7 / 0.0 ms  allocation failure

<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----
`;

describe("an ending", () => {
  it("that is well is no failure", () => {
    expect(classify({})).toBeNull();
  });

  const thrown = {
    name: "TypeError",
    message: "no",
    stack: "TypeError: no\n    at f (/b.mjs:1:2)\n    at node:internal/x:3:4",
    uncaught: true,
  };

  it.each<[string, Partial<Ending>, object]>([
    ["not started", { spawnError: new Error("ENOENT"), exitCode: null }, { kind: "spawn", message: "ENOENT" }],
    ["too late", { timedOut: true, exitCode: null, signal: "SIGTERM" }, { kind: "timeout", timeoutMs: 500 }],
    ["too late, though it then ended well", { timedOut: true }, { kind: "timeout", timeoutMs: 500 }],
    [
      "thrown",
      { thrown, exitCode: 1 },
      {
        kind: "exception",
        name: "TypeError",
        message: "no",
        uncaught: true,
        frames: [{ functionName: "f", file: "report.md", line: 7, column: 3 }],
        hiddenFrames: 1,
      },
    ],
    ["thrown after garbage", { thrown, badLine: "x", exitCode: 1 }, { kind: "exception" }],
    [
      "the heap is full",
      { stderrTail: DUMP, exitCode: null, signal: "SIGABRT" },
      { kind: "heap-limit", heapSizeLimitBytes: 16 },
    ],
    ["the heap is full, under a shell", { stderrTail: DUMP, exitCode: 134 }, { kind: "heap-limit" }],
    [
      "the heap is full before the first record",
      { stderrTail: DUMP, exitCode: 134, limits: null },
      { kind: "heap-limit", heapSizeLimitBytes: null },
    ],
    ["garbage", { badLine: "x" }, { kind: "bad-message", text: "x" }],
    ["garbage, then a signal", { badLine: "x", exitCode: null, signal: "SIGKILL" }, { kind: "bad-message" }],
    ["a signal", { exitCode: null, signal: "SIGKILL", ended: false }, { kind: "signal", signal: "SIGKILL" }],
    ["an await for ever", { exitCode: 13, unsettledAwait: true, ended: false }, { kind: "unsettled-await" }],
    ["an exit code", { exitCode: 3, ended: false }, { kind: "exit-code", exitCode: 3 }],
    ["an exit code after the end", { exitCode: 3 }, { kind: "exit-code", exitCode: 3, finished: true }],
    ["silence", { ended: false }, { kind: "no-output" }],
    [
      "V8's words in a cell's own mouth",
      { stderrTail: DUMP, exitCode: 3, ended: false },
      { kind: "exit-code", exitCode: 3 },
    ],
    ["V8's words, and all is well", { stderrTail: DUMP }, null as unknown as object],
  ])("has a kind of its own: %s", (_, changes, expected) => {
    const failure = classify(changes);
    if (expected === null) expect(failure).toBeNull();
    else expect(failure).toMatchObject(expected);
  });

  it("at the heap limit keeps V8's last collections, without what differs from run to run", () => {
    expect(classify({ stderrTail: DUMP, exitCode: null, signal: "SIGABRT" })).toMatchObject({
      lastCollections: [
        "Mark-Compact (reduce) 32.6 (35.2) -> 32.6 (35.2) MB, 11.4 / 0.0 ms  (average mu = 0.1) last resort; GC in old space requested",
        "Mark-Compact 32.9 (35.2) -> 32.9 (35.2) MB, 11.7 / 0.0 ms  allocation failure",
      ],
    });
    expect(withoutCrashDump(DUMP)).toBe("before");
    expect(withoutCrashDump("all well\n")).toBe("all well\n");
  });
});
