import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonicalJson, createFileHasher, hashFile, hashFolder, sha256 } from "../../../src/store/hash.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heapbook-hash-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("sha256", () => {
  it("gives the values of FIPS 180-4", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});

describe("canonicalJson", () => {
  it("sorts keys at every depth and leaves out what is undefined", () => {
    expect(canonicalJson({ b: [{ z: 1, a: null }], a: "x", c: undefined })).toBe('{"a":"x","b":[{"a":null,"z":1}]}');
  });

  it("keeps apart what JSON would not", () => {
    const texts = [null, Number.NaN, Number.POSITIVE_INFINITY, 0, -0, "NaN", "0", "null"].map((value) =>
      canonicalJson([value]),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("refuses a function", () => {
    expect(() => canonicalJson({ a: () => 1 })).toThrow(TypeError);
  });

  it("parses back to the same value, whatever the order of the keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });
});

describe("hashFile", () => {
  it("hashes bytes, across chunks", () => {
    const path = join(folder, "large");
    const contents = Buffer.alloc(3 * (1 << 20) + 17, "heapbook");
    writeFileSync(path, contents);
    expect(hashFile(path)).toBe(sha256(contents));
  });

  it("gives null for what has no content to depend on, and never waits for it", () => {
    expect(hashFile(join(folder, "absent"))).toBeNull();
    expect(hashFile("/dev/zero")).toBeNull();
    expect(hashFile("/proc/self/status")).toBeNull();
    expect(hashFile("a\0b")).toBeNull();
  });

  it("distinguishes folders by the names in them", () => {
    const before = hashFile(folder);
    writeFileSync(join(folder, "new"), "");
    expect(before).not.toBeNull();
    expect(hashFile(folder)).not.toBe(before);
  });
});

describe("createFileHasher", () => {
  it("sees a change of the same length, even one made at once", () => {
    const path = join(folder, "input");
    const hash = createFileHasher();
    for (const text of ["one", "two", "six"]) {
      writeFileSync(path, text);
      expect(hash(path)).toBe(sha256(text));
    }
  });

  it("sees a change that keeps the modification time", () => {
    const path = join(folder, "input");
    const hash = createFileHasher();
    const past = new Date(Date.now() - 60_000);
    for (const text of ["one", "two"]) {
      writeFileSync(path, text);
      utimesSync(path, past, past);
      expect(hash(path)).toBe(sha256(text));
    }
  });
});

describe("hashFolder", () => {
  it("covers names and contents of the files wanted, in any depth", () => {
    mkdirSync(join(folder, "deep"));
    writeFileSync(join(folder, "deep", "a.ts"), "1");
    const onlyTs = (name: string): boolean => name.endsWith(".ts");
    const first = hashFolder(folder, onlyTs);
    writeFileSync(join(folder, "b.md"), "not wanted");
    expect(hashFolder(folder, onlyTs)).toBe(first);
    writeFileSync(join(folder, "deep", "a.ts"), "2");
    const second = hashFolder(folder, onlyTs);
    expect(second).not.toBe(first);
    writeFileSync(join(folder, "b.ts"), "");
    expect(hashFolder(folder, onlyTs)).not.toBe(second);
  });
});
