import { describe, expect, it } from "vitest";
import { checkFlag, readV8Options } from "../../src/runtimes/v8-options.ts";

describe("this Node", () => {
  it("has the flags that Heapbook and its flagship use, and refuses what Node refuses", async () => {
    const options = await readV8Options(process.execPath);
    expect(options.size).toBeGreaterThan(500);
    for (const flag of [
      "--expose-gc",
      "--single-threaded",
      "--hash-seed=1",
      "--random-seed=1",
      "--min-semi-space-size=64",
      "--max-semi-space-size=64",
      "--max-old-space-size=100",
      "--no-opt",
      "--gc-global",
    ]) {
      expect(checkFlag(flag, options)).toBeUndefined();
    }
    expect(checkFlag("--semi-space-size=1", options)?.message).toContain("no V8 flag");
    expect(new Set(options.values())).toEqual(
      new Set(["bool", "maybe_bool", "int", "uint", "uint64", "size_t", "float", "string"]),
    );
  });
});
