import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { Store } from "../../../src/store/store.ts";
import { openStore, removeStore } from "../../../src/store/store.ts";
import { notWritable } from "../../../src/store/store-folder.ts";
import { openTextCache } from "../../../src/store/text-cache.ts";
import { FAILURE, makeReading, makeTrial, makeTrialSet } from "../../helpers/results.ts";

let folder = "";
let warnings: string[] = [];
let store: Store;
const warn = (message: string): void => {
  warnings.push(message);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heapbook-store-"));
  warnings = [];
  store = openStore(folder, { onWarning: warn });
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const fingerprint = "0f".repeat(32);
const set = makeTrialSet("output", [makeTrial({ readings: [makeReading("size", 48)] })], { fingerprint });
const storedFile = (): string => join(folder, ".heapbook", "store", "0f", `${fingerprint}.json`);

describe("openStore", () => {
  it("creates nothing before there is something to keep", () => {
    expect(store.load(fingerprint)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it("measures a result again whose file links to itself, and replaces the file", () => {
    store.save(set);
    rmSync(storedFile());
    symlinkSync(storedFile(), storedFile());
    const again = openStore(folder, { onWarning: warn });
    expect(again.load(fingerprint)).toBeUndefined();
    expect(warnings.join()).toContain("cannot be read (ELOOP)");
    again.save(set);
    expect(openStore(folder, { onWarning: warn }).load(fingerprint)).toEqual(set);
  });

  it("gives results with printed places only where the lines are the same, and keeps one for each", () => {
    const at = (line: number) => [{ kind: "place" as const, name: "3:7", value: `report.md:${line}:7` }];
    const now = (line: number) => (): string => `report.md:${line}:7`;
    const moved = { ...set, flags: ["--moved"] };
    store.save(set, at(10));
    expect(store.load(fingerprint, now(11))).toBeUndefined();
    expect(store.explainStale(fingerprint, now(11))).toEqual(["the place of a line that the cell prints changed"]);
    store.save(moved, at(11));
    expect(store.load(fingerprint, now(11))).toEqual(moved);
    expect(store.load(fingerprint, now(10))).toEqual(set);
  });

  it("gives back what was saved, also to another process's store", () => {
    store.save(set);
    expect(store.load(fingerprint)).toEqual(set);
    expect(openStore(folder, { onWarning: warn }).load(fingerprint)).toEqual(set);
    expect(readFileSync(join(folder, ".heapbook", ".gitignore"), "utf8")).toBe("*\n");
    expect(readdirSync(join(folder, ".heapbook", "tmp"))).toEqual([]);
    expect(JSON.parse(readFileSync(storedFile(), "utf8"))).toMatchObject({ schemaVersion: 2, set });
  });

  it("grows a set trial by trial", () => {
    store.save(set);
    const grown = { ...set, trials: [...set.trials, makeTrial()] };
    store.save(grown);
    expect(store.load(fingerprint)).toEqual(grown);
  });

  it("keeps the larger of two sets that two renders save at once: finished trials are not lost", () => {
    const [one, other] = [openStore(folder, { onWarning: warn }), openStore(folder, { onWarning: warn })];
    for (const each of [one, other]) expect(each.load(fingerprint)).toBeUndefined();
    const larger = { ...set, trials: [...set.trials, makeTrial()] };
    one.save(larger);
    other.save(set);
    expect(openStore(folder, { onWarning: warn }).load(fingerprint)).toEqual(larger);
    other.save({ ...set, trials: [...set.trials, makeTrial(), makeTrial()] });
    expect(openStore(folder, { onWarning: warn }).load(fingerprint)?.trials).toHaveLength(3);
  });

  it("keeps the larger of two sets of one fingerprint that one render saves, whichever is saved last", () => {
    const [trial] = set.trials;
    if (trial === undefined) throw new Error("the set has no trial");
    const larger = { ...set, trials: [trial, trial, trial] };
    store.save(larger);
    store.save(set);
    expect(store.load(fingerprint)).toEqual(larger);
    // Another render, as with --cache-refresh, replaces it from its first trial on.
    openStore(folder, { onWarning: warn }).save(set);
    expect(store.load(fingerprint)).toEqual(set);
  });

  it("replaces the larger set where what it read has changed since", () => {
    const data = join(folder, "data.csv");
    writeFileSync(data, "1");
    const [trial] = set.trials;
    if (trial === undefined) throw new Error("the set has no trial");
    store.save({ ...set, trials: [trial, trial] }, ["data.csv"]);
    writeFileSync(data, "2");
    store.save(set, ["data.csv"]);
    expect(store.load(fingerprint)).toEqual(set);
  });

  it("keeps finished trials and no failed ones", () => {
    const [finished] = set.trials;
    store.save({ ...set, trials: [...set.trials, makeTrial({ failure: FAILURE })] });
    expect(store.load(fingerprint)?.trials).toEqual([finished]);
  });

  it("stores nothing when every trial failed", () => {
    store.save({ ...set, trials: [makeTrial({ failure: FAILURE })] });
    expect(existsSync(join(folder, ".heapbook"))).toBe(false);
  });

  it("refuses what is no fingerprint, since it becomes a path", () => {
    expect(() => store.load("../../etc/passwd")).toThrow(TypeError);
  });

  it("misses when a file that a trial read has changed, appeared or gone", () => {
    const input = join(folder, "data.csv");
    writeFileSync(input, "a,b");
    store.save({ ...set, trials: [makeTrial({ reads: ["data.csv", "optional.csv"] })] });
    expect(store.load(fingerprint)).toBeDefined();
    writeFileSync(input, "a,c");
    expect(store.load(fingerprint)).toBeUndefined();
    writeFileSync(input, "a,b");
    expect(store.load(fingerprint)).toBeDefined();
    writeFileSync(join(folder, "optional.csv"), "");
    expect(store.load(fingerprint)).toBeUndefined();
    rmSync(join(folder, "optional.csv"));
    rmSync(input);
    expect(store.load(fingerprint)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it("checks files that were seen to be read under another probe, relative to the base", () => {
    const base = join(folder, "reports");
    mkdirSync(base);
    writeFileSync(join(base, "data.csv"), "1");
    const other = openStore(folder, { base, onWarning: warn });
    other.save(set, ["data.csv"]);
    expect(other.load(fingerprint)).toEqual(set);
    writeFileSync(join(base, "data.csv"), "2");
    expect(other.load(fingerprint)).toBeUndefined();
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["cut short", (text) => text.slice(0, -40), /changed since it was written/],
    ["empty", () => "", /not written by Heapbook/],
    ["foreign", () => '{"hello":1}', /not written by Heapbook/],
    ["altered by a digit", (text) => text.replace('"value":48', '"value":49'), /checksum/],
    ["of another version", (text) => text.replace('"schemaVersion":2', '"schemaVersion":7'), /schema version 7/],
    ["of another fingerprint", (text) => text, /another fingerprint/],
  ])("passes over a file that is %s, with a warning", (what, damage, warning) => {
    store.save(what === "of another fingerprint" ? { ...set, fingerprint: "0f".repeat(31).concat("00") } : set);
    const [name = ""] = readdirSync(join(folder, ".heapbook", "store", "0f"));
    const text = readFileSync(join(folder, ".heapbook", "store", "0f", name), "utf8");
    writeFileSync(storedFile(), damage(text));
    expect(store.load(fingerprint)).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(warning);
    store.save(set);
    expect(store.load(fingerprint)).toEqual(set);
  });

  it("never throws and never returns a set for a damaged file", () => {
    store.save(set);
    const bytes = readFileSync(storedFile());
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        writeFileSync(storedFile(), damaged);
        expect(store.load(fingerprint)).toBeUndefined();
      }),
    );
  });

  it("passes over a folder in a file's place", () => {
    mkdirSync(storedFile(), { recursive: true });
    expect(store.load(fingerprint)).toBeUndefined();
    expect(warnings[0]).toMatch(/ is not a file\.$/);
  });

  it("names what is in the way of the folder", () => {
    writeFileSync(join(folder, ".heapbook"), "a file");
    const error = thrownBy(() => store.save(set));
    expect(error).toMatchObject({ code: "store-not-writable", exitCode: 2 });
    expect(error.hint).toMatch(/A file of that name is in the way of the folder/);
    expect(readFileSync(join(folder, ".heapbook"), "utf8")).toBe("a file");
  });

  it.skipIf(process.getuid?.() === 0)("reports a folder that cannot be written", () => {
    chmodSync(folder, 0o500);
    expect(thrownBy(() => store.save(set)).hint).toMatch(/write permission for that folder/);
  });

  it("says that finished trials are reused once the full disk is not", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    const error = notWritable(folder, full);
    expect(error).toMatchObject({ code: "store-not-writable", cause: full, message: expect.stringContaining(folder) });
    expect(error.hint).toMatch(/disk is full.*completed trials are reused/);
  });

  it("sweeps what a killed process left, but not what another is writing", () => {
    const temporaries = join(folder, ".heapbook", "tmp");
    mkdirSync(temporaries, { recursive: true });
    writeFileSync(join(temporaries, "old"), "half");
    utimesSync(join(temporaries, "old"), 0, 0);
    writeFileSync(join(temporaries, "young"), "half");
    store.save(set);
    expect(readdirSync(temporaries)).toEqual(["young"]);
  });

  it("goes on after the store was removed under it", () => {
    store.save(set);
    expect(removeStore(folder)).toBe(true);
    expect(store.load(fingerprint)).toBeUndefined();
    store.save(set);
    expect(store.load(fingerprint)).toEqual(set);
  });
});

describe("removeStore", () => {
  it("says whether there was one, and touches nothing else", () => {
    writeFileSync(join(folder, "report.md"), "");
    expect(removeStore(folder)).toBe(false);
    store.save(set);
    expect(removeStore(folder)).toBe(true);
    expect(readdirSync(folder)).toEqual(["report.md"]);
  });

  it("keeps installed runtimes, unless they are to go too", () => {
    const runtimes = join(folder, ".heapbook", "runtimes");
    mkdirSync(join(runtimes, "22.1.0"), { recursive: true });
    store.save(set);
    expect(removeStore(folder)).toBe(true);
    expect(readdirSync(join(folder, ".heapbook")).sort()).toEqual([".gitignore", "runtimes"]);
    expect(readdirSync(runtimes)).toEqual(["22.1.0"]);
    expect(removeStore(folder)).toBe(false);
    expect(removeStore(folder, { runtimes: true })).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("openTextCache", () => {
  const cacheFile = (): string => {
    const root = join(folder, ".heapbook", "cache");
    const name = readdirSync(root, { recursive: true, encoding: "utf8" }).find((path) => path.length > 60);
    return join(root, name ?? "");
  };

  it("gives back any text under any key", () => {
    const cache = openTextCache(folder, warn);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (key, text) => {
        cache.set(key, text);
        expect(cache.get(key)).toBe(text);
      }),
      { numRuns: 30 },
    );
    expect(cache.get("a key that was never set")).toBeUndefined();
  });

  it("misses a text that was cut or altered", () => {
    const cache = openTextCache(folder, warn);
    cache.set("key", "<svg>…</svg>");
    const stored = readFileSync(cacheFile(), "utf8");
    for (const damaged of ["", stored.slice(0, 64), stored.slice(0, -1), stored.replace("svg", "SVG")]) {
      writeFileSync(cacheFile(), damaged);
      expect(cache.get("key")).toBeUndefined();
    }
  });

  it("warns once, and no more, where it cannot write", () => {
    writeFileSync(join(folder, ".heapbook"), "a file");
    const cache = openTextCache(folder, warn);
    cache.set("a", "1");
    cache.set("b", "2");
    expect(warnings).toHaveLength(1);
  });
});

function thrownBy(action: () => void): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}
