import { fileURLToPath } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { instrument } from "../../../../src/allocation/instrument/instrument.ts";
import { instrumentedPositions } from "../../../../src/allocation/instrument/positions.ts";
import type { InstrumentResult } from "../../../../src/allocation/instrument/types.ts";
import type { Engine } from "../../../../src/model/instrumentation.ts";

const harness = fileURLToPath(new URL("../../../../src/harness/markers.ts", import.meta.url));
const [{ text } = { text: "" }] = buildSync({
  stdin: {
    contents: `import { installMarkers } from ${JSON.stringify(harness)}; installMarkers(9999);`,
    resolveDir: "/",
  },
  bundle: true,
  write: false,
  format: "iife",
  banner: { js: "((process)=>{" },
  footer: { js: "})({getBuiltinModule:()=>({types:$types})});" },
}).outputFiles;
const markers = new vm.Script(text);
const meter = `for (const name of ["Add","Large","In","Enter","InOf","Out","OutLarge","Made","Due","Yield","Begin","Await","Resume","Step","Here","Leave"]) globalThis["$hbm" + name] = () => 0;`;

function instrumented(source: string, engine: Engine): InstrumentResult {
  return instrument(source, { module: 0, fileName: "a.js", sourceType: "script", firstCounter: 0, engine });
}

/** The value of a script in a realm of its own, as JSON; marked for an engine. */
function valueIn(source: string, engine?: Engine): string {
  const context = vm.createContext({ $types: types });
  if (engine === undefined) return JSON.stringify(vm.runInContext(source, context)) ?? "undefined";
  markers.runInContext(context);
  vm.runInContext(meter, context);
  // The code of markers stands after the program, and would give the script's value.
  const value = vm.runInContext(`var $value;${instrumented(source, engine).code}\n$value`, context) as unknown;
  return JSON.stringify(value) ?? "undefined";
}

/** Programs that set `$value`, and what of marked code they would show. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "a shorthand __proto__ beside a method":
    "const __proto__ = { a: 1 }; const o = { __proto__, m() {} }; $value = Object.keys(o)",
  "a shorthand __proto__ after another operand":
    "const __proto__ = { a: 1 }; const f = () => 1; const o = { b: f(), __proto__, c: f() }; $value = Object.keys(o)",
  "a written __proto__ beside a method": "const o = { __proto__: { a: 1 }, m() {} }; $value = [Object.keys(o), o.a]",
  "two ?. whose arguments are no steady reads":
    "let i = 0, c; var K = 'k'; $value = [c?.get(K)?.length, c?.[i++]?.x, i].length + i",
  "?. with a private name":
    "class C { #o = { n: null }; t(x) { return x?.#o.n?.[0] } } $value = [String(new C().t(new C())), String(new C().t(null))]",
  "this of (a?.b)?.()": "const o = { b() { return this === o } }; $value = [(o?.b)?.(), (o?.b)(), (o.b)?.()]",
  "a replaced iterator of arrays":
    "const own = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function* () { yield 'r' }; const [a] = [1]; const l = []; for (const x of [1, 2]) l.push(x); const s = [...[1]]; Array.prototype[Symbol.iterator] = own; $value = [a, l, s]",
  "a replaced iterator of arrays that destructure":
    "Array.prototype[Symbol.iterator] = function* () { yield this[0]; if (this.length > 1) { yield this[1]; yield 42 } }; for (const [a, b, c] of [[1, 2, 3]]) $value = a + ' ' + b + ' ' + c",
  "commas in computed members and templates": `let i = 0; const f = (x) => x, l = [9, 8, 7]; $value = [l[f(0), i++, 2], \`\${f(1), f(2)} \${i++, i}\`, l[f(0), 1] = f(3), l, l?.[f(1), 0], f[f(1), 'name']]`,
  "a variable called of, used as a member":
    "var using, of = [[9], [8], [7]]; for (using of of [0, 1, 2]) $value = using",
  "a getter of Symbol.iterator":
    "let n = 0; const o = { get [Symbol.iterator]() { n++; return function* () { yield 1; yield 2 } } }; const [a, b] = o; for (const x of o); $value = [a, b, [...o], n]",
  "a global that an operand replaces":
    "function install() { globalThis.Date = { now: () => 42 }; return 1 } $value = [install(), Date.now()]",
  "a name of Heapbook's in strings and comments": `const s = 'the price is $hbar'; /* $hbCall */ $value = [s, \`$hb0m1_1 \${s}\`, /\\$hb_o/.source]`,
  "a name that only begins as Heapbook's": "const $hbar = [1, 2]; $value = $hbar.map((x) => x * 1.5)",
  "the missing method of an object, before its stack is read":
    "const g = () => 1, o = { a: {} }; try { o.a.x(g(), g()) } catch (e) { $value = e.message }",
  "destructuring null": "try { const { a } = null } catch (e) { $value = e.message }",
  "destructuring true as a list": "try { const [a] = true } catch (e) { $value = e.message }",
  "the missing method of a call": "const g = () => 1; try { g().x(g(), [1]) } catch (e) { $value = e.message }",
  "a call of a template that throws": `const g = () => { throw 1 }; try { $value = \`\${g()}a\${g()}\` } catch (e) { $value = e }`,
};

