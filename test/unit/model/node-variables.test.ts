import { afterEach, describe, expect, it, vi } from "vitest";
import { NODE_VARIABLES, withoutNodeVariables } from "../../../src/model/node-variables.ts";
import { pythonEnvironment } from "../../../src/runtimes/python-program.ts";
import { isOfHeapbook } from "../../../src/store/observations.ts";

afterEach(() => vi.unstubAllEnvs());

describe("NODE_VARIABLES", () => {
  it("has what changes every Node below this process", () => {
    expect([...NODE_VARIABLES].sort()).toEqual([
      "NODE_COMPILE_CACHE",
      "NODE_DEBUG",
      "NODE_DEBUG_NATIVE",
      "NODE_OPTIONS",
      "NODE_V8_COVERAGE",
    ]);
  });

  it("reaches no process, of JavaScript or Python, and no result depends on it", () => {
    for (const name of NODE_VARIABLES) vi.stubEnv(name, "1");
    vi.stubEnv("NODE_EXTRA_CA_CERTS", "kept");
    for (const env of [withoutNodeVariables(process.env), pythonEnvironment({})]) {
      expect(Object.keys(env).filter((name) => NODE_VARIABLES.has(name))).toEqual([]);
      expect(env).toMatchObject({ NODE_EXTRA_CA_CERTS: "kept" });
    }
    for (const name of NODE_VARIABLES) expect(isOfHeapbook(name)).toBe(true);
    expect(isOfHeapbook("NODE_EXTRA_CA_CERTS")).toBe(false);
  });
});
