import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { LineAllocation, LineProfile } from "../../src/model/line-profile.ts";
import { arrayBytes, CODE, KNOWN, sum, TRUTH } from "../helpers/known-sizes.ts";
import { lineWith, profileOf, type TraceRunOptions, traceCell } from "../helpers/traced-runner.ts";

/** V8 makes feedback for itself in the first calls, in the young generation: warmed up, there is none. */
const METERED = { modules: [KNOWN], warmup: 3, engine: "meter" } as const;
/** Asserts that nothing kept the meter from being exact. What V8 notes about code takes less than 4 KiB of the old generation. */
function expectExact({ instrumentation }: LineProfile, errorBound: { readonly errorBoundBytes?: number } = {}): void {
  expect(instrumentation).toEqual({
    engine: "meter",
    ...errorBound,
    unseenCollections: 0,
    pageCrossings: 0,
    oldGenerationBytes: expect.any(Number),
  });
  expect((instrumentation as { oldGenerationBytes: number }).oldGenerationBytes).toBeLessThan(4096);
}

/**
 * V8 may collect by itself on a busy machine. The profile then says that it is a lower bound, and the test runs again, at most
 * twice. A run without unplanned collections must be exact.
 */
const meter = async (code: string, options: TraceRunOptions = {}) => {
  for (let run = 1; ; run++) {
    const profile = profileOf(
      await traceCell(`import { measure } from "heapbook";\n${code}`, { engine: "meter", warmup: 3, ...options }),
    );
    const { instrumentation } = profile;
    const isBound = instrumentation.engine === "meter" && instrumentation.unseenCollections > 0;
    if (!isBound || run === 3) return profile;
  }
};

/** What was allocated on the lines with computable sizes. */
function allocatedOf(profile: Parameters<typeof lineWith>[0]): Record<string, number> {
  return Object.fromEntries(Object.keys(TRUTH).map((mark) => [mark, lineWith(profile, mark).allocatedBytes]));
}

const expected = Object.fromEntries(Object.entries(TRUTH).map(([mark, [allocated]]) => [mark, allocated]));

describe("metered allocations by line", () => {
  it("are those that can be computed, to the byte, and the same in each of five processes", async () => {
    const texts = new Set<string>();
    for (let run = 0; run < 5; run++) {
      const profile = profileOf(await traceCell(CODE, METERED));
      expect(allocatedOf(profile)).toEqual(expected);
      // The registers of one generator, which has as many as without markers.
      expectExact(profile, { errorBoundBytes: 32 });
      texts.add(JSON.stringify(profile.lines));
    }
    expect(texts.size).toBe(1);
  });

  it("are the tracker's, line by line, where that knows the line", async () => {
    const tracked = profileOf(await traceCell(CODE, { ...METERED, engine: "tracker" }));
    const metered = profileOf(await traceCell(CODE, METERED));
    const ownBytes = ({ allocatedBytes, functionLevelBytes }: LineAllocation): number =>
      allocatedBytes - functionLevelBytes;
    // The meter assigns a generator object to the calling line, the tracker to the function; they also differ in a Map's first table.
    const others = new Set(["for (const value of count(N))", "new Map()", "this.x = x"]);
    const source = metered.sources["known-sizes.js"] ?? [];
    for (const line of metered.lines.filter(({ file }) => file === "known-sizes.js")) {
      const text = source[line.line - 1] ?? "";
      if ([...others].some((part) => text.includes(part))) continue;
      expect(ownBytes(line), text).toBe(ownBytes(lineWith(tracked, text)));
    }
    const total = (lines: readonly LineAllocation[]): number => sum(lines.map((line) => line.allocatedBytes));
    expect(Math.abs(total(metered.lines) / total(tracked.lines) - 1)).toBeLessThan(0.001);
  });

  it("are of the function, not of its caller, where the code allocates in place; `delete` has its line", async () => {
    const profile = await meter(`
function removed(i) {
  const o = { a: i, b: 2 };
  delete o.a; // delete
  return o;
}
function rest(o) {
  const { a, ...others } = o; // rest
  return others;
}
function declared(i) {
  function inner() { return inner; } // declared
  return inner;
}
function made() {
  return class { static x = 1; }; // class
}
function run(n) {
  const o = { a: 1, b: 2, c: 3 };
  let last;
  for (let i = 0; i < n; i++) last = removed(i); // calls removed
  for (let i = 0; i < n; i++) last = rest(o); // calls rest
  for (let i = 0; i < n; i++) last = made(); // calls made
  for (let i = 0; i < n; i++) last = declared(); // calls declared
  return last;
}
run(20);
measure(() => run(1000));`);
    const perCall = (mark: string): number => Math.round(lineWith(profile, mark).allocatedBytes / 1000);
    expect(perCall("delete o.a")).toBeGreaterThan(200); // V8 makes the object a dictionary
    const own = (mark: string): number =>
      Math.round(
        sum(
          profile.lines
            .filter(({ line, file }) => profile.sources[file]?.[line - 1]?.includes(mark))
            .map(({ functionLevelBytes }) => functionLevelBytes),
        ) / 1000,
      );
    expect(own("function rest(o)")).toBe(56);
    expect(own("function made()")).toBeGreaterThan(300);
    expect(perCall("calls declared") + perCall("// declared")).toBe(56 + 40 + 8);
    const callers = ["calls removed", "calls rest", "calls made"];
    expect(
      profile.lines
        .filter(({ line, file }) => callers.some((mark) => profile.sources[file]?.[line - 1]?.includes(mark)))
        .filter(({ allocatedBytes }) => allocatedBytes > 1000),
    ).toEqual([]);
  });

  const folder = ".heapbook/runtimes";
  const runtimes = existsSync(folder) ? readdirSync(folder).map((version) => resolve(folder, version, "bin/node")) : [];
  it.skipIf(runtimes.length === 0)("are the same under every installed Node", async () => {
    for (const node of runtimes) {
      const profile = profileOf(await traceCell(CODE, { ...METERED, node }));
      expect(allocatedOf(profile), node).toEqual(expected);
    }
  });
});

