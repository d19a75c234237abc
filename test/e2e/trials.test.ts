import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIRST_LINE, printed, type RunOptions, readChild, runCell, stdoutOf } from "../helpers/trial-runner.ts";

const run = (name: string, options?: RunOptions) => runCell(readChild(name), options);

/** Whether a process is there and not a zombie whose parent has not noticed yet. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where no process reaps orphans (a container without an init), one that has ended stays as a zombie.
  return !existsSync("/proc/self/status") || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 50 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isAlive(pid);
}

/** The limit of the heap holds the young generation: three semi-spaces of 16 MiB, from Node 24 on of 64 MiB. */
const MOST_YOUNG_BYTES = 3 * (Number.parseInt(process.versions.node, 10) < 24 ? 16 : 64) * 2 ** 20;

describe("a trial that ends well", () => {
  it("has its outputs in order, and the limits it ran under", async () => {
    const trial = await run("displays", { flags: ["--max-old-space-size=64"] });
    expect(trial.failure).toBeNull();
    expect(trial.outputs).toEqual([
      { type: "stream", name: "stdout", text: "one €\n", cutBytes: 0 },
      { type: "display", data: { "text/plain": "first" } },
      { type: "stream", name: "stdout", text: "two\n", cutBytes: 0 },
      { type: "stream", name: "stderr", text: "a warning\n", cutBytes: 0 },
      {
        type: "display",
        data: { "application/vnd.heapbook.table+json": { name: "rows", rows: [{ a: 1 }] } },
        name: "rows",
      },
      { type: "display", data: { "text/markdown": "*last*" } },
      { type: "stream", name: "stdout", text: "three", cutBytes: 0 },
    ]);
    expect(trial.limits?.heapSizeLimitBytes).toBeGreaterThan(64 * 2 ** 20);
    expect(trial.limits?.heapSizeLimitBytes).toBeLessThanOrEqual(64 * 2 ** 20 + MOST_YOUNG_BYTES);
  });

  it("keeps characters whole that came in pieces", async () => {
    expect(stdoutOf(await run("utf-8"))).toBe("żółć €\u{1f600}\n");
  });

  it("may exit by itself; what it said last has arrived", async () => {
    const trial = await run("last-words");
    expect(trial.failure).toBeNull();
    expect(
      trial.outputs.map((output) =>
        output.type === "stream"
          ? output.text.length
          : output.type === "display" && String(output.data["text/plain"]).length,
      ),
    ).toEqual([300_000, 200_009]);
  });

  it("shows 100 MB of output cut, and says how much", async () => {
    const trial = await run("noisy");
    expect(trial.failure).toBeNull();
    const [only, ...others] = trial.outputs;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ type: "stream", name: "stdout", cutBytes: 100 * 2 ** 20 - 256 * 1024 });
    expect(stdoutOf(trial)).toHaveLength(256 * 1024);
  });

  it("shows the lines of the report where the cell printed a stack", async () => {
    const trial = await run("prints-error", { folder: "my study (é)" });
    expect(trial.failure).toBeNull();
    const texts = trial.outputs.map((output) => (output.type === "stream" ? output.text : ""));
    expect(texts).toHaveLength(2);
    for (const text of texts) {
      expect(text).toContain(`report.md:${FIRST_LINE + 1}:8`);
      expect(text).not.toContain("bundle.mjs");
    }
  });

  it("leaves no process behind, and does not wait for one", async () => {
    const trial = await run("orphan");
    expect(trial.failure).toBeNull();
    expect(trial.durationMs).toBeLessThan(5000);
    expect(await isGone(Number(stdoutOf(trial)))).toBe(true);
  });

  it("has the cell's environment, and none of what steers Node behind its back", async () => {
    process.env["NODE_OPTIONS"] = "--max-old-space-size=50";
    try {
      const code =
        "console.log(JSON.stringify([process.env.CITY, process.env.NODE_OPTIONS ?? null, process.env.HEAPBOOK_TRIAL ?? null]));";
      expect(printed(await runCell(code, { env: { CITY: "Łódź" } }))).toEqual(["Łódź", null, null]);
    } finally {
      delete process.env["NODE_OPTIONS"];
    }
  });

  it("reads the files it names, which are reported", async () => {
    const code =
      'import { readFileSync } from "node:fs";\nimport { readFile } from "node:fs/promises";\nreadFileSync("report.md");\nawait readFile(new URL("./report.md", import.meta.url));\nawait readFile("nope").catch(() => {});';
    const { reads, failure } = await runCell(code);
    expect(failure).toBeNull();
    expect(
      reads.map((path) => path.split("/").at(-1)).filter((name) => name === "report.md" || name === "nope"),
    ).toEqual(["report.md", "nope"]);
  });
});

