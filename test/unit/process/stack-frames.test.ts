import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { createFrameMapper, type FrameMapper, mapText, readStack } from "../../../src/process/stack-frames.ts";

/** Line n of the bundle is line n + 100 of report.md; lines after 50 have no source. */
const mapper: FrameMapper = {
  map: (line, column) => (line > 50 ? undefined : { file: "report.md", line: line + 100, column }),
};

const FOLDERS = ["/home/ada/study", "/home/ada/my study (2)", "/home/josé/über/lab#1%20"];

describe.each(FOLDERS)("a stack in %s", (folder) => {
  const bundle = join(folder, ".heapbook/run-1/b.mjs");
  const url = pathToFileURL(bundle).href;
  const read = (...lines: readonly string[]) =>
    readStack(["Error: no", ...lines.map((line) => `    at ${line}`)].join("\n"), bundle, folder, mapper);

  it("has the author's lines, whatever the frame", () => {
    const { frames, hiddenFrames } = read(
      `f (${url}:1:2)`,
      `async Promise.all (index 0)`,
      `async g (${url}:3:4)`,
      `${url}:5:6`,
      `async ${url}:7:8`,
      `new A.b [as c] (${url}:9:10)`,
      `f (${bundle}:11:12)`,
    );
    expect(frames.map(({ functionName, line, column }) => [functionName, line, column])).toEqual([
      ["f", 101, 2],
      ["g", 103, 4],
      ["", 105, 6],
      ["", 107, 8],
      ["new A.b [as c]", 109, 10],
      ["f", 111, 12],
    ]);
    expect(new Set(frames.map((frame) => frame.file))).toEqual(new Set(["report.md"]));
    expect(hiddenFrames).toBe(1);
  });

  it("keeps the author's modules, and counts Node's, Heapbook's, packages' and those without a source", () => {
    const beside = pathToFileURL(join(folder, "lib/a.ts")).href;
    const main = pathToFileURL(fileURLToPath(new URL("../../../dist/harness/main.js", import.meta.url))).href;
    const { frames, hiddenFrames } = read(
      `f (${beside}:1:2)`,
      `${url}:60:1`,
      `node:internal/main:1:2`,
      `g (node:fs:3:4)`,
      `${main}:9:9`,
      `x (/n/node_modules/y/z.js:1:1)`,
      `Array.forEach (<anonymous>)`,
      `eval (eval at f (${url}:1:2), <anonymous>:1:1)`,
    );
    expect(frames).toEqual([{ functionName: "f", file: "lib/a.ts", line: 1, column: 2 }]);
    expect(hiddenFrames).toBe(7);
  });

  it("may contain URLs that are no files of this machine", () => {
    const { frames, hiddenFrames } = read(
      "f (file://host/x.js:1:2)",
      "file:///a%zz:3:4",
      "async g (file:///%2f/x:5:6)",
      `h (${url}:1:2)`,
    );
    expect(frames).toEqual([{ functionName: "h", file: "report.md", line: 101, column: 2 }]);
    expect(hiddenFrames).toBe(3);
  });

  it("in printed text has the author's lines", () => {
    const text = `Error: no\n    at f (${url}:1:2)\n    at ${bundle}:3:4\nsee ${url}:5\n    at ${url}:99:1, other.mjs:1:2`;
    expect(mapText(text, bundle, () => mapper)).toBe(
      `Error: no\n    at f (report.md:101:2)\n    at report.md:103:4\nsee report.md:105\n    at cell.mjs:99:1, other.mjs:1:2`,
    );
  });
});

describe("a module of the author's in a folder named as ours", () => {
  it("is not hidden", () => {
    const harness: FrameMapper = { map: (line, column) => ({ file: "src/harness/mine.ts", line, column }) };
    expect(readStack("E\n    at f (/b.mjs:1:2)", "/b.mjs", "/home/ada", harness)).toMatchObject({
      frames: [{ file: "src/harness/mine.ts" }],
      hiddenFrames: 0,
    });
  });
});

describe("printed text without a place", () => {
  it("needs no source map", () => {
    const never = (): FrameMapper => {
      throw new Error("the map was read");
    };
    expect(mapText("/b.mjs and b.mjs:1", "/b.mjs", never)).toBe("cell.mjs and b.mjs:1");
  });
});

describe("a source map", () => {
  it("counts lines and columns from 1 and names cells report.md", () => {
    // AAAA: column 0 of the bundle is source 0, line 0, column 0; the second segment (column 4) is source 1, line 2, column 3
    const map = JSON.stringify({
      version: 3,
      sources: ["heapbook-cell:a", "heapbook-result:b", "lib/c.ts"],
      names: [],
      mappings: "AAAA,ICEG,ICEG",
    });
    const { map: find } = createFrameMapper(map);
    expect(find(1, 1)).toEqual({ file: "report.md", line: 1, column: 1 });
    expect(find(1, 5)).toBeUndefined();
    expect(find(1, 9)).toEqual({ file: "lib/c.ts", line: 5, column: 7 });
  });
});
