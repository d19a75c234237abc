import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { decodePath } from "../../../src/model/path-bytes.ts";
import { observe } from "../../../src/store/observations.ts";

// What `os.fsdecode()` of CPython 3.11 gives with UTF-8.
it.each([
  ["a/ü", "612fc3bc", "a/ü"],
  ["a byte alone", "64ff", "d\udcff"],
  ["partly UTF-8", "c3bcff2fe282ac80", "ü\udcff/€\udc80"],
  ["cut characters", "e282f09f98", "\udce2\udc82\udcf0\udc9f\udc98"],
  ["an encoded surrogate", "eda080", "\udced\udca0\udc80"],
  ["too long a form", "c0af", "\udcc0\udcaf"],
  ["four bytes, then one that is none", "f09f9880ff", "😀\udcff"],
  ["U+FFFD itself", "efbfbdff", "\ufffd\udcff"],
])("decodes as Python does: %s", (_, hex, text) => {
  expect(decodePath(Buffer.from(hex, "hex"))).toBe(text);
});

it.skipIf(platform() !== "linux")("a tree below a folder whose name is not UTF-8 is observed", () => {
  const folder = mkdtempSync(join(tmpdir(), "hb-bytes-"));
  try {
    const below = Buffer.concat([Buffer.from(`${folder}/ü`), Buffer.from([0xff])]);
    mkdirSync(below);
    const before = observe("tree", folder, "/").value;
    expect(before).not.toBeNull();
    writeFileSync(Buffer.concat([below, Buffer.from("/new")]), "");
    expect(observe("tree", folder, "/").value).not.toBe(before);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