describe.each(["tracker", "meter"] as const)("code with markers for the %s", (engine) => {
  it.each(Object.entries(PROGRAMS))("shows no difference: %s", (_, source) => {
    const plain = valueIn(`var $value;${source};$value`);
    expect(plain).not.toBe("undefined");
    expect(valueIn(source, engine)).toBe(plain);
  });

  const list = (count: number, item: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => item(i)).join("");
  /** Code that grows with a number, and its value for 3,000. */
  const DEEP: Readonly<Record<string, (count: number) => string>> = {
    "chained calls": (count) =>
      `const s = { f() { return this } , n: 0, add(x) { this.n += x; return this } }; $value = s${list(count, () => ".add(one())")}.n`,
    "chained calls over lines": (count) =>
      `const s = { n: 0, add(x) { this.n += x; return this } }; $value = s${list(count, () => "\n.add(one())")}.n`,
    "chained optional calls": (count) =>
      `const s = { n: 0, add(x) { this.n += x; return this } }; $value = s${list(count, () => "?.add(one())")}.n`,
    "terms of +": (count) => `$value = 0${list(count, () => " + one()")}`,
    "operands of &&": (count) => `$value = 1${list(count, () => " && one()")}`,
    "expressions of a template": (count) => `$value = \`${list(count, () => `\${one()}`)}\`.length`,
    members: (count) => `const s = {}; s.a = s; s.n = ${count}; $value = s${list(count, () => ".a")}.n`,
    "else if": (count) =>
      `let n = 0; ${list(count, (i) => `if (${i} === ${count - 1}) n = one() + ${i}; else `)} n = 0; $value = n + [n].length - one()`,
    assignments: (count) => `const s = {}; ${list(count, () => "s.a = ")} one(); $value = s.a + ${count - 1}`,
  };
  it.each(Object.entries(DEEP))("is as deep as V8 reads it: %s", (name, make) => {
    const source = `const one = () => [1][0]; ${make(3000)}`;
    const plain = valueIn(`var $value;${source};$value`);
    expect(valueIn(source, engine)).toBe(plain);
    if (name === "else if") return; // a statement, all of whose expressions are marked
    const { notInstrumented } = instrumented(source, engine);
    expect(notInstrumented.map(({ kind }) => kind)).toContainEqual(
      expect.stringMatching(/^too-(deep|long)$|^Template/),
    );
  });

  it("marks the parts of an expression that is too deep, and all of one that is not", () => {
    const chain = (count: number): string => `x${list(count, () => ".f(g())")}`;
    const markersIn = (source: string): number =>
      instrumented(source, engine).code.match(/^function \$hb0m/gm)?.length ?? 0;
    expect(markersIn(chain(100))).toBe(100);
    expect(instrumented(chain(100), engine).notInstrumented).toEqual([]);
    expect(markersIn(chain(3000))).toBeGreaterThanOrEqual(3000);
  });

  it("refuses functions that stand in each other deeper than it can follow", () => {
    const nested = `f = ${"g(function () { return ".repeat(2000)}0${"})".repeat(2000)}`;
    expect(() => instrumented(nested, engine)).toThrow(expect.objectContaining({ code: "too-deep" }));
  });

  it("refuses a variable with a marker's name, at its place", () => {
    expect(() => instrumented("let a;\nlet $hbCall;", engine)).toThrow(
      expect.objectContaining({ code: "reserved-name", position: { file: "a.js", line: 2, column: 5 } }),
    );
  });

  const FUNCTIONS: readonly string[] = [
    "() => [1]",
    "x => y => [x, y]",
    "function (a = () => [1]) { return [a] }",
    "async () => [await [1]]",
    "class { static m(a) { return [a] } get x() { return [1] } #p = [1] }",
  ];
  const METHODS: readonly string[] = [
    "static m(a) { return [a] }",
    "static get x() { return [1] }",
    `static async *[\`k\${1}\`](z = [1]) { yield [z] }`,
  ];
  const positionsOf = (source: string) =>
    instrumentedPositions(source, { module: 0, fileName: "a.js", sourceType: "script", firstCounter: 0, engine });
  it.each(FUNCTIONS)("gives the author's text of %s", (text) => {
    const source = `f([1], ${text}, [2]); const g = ${text}, h = [${text}];`;
    const { code } = instrumented(source, engine);
    const positions = positionsOf(source);
    // The text that V8 has of the first of them: up to the end of its body.
    const start = code.indexOf(text.slice(0, 4));
    const piece = code.slice(start, code.indexOf("$hb", start));
    expect(positions.textOf(piece)).toBe(text);
  });
  it.each(METHODS)("gives the author's text of a method: %s", (method) => {
    const source = `[1]; class A { q() { return [1] } ${method} }`;
    const { code } = instrumented(source, engine);
    const positions = positionsOf(source);
    const text = method.replace("static ", "");
    const start = code.indexOf(text.slice(0, 4));
    expect(positions.textOf(code.slice(start, code.indexOf("$hb", start + 1)))).toBe(text);
  });
});
