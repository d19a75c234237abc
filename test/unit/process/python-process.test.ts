import { afterEach, describe, expect, it, vi } from "vitest";
import { readTraceback, shortenPaths } from "../../../src/process/python-process.ts";
import { pythonEnvironment } from "../../../src/runtimes/python-program.ts";

const PLACES = { folder: "/work/study", library: "/usr/lib/python3.11" };

describe("shortenPaths", () => {
  it.each([
    ['File "/work/study/walks.py", line 3', 'File "walks.py", line 3'],
    ["/usr/lib/python3.11/json/decoder.py:346", "python3.11/json/decoder.py:346"],
    ["/work/study-2/walks.py and /work/study", "/work/study-2/walks.py and /work/study"],
    ["file:///work/study/x", "file:///work/study/x"],
    ["/mnt/work/study/x ../work/study/x", "/mnt/work/study/x ../work/study/x"],
    ["=/work/study/x, '/work/study/y':/work/study/z", "=x, 'y':z"],
    ["/usr/lib/python3.110/x.py /usr/share", "/usr/lib/python3.110/x.py /usr/share"],
  ])("makes %j %j", (text, named) => {
    expect(shortenPaths(text, PLACES)).toBe(named);
  });

  it("goes through all that a display holds, and changes nothing but texts", () => {
    const rows = [{ file: "/work/study/a.py", n: 1, none: null, deep: ["/work/study/b.py", true] }];
    expect(shortenPaths({ rows }, PLACES)).toEqual({
      rows: [{ file: "a.py", n: 1, none: null, deep: ["b.py", true] }],
    });
    expect(shortenPaths("/usr/lib/python3.11/x", { ...PLACES, library: undefined })).toBe("/usr/lib/python3.11/x");
  });
});

describe("readTraceback", () => {
  it("names files from the report's folder", () => {
    const frame = { functionName: "f", line: 1, column: 2 };
    const frames = ["report.md", "/work/study/sub/a.py", "/work/shared/b.py", ""].map((file) => ({ ...frame, file }));
    const read = readTraceback({ frames, hiddenFrames: 3 }, "/work/study");
    expect(read.frames.map(({ file }) => file)).toEqual(["report.md", "sub/a.py", "../shared/b.py", undefined]);
    expect(read.hiddenFrames).toBe(3);
  });
});

describe("the environment of a Python", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is this process's, without what changes how Python runs, and with the cell's own", () => {
    vi.stubEnv("PYTHONPATH", "/elsewhere");
    vi.stubEnv("PYTHONHASHSEED", "random");
    vi.stubEnv("PYTHONHOME", "/home");
    vi.stubEnv("NODE_OPTIONS", "--inspect");
    vi.stubEnv("PYTHONIC", "kept out too");
    vi.stubEnv("MY_PYTHON", "kept");
    const env = pythonEnvironment({ PYTHONPATH: "own", OWN: "1" });
    expect(env).toMatchObject({
      PYTHONHASHSEED: "0",
      PYTHONUTF8: "1",
      PYTHONPATH: "own",
      OWN: "1",
      PYTHONHOME: "/home",
    });
    expect(env).toMatchObject({ MY_PYTHON: "kept", PYTHONDONTWRITEBYTECODE: "1" });
    expect(env).not.toHaveProperty("NODE_OPTIONS");
    expect(env).not.toHaveProperty("PYTHONIC");
  });
});
