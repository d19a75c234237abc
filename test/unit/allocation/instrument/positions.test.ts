import { describe, expect, it } from "vitest";
import { instrument } from "../../../../src/allocation/instrument/instrument.ts";
import { instrumentedPositions } from "../../../../src/allocation/instrument/positions.ts";

const SOURCE = `const o = { list: [] };
function go(n) { return [n].map((x) => ({ x, v: o.x.y(x, \`a\${x}\`) })); }
class K { m() { return this.q.r([1]); } }
for (const each of o.list) go(each);
const { p } = o.q;
foo().bar([
  go(1).z(new Error("e")),
]);
`;

const sharedOptions = { module: 0, fileName: "a.js", sourceType: "commonjs", firstCounter: 0 } as const;

/** Line and column of a piece of a text, from 1. */
function placeOf(text: string, piece: string, plus = 0): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(piece) + plus);
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

describe.each(["tracker", "meter"] as const)("instrumentedPositions, %s", (engine) => {
  const { code } = instrument(SOURCE, { ...sharedOptions, engine });
  const positions = instrumentedPositions(SOURCE, { ...sharedOptions, engine });
  const inMarkers = code.slice(SOURCE.length);
  const map = (piece: string, plus = 0) => {
    const at = code.lastIndexOf(piece) + plus;
    const before = code.slice(0, at);
    return positions.map(before.split("\n").length, at - before.lastIndexOf("\n"));
  };

  it("maps code of markers to the column of the source", () => {
    expect(inMarkers).toContain(".y(x, ");
    expect(map(".y(x, ", 1)).toEqual(placeOf(SOURCE, ".y(x, ", 1));
    expect(map(".q.r(", 3)).toEqual(placeOf(SOURCE, ".q.r(", 3));
    expect(map("new Error(")).toEqual(placeOf(SOURCE, "new Error("));
  });

  it("maps the call of a marker to its line, and code that stays to its column", () => {
    expect(map("foo()")).toEqual(placeOf(SOURCE, "foo()"));
    expect(positions.map(6, 1)?.line).toBe(6);
    expect(map("function go")).toEqual(placeOf(SOURCE, "function go"));
  });

  it("names what a parameter stands for, as V8 does", () => {
    const at = code.lastIndexOf(".q.r(");
    const before = code.slice(0, at);
    const names = positions.namesAt(before.split("\n").length, at - before.lastIndexOf("\n"));
    expect(Object.values(names)).toContain("this");
  });

  it("maps a call of a function where it is written to its arguments, as V8 does", () => {
    const source = "(function () {\n  f([1]);\n})(\n  1,\n);\n";
    const options = { ...sharedOptions, engine };
    const { code } = instrument(source, options);
    const at = /return \(\(\$1\)(\()/d.exec(code)?.indices?.[1]?.[0] ?? -1;
    const before = code.slice(0, at);
    const { map } = instrumentedPositions(source, options);
    expect(map(before.split("\n").length, at - before.lastIndexOf("\n"))).toEqual(placeOf(source, "})(", 2));
    expect(code).toMatch(/^function \$hb0m3_3\(/m);
  });

  it("gives the author's text of a function", () => {
    const start = code.indexOf("function go");
    const piece = code.slice(start, code.indexOf("\n", start));
    expect(piece).toContain("$hb");
    expect(positions.textOf(piece)).toBe(SOURCE.split("\n")[1]);
  });
});

it.each([
  ["for (const x of o.z) x;", "o.z is not iterable"],
  ["for (const x of f()) x;", "f is not a function or its return value is not iterable"],
  ["const [q] = o.z;", "undefined is not iterable (cannot read property Symbol(Symbol.iterator))"],
  ["const { a } = o.z;", "Cannot destructure property 'a' of 'o.z' as it is undefined."],
  ["const { a } = f();", "Cannot destructure property 'a' of 'f(...)' as it is undefined."],
  ["(function () { for (const x of this.z) x; }).call(o);", "this.z is not iterable"],
])("%s: V8's own message", (statement, message) => {
  const source = `const o = {}; function f() {}\n${statement}`;
  const { code } = instrument(source, { ...sharedOptions, engine: "tracker" });
  const run = (text: string): string => {
    try {
      new Function("$hbCounters", "$hbIterate", "$hbCall", text)(
        new Int32Array(64),
        (v: unknown) => v,
        () => {},
      );
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(run(source)).toBe(message);
  expect(run(code)).toBe(message);
});