describe("the meter", () => {
  // A flag that turned off V8's notes beside literals (mementos) took 16 B from each array in an object: 9 % of this line.
  it("counts the notes that V8 keeps beside literals, as the tracker does", async () => {
    const code = `measure(() => {
  const kept = [];
  for (let i = 0; i < 20_000; i++) kept.push({ id: i, tags: [i, i + 1, i + 2] }); // [nested]
  return kept;
});`;
    const metered = lineWith(await meter(code), "[nested]").allocatedBytes;
    const tracked = profileOf(await traceCell(`import { measure } from "heapbook";\n${code}`));
    expect(Math.abs(metered - lineWith(tracked, "[nested]").allocatedBytes)).toBeLessThan(4096);
  });

  // Of a table that a collection has moved to the old generation V8 makes the next one there, which the meter does not see.
  it("charges large objects, and tables that grow large, to their lines", async () => {
    const profile = await meter(`measure(() => {
  const one = new Array(100_000); // [large]
  const map = new Map();
  for (let i = 0; i < 10_000; i++) map.set(i, i); // [grows]
  return [one, map];
});`);
    const tables = [];
    for (let capacity = 8; capacity <= 16_384; capacity *= 2) tables.push(40 + 28 * capacity);
    expect(lineWith(profile, "[large]").allocatedBytes).toBe(arrayBytes(100_000));
    expect(lineWith(profile, "[grows]").allocatedBytes).toBe(sum(tables));
    expectExact(profile);
  });

  it("collects between expressions, so that no byte is lost and no end of a page is assigned to a line", async () => {
    const profile = await meter(`measure(() => {
  let held;
  for (let i = 0; i < 600_000; i++) held = { i, half: i }; // [small]
  for (let i = 0; i < 1000; i++) held = new Array(10_000); // [medium]
  return held;
});`);
    const small = 600_000 * (32 + 8 + 16);
    expect(lineWith(profile, "[small]").allocatedBytes - small).toBe(0);
    // Beside an array of small integers, too, V8 writes its note of 16 bytes.
    expect(lineWith(profile, "[medium]").allocatedBytes - 1000 * (arrayBytes(10_000) + 16)).toBe(0);
    expectExact(profile);
  });

  it("knows whose bytes are whose after an exception, in callbacks, and in nested regions", async () => {
    const trial = await traceCell(
      `import { measure } from "heapbook";
const fail = (n) => { throw new Array(n); }; // [thrown]
const run = () => {
  let caught;
  try { fail(500); } catch (error) { caught = error; }
  const next = new Array(100); // [next]
  const mapped = next.fill(1).map((x) => x + 0.5); // [mapped]
  return [caught, next, mapped];
};
for (let i = 0; i < 4; i++) run();
measure(() => { measure(run, { name: "inner" }); return run(); }, { name: "outer" });
try { measure(() => { throw new Error("no"); }, { name: "throws" }); } catch {}`,
      { engine: "meter" },
    );
    expect(trial.lineProfiles.map(({ region }) => region)).toEqual(["inner", "outer"]);
    for (const [region, times] of [
      ["inner", 1],
      ["outer", 2],
    ] as const) {
      const profile = profileOf(trial, region);
      expect(lineWith(profile, "[thrown]").allocatedBytes).toBe(times * arrayBytes(500));
      expect(lineWith(profile, "[next]").allocatedBytes).toBe(times * arrayBytes(100));
    }
  });

  it("reports collections that were not its own", async () => {
    const profile = await meter(`import { writeHeapSnapshot } from "node:v8";
import { rmSync } from "node:fs";
measure(() => { rmSync(writeHeapSnapshot()); return new Array(10); });`);
    expect(profile.instrumentation).toMatchObject({ unseenCollections: expect.any(Number) });
    expect((profile.instrumentation as { unseenCollections: number }).unseenCollections).toBeGreaterThan(0);
  });

  it("charges a built-in's large result to the line of the call, and what a callback makes to the callback's", async () => {
    const profile = await meter(`const source = Array.from({ length: 50_000 }, (_, i) => i);
measure(() => {
  return source.map( // [call]
    (x) => ({ x })); // [callback]
});`);
    expect(lineWith(profile, "[call]").allocatedBytes - arrayBytes(50_000)).toBeLessThan(200);
    expect(lineWith(profile, "[call]").allocatedBytes).toBeGreaterThanOrEqual(arrayBytes(50_000));
    expect(lineWith(profile, "[callback]").allocatedBytes).toBe(50_000 * (24 + 8 + 16) + 56);
  });

  it("does not charge the thunk around an object literal with functions", async () => {
    const profile = await meter(`measure(() => {
  let held;
  for (let i = 0; i < 1000; i++) held = { a() { return 1; }, b: () => 2 }; // [literal]
  return held;
});`);
    // Two fields, two closures, and V8's note on the literal.
    expect(lineWith(profile, "[literal]").allocatedBytes).toBe(1000 * (24 + 2 * 8 + 2 * 56 + 16));
  });

  it("charges awaits to their lines, also of functions that take turns", async () => {
    const profile = await meter(`async function one() {
  for (let i = 0; i < 1000; i++) await i; // [value]
}
const settled = Promise.resolve();
async function two() {
  for (let i = 0; i < 1000; i++) await settled; // [promise]
}
await measure(() => Promise.all([one(), two()]));`);
    const [value, promise] = ["[value]", "[promise]"].map((mark) => lineWith(profile, mark).allocatedBytes) as [
      number,
      number,
    ];
    // A value needs a promise of its own, of 48 B, up to Node 24. V8 of Node 26 makes closures for the first await of a call only.
    if (Number.parseInt(process.versions.node, 10) < 26) expect(value - promise).toBe(48 * 1000);
    else expect([value, promise]).toEqual([200 + 48 * 999, 200 + 48 * 999]);
    expect(profile.elsewhere.allocatedBytes).toBeLessThan(4096);
  });

  it("charges the steps of for await to its line", async () => {
    const profile = await meter(`async function* count() {
  for (let i = 0; i < 1000; i++) yield i; // [yield]
}
async function sum() {
  let total = 0;
  for await (const each of count()) total += each; // [steps]
  return total;
}
await measure(sum);`);
    // V8's own sampling of the plain program at an interval of 1 B has 577,000 B on Node 20; they were in no line.
    const bytes = lineWith(profile, "[steps]").allocatedBytes + lineWith(profile, "[yield]").allocatedBytes;
    expect(bytes).toBeGreaterThan(300_000);
    expect(profile.elsewhere.allocatedBytes).toBeLessThan(0.02 * bytes);
  });

  it("says how much V8 allocated in the old generation at once, which no line has", async () => {
    const profile = await meter(`measure(() => {
  const texts = [];
  for (let i = 0; i < 5000; i++) texts.push(String(i + 0.25)); // V8 caches the text of a number
  return texts;
});`);
    const { oldGenerationBytes } = profile.instrumentation as { oldGenerationBytes: number };
    expect(oldGenerationBytes).toBeGreaterThanOrEqual(5000 * 24);
    expect(profile.elsewhere.allocatedBytes).toBeGreaterThanOrEqual(oldGenerationBytes);
  });

  it.each([0, 10, 300, 1000, 5000, 20_000])(
    "counts %d Symbols of the old generation, however V8 takes pieces",
    async (count) => {
      const profile = await meter(`measure(() => {
  const made = new Array(${count});
  for (let i = 0; i < ${count}; i++) made[i] = Symbol();
  return made;
});`);
      const { oldGenerationBytes } = profile.instrumentation as { oldGenerationBytes: number };
      expect(oldGenerationBytes).toBeGreaterThanOrEqual(count * 24);
      // What V8 notes about code takes less than 4 KiB.
      expect(oldGenerationBytes).toBeLessThan(count * 24 + 4096);
    },
  );

  it("counts what is allocated in the old generation between collections, and no survivors", async () => {
    const profile = await meter(`const run = (turns) => {
  const kept = [];
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < 1000; i++) kept.push(Symbol(), { turn });
    gc({ type: "minor" });
  }
  return kept;
};
for (let i = 0; i < 3; i++) run(1);
measure(() => run(10));`);
    const { oldGenerationBytes } = profile.instrumentation as { oldGenerationBytes: number };
    expect(oldGenerationBytes).toBeGreaterThanOrEqual(240_000);
    expect(oldGenerationBytes).toBeLessThan(240_000 + 4096);
  });

  it("takes a collection that the author asks for as its own", async () => {
    const profile = await meter(`const run = () => { const a = new Array(1000); gc(); return a; /* [made] */ };
for (let i = 0; i < 3; i++) run();
measure(run);`);
    expect(lineWith(profile, "[made]").allocatedBytes).toBe(arrayBytes(1000));
    expectExact(profile);
  });
});