describe("a trial that fails", () => {
  it.each<[string, string, object, RunOptions]>([
    ["never ends", "forever", { kind: "timeout", timeoutMs: 2000 }, { timeoutMs: 2000 }],
    ["fills its heap", "oom", { kind: "heap-limit" }, { flags: ["--max-old-space-size=16"] }],
    ["exits with a code", "exit-3", { kind: "exit-code", exitCode: 3 }, {}],
    ["is ended by a signal", "signals-itself", { kind: "signal", signal: "SIGKILL" }, {}],
    ["ends without a word", "really-exit", { kind: "no-output" }, {}],
    ["awaits for ever", "unsettled", { kind: "unsettled-await" }, {}],
    [
      "throws",
      "throws",
      { kind: "exception", name: "RangeError", message: "at the top\n[cause] Error: the reason", uncaught: false },
      {},
    ],
    [
      "throws in a callback",
      "throws-later",
      { kind: "exception", name: "TypeError", message: "in a callback", uncaught: true },
      {},
    ],
    [
      "rejects a promise nobody awaits",
      "rejects",
      { kind: "exception", name: "Error", message: "nobody awaits this", uncaught: true },
      {},
    ],
  ])("has a kind of its own, and keeps what it printed: %s", async (_, name, failure, options) => {
    const trial = await run(name, options);
    expect(trial.failure).toMatchObject(failure);
    expect(trial.outputs).toEqual([{ type: "stream", name: "stdout", text: "before\n", cutBytes: 0 }]);
  });

  it("that says something else on file descriptor 3 fails with that reason", async () => {
    const trial = await run("bad-message");
    expect(trial.failure).toEqual({ kind: "bad-message", text: "hello, parent" });
    expect(stdoutOf(trial)).toBe("before\nafter\n");
  });

  it.each([
    [
      "throws",
      [
        ["fail", 3, 9],
        ["", 6, 1],
      ],
    ],
    ["throws-later", [["Timeout._onTimeout", 2, 9]]],
    [
      "rejects",
      [
        ["fail", 2, 9],
        ["", 4, 6],
      ],
    ],
  ])("has the lines of the report: %s", async (name, expected) => {
    const { failure } = await run(name);
    if (failure?.kind !== "exception") throw new Error(`not an exception: ${JSON.stringify(failure)}`);
    const own = failure.frames.filter((frame) => frame.file === "report.md").slice(0, expected.length);
    expect(own.map(({ functionName, line, column }) => [functionName, line - FIRST_LINE, column])).toEqual(expected);
  });

  it("has them in a folder with blanks, brackets and umlauts", async () => {
    const { failure } = await run("throws", { folder: "mein Ördner (1)" });
    expect(failure).toMatchObject({
      frames: [
        { file: "report.md", line: FIRST_LINE + 3 },
        { file: "report.md", line: FIRST_LINE + 6 },
      ],
    });
  });

  it("at its heap limit says which, and V8's last collections", async () => {
    const { failure } = await run("oom", { flags: ["--max-old-space-size=16"] });
    if (failure?.kind !== "heap-limit") throw new Error(`not the heap limit: ${JSON.stringify(failure)}`);
    expect(failure.heapSizeLimitBytes).toBeGreaterThan(16 * 2 ** 20);
    expect(failure.heapSizeLimitBytes).toBeLessThanOrEqual(16 * 2 ** 20 + MOST_YOUNG_BYTES);
    expect(failure.lastCollections.length).toBeGreaterThan(0);
    for (const line of failure.lastCollections) expect(line).toMatch(/^(Mark-Compact|Scavenge)/);
  });

  it("that ignores SIGTERM is gone a second later", async () => {
    const trial = await run("ignores-sigterm", { timeoutMs: 500 });
    expect(trial.failure).toEqual({ kind: "timeout", timeoutMs: 500 });
    const [pid, answer] = stdoutOf(trial).split("\n");
    expect(answer).toBe("no");
    expect(await isGone(Number(pid))).toBe(true);
    expect(trial.durationMs).toBeLessThan(5000);
  });

  it("by time is gone with what it started, though that ignores SIGTERM", async () => {
    // Time for two processes to start on a busy machine: it is what the child does at the end that matters.
    const trial = await run("orphan-timeout", { timeoutMs: 3000 });
    expect(trial.failure).toMatchObject({ kind: "timeout" });
    expect(await isGone(Number(stdoutOf(trial)))).toBe(true);
  });

  it.each([
    ["null", "throw null;", "null"],
    ["undefined", "throw undefined;", "undefined"],
    ["a text", 'throw "a text";', "a text"],
    ["a number", "throw 42;", "42"],
    [
      "an object without a prototype",
      "throw Object.assign(Object.create(null), { a: 1 });",
      "[Object: null prototype] { a: 1 }",
    ],
    ["a symbol", 'throw Symbol("s");', "Symbol(s)"],
    [
      "an error with a message that is none",
      "throw Object.assign(new Error(), { message: { a: 1 } });",
      "[object Object]",
    ],
    ["an error with a stack that is none", 'throw Object.assign(new Error("odd"), { stack: 5 });', "odd"],
    [
      "an error of another realm",
      'import vm from "node:vm";\nvm.runInNewContext(\'throw new TypeError("far")\');',
      "far",
    ],
  ])("may throw anything: %s", async (_, code, message) => {
    expect((await runCell(code)).failure).toMatchObject({ kind: "exception", message });
  });

  it("that cannot be started fails with that reason", async () => {
    expect((await run("exit-3", { node: "/nowhere/node" })).failure).toMatchObject({
      kind: "spawn",
      message: expect.stringContaining("ENOENT"),
    });
    expect((await run("exit-3", { variant: { long: "x".repeat(3_000_000) } })).failure).toMatchObject({
      kind: "spawn",
      message: expect.stringContaining("E2BIG"),
    });
  });

  it("with a flag that the runtime lacks fails with its exit code, and what Node said", async () => {
    const trial = await run("exit-3", { flags: ["--no-such-flag"] });
    expect(trial.failure).toEqual({ kind: "exit-code", exitCode: 9 });
    expect(trial.outputs).toMatchObject([
      { name: "stderr", text: expect.stringContaining("bad option: --no-such-flag") },
    ]);
  });
});

describe("an interrupted trial", () => {
  it("throws the reason, and its process is gone", async () => {
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    setTimeout(() => interrupt.abort(reason), 300);
    const startMs = performance.now();
    await expect(run("forever", { signal: interrupt.signal })).rejects.toBe(reason);
    expect(performance.now() - startMs).toBeLessThan(5000);
    await expect(run("exit-3", { signal: interrupt.signal })).rejects.toBe(reason);
  });
});

it("a cell that takes methods away from lists keeps its output and its own error", async () => {
  const code = [
    "for (const name of ['map', 'some', 'push', 'unshift', 'forEach']) Array.prototype[name] = null;",
    "Object.prototype.toJSON = () => 1;",
    "console.log('kept');",
    "throw new Error('mine', { cause: new AggregateError([new Error('inner')], 'both') });",
  ].join("\n");
  const trial = await runCell(code);
  expect(trial.failure).toMatchObject({ kind: "exception", name: "Error" });
  expect(JSON.stringify(trial.failure)).toMatch(/mine.*both.*inner/);
  expect(stdoutOf(trial)).toBe("kept\n");
});
