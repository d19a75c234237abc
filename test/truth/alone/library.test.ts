import { describe, expect, it } from "vitest";
import { printed, type RunOptions, runCell } from "../../helpers/trial-runner.ts";

/** Runs a cell that prints one JSON value, and gives the value. */
async function evaluate(code: string, options?: RunOptions): Promise<unknown> {
  return printed(await runCell(code, options));
}

describe("references()", () => {
  const count = (setUp: string): Promise<unknown> =>
    evaluate(`import { references } from "heapbook";\nclass Point {}\n${setUp}`);
  const print = (...expressions: readonly string[]): string =>
    `console.log(JSON.stringify([${expressions.join(", ")}]));`;

  it("counts 1, 1, 2 for the writeup's objects: one name, one name, two names", async () => {
    const code = `const one = new Point();
const other = new Point();
const two = new Point();
const again = two;
const name = () => [one, other, two, again];
${print("references(one)", "references(other)", "references(two)")}
name();`;
    expect(await count(code)).toEqual([1, 1, 2]);
  });

  it.each<[string, string, number]>([
    ["a variable that a closure holds", "const o = new Point();\nconst keep = () => o;", 1],
    [
      "a property",
      "const o = new Point();\nconst keep = () => o;\nconst holder = { o };\nglobalThis.holder = holder;",
      2,
    ],
    [
      "two properties of one object",
      "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = { a: o, b: o };",
      3,
    ],
    ["an element", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = [1, o, 2];", 2],
    ["two elements", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = [o, o];", 3],
    ["a Map's value", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new Map([[1, o]]);", 2],
    ["a Map's key", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new Map([[o, 1]]);", 2],
    ["a Set", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new Set([o]);", 2],
    ["no WeakRef", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new WeakRef(o);", 1],
    [
      "no WeakMap's key",
      "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new WeakMap([[o, {}]]);",
      1,
    ],
    ["no WeakSet", "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new WeakSet([o]);", 1],
    [
      "no FinalizationRegistry",
      "const o = new Point();\nconst keep = () => o;\nglobalThis.holder = new FinalizationRegistry(() => {});\nglobalThis.holder.register(o, 1);",
      1,
    ],
    ["itself", "const o = new Point();\nconst keep = () => o;\no.self = o;", 2],
    ["a cycle", "const o = new Point();\nconst keep = () => o;\no.other = { back: o };", 2],
    [
      "a private field",
      "const o = new Point();\nconst keep = () => o;\nclass Box { #o; constructor(x) { this.#o = x; } get() { return this.#o; } }\nglobalThis.holder = new Box(o);",
      2,
    ],
  ])("counts %s", async (_, setUp, expected) => {
    expect(await count(`${setUp}\n${print("references(o)")}\nkeep();`)).toEqual([expected]);
  });

  it("falls again when a reference is given up", async () => {
    const code = `let o = new Point();
const keep = () => o;
globalThis.holder = { o };
const before = references(o);
globalThis.holder.o = null;
${print("before", "references(o)")}
keep();`;
    expect(await count(code)).toEqual([2, 1]);
  });

  it("takes objects only", async () => {
    const trial = await runCell('import { references } from "heapbook";\nreferences(1);');
    expect(trial.failure).toMatchObject({
      kind: "exception",
      name: "TypeError",
      frames: [{ file: "report.md", line: 7 }],
    });
  });
});

describe("settle()", () => {
  it("empties the WeakRefs of what is unreachable, and calls back", async () => {
    const code = `import { settle } from "heapbook";
const gone = [];
const registry = new FinalizationRegistry((name) => gone.push(name));
const make = (name) => { const o = { name }; registry.register(o, name); return new WeakRef(o); };
const refs = ["a", "b"].map(make);
const kept = { name: "c" };
registry.register(kept, "c");
const cycle = (() => { const x = {}; const y = { x }; x.y = y; return new WeakRef(x); })();
await settle();
console.log(JSON.stringify([refs.map((ref) => ref.deref() ?? null), cycle.deref() ?? null, gone.sort(), kept.name]));`;
    expect(await evaluate(code)).toEqual([[null, null], null, ["a", "b"], "c"]);
  });
});

describe("random()", () => {
  const CODE = 'import { random } from "heapbook";\nconsole.log(JSON.stringify(Array.from({ length: 100 }, random)));';
  const draw = async (options?: RunOptions): Promise<number[]> => (await evaluate(CODE, options)) as number[];

  it("gives the same numbers each time, others for another seed or variant", async () => {
    const first = await draw({ params: { seed: 1 } });
    expect(new Set(first).size).toBe(100);
    expect(first.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(await draw({ params: { seed: 1 }, probe: "output", flags: ["--single-threaded"] })).toEqual(first);
    expect(await draw({ params: { seed: 2 } })).not.toEqual(first);
    expect(await draw({ params: { seed: 1 }, variant: { walks: "saved" } })).not.toEqual(first);
    expect(await draw()).toEqual(await draw({ params: {} }));
    expect(await draw({ params: { seed: 1 }, variant: { runtime: "node@22" } })).toEqual(first);
  });
});

describe("params", () => {
  it("are the report's, with the variant's on top, and cannot be changed", async () => {
    const code =
      'import { params } from "heapbook";\nlet frozen = false;\ntry { params.a = 9; } catch { frozen = true; }\nconsole.log(JSON.stringify([params, frozen]));';
    expect(await evaluate(code, { params: { a: 1, b: 2 }, variant: { b: 3, c: "x" } })).toEqual([
      { a: 1, b: 3, c: "x" },
      true,
    ]);
  });
});
