import { describe, expect, it } from "vitest";
import {
  currentNodeIdentity,
  type FingerprintParts,
  fingerprint,
  harnessHash,
} from "../../../src/store/fingerprint.ts";

const parts: FingerprintParts = {
  bundle: "measure(() => 1)",
  probe: "peak",
  flags: ["--expose-gc", "--hash-seed=1"],
  env: { MODE: "fast" },
  params: { blocks: 20, walks: "saved" },
  inputs: [
    { path: "a.csv", sha256: "1" },
    { path: "b.csv", sha256: null },
  ],
};

describe("fingerprint", () => {
  it("is a SHA-256 and does not change from call to call", () => {
    expect(fingerprint(parts)).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(structuredClone(parts))).toBe(fingerprint(parts));
  });

  it("does not depend on the order of parameters, variables and inputs", () => {
    const reordered = { ...parts, params: { walks: "saved", blocks: 20 }, inputs: [...parts.inputs].reverse() };
    expect(fingerprint(reordered)).toBe(fingerprint(parts));
  });

  it.each<[string, Partial<FingerprintParts>]>([
    ["bundle", { bundle: "measure(() => 2)" }],
    ["probe", { probe: "gc" }],
    ["a flag", { flags: ["--expose-gc", "--hash-seed=2"] }],
    ["the order of flags", { flags: ["--hash-seed=1", "--expose-gc"] }],
    ["a variable", { env: { MODE: "slow" } }],
    ["a parameter", { params: { blocks: 21, walks: "saved" } }],
    ["the type of a parameter", { params: { blocks: "20", walks: "saved" } }],
    [
      "the contents of an input",
      {
        inputs: [
          { path: "a.csv", sha256: "2" },
          { path: "b.csv", sha256: null },
        ],
      },
    ],
    ["the set of inputs", { inputs: [{ path: "a.csv", sha256: "1" }] }],
    ["the harness", { harness: "other" }],
    ["Node", { runtime: { ...currentNodeIdentity(), node: "1.2.3" } }],
    ["V8", { runtime: { ...currentNodeIdentity(), v8: "1.2.3" } }],
    ["a binary of one's own", { runtime: { ...currentNodeIdentity(), binary: "ab" } }],
    ["the architecture", { runtime: { ...currentNodeIdentity(), arch: "other" } }],
    ["the platform", { runtime: { ...currentNodeIdentity(), platform: "other" } }],
  ])("changes with %s", (_, change) => {
    expect(fingerprint({ ...parts, ...change })).not.toBe(fingerprint(parts));
  });

  it("names no two different lists of flags alike", () => {
    const one = fingerprint({ ...parts, flags: ["--a", "--b"] });
    expect(fingerprint({ ...parts, flags: ["--a,--b"] })).not.toBe(one);
    expect(fingerprint({ ...parts, flags: ['--a","--b'] })).not.toBe(one);
  });
});

describe("harnessHash", () => {
  it("covers the measuring code of this installation", () => {
    expect(harnessHash()).toMatch(/^[0-9a-f]{64}$/);
  });
});
