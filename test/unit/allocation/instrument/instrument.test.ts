// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the instrumented code and the markers, are strings
import { describe, expect, it } from "vitest";
import { instrument } from "../../../../src/allocation/instrument/instrument.ts";
import type { InstrumentOptions } from "../../../../src/allocation/instrument/types.ts";
import type { UserError } from "../../../../src/errors.ts";

const options: InstrumentOptions = { module: 0, fileName: "a.ts", sourceType: "module", firstCounter: 0 };

/** The instrumented lines, and the marker functions after them. */
function mark(source: string, changed: Partial<InstrumentOptions> = {}) {
  const result = instrument(source, { ...options, ...changed });
  const lines = result.code.trimEnd().split("\n");
  const count = source.split("\n").length;
  return { ...result, text: lines.slice(0, count).join("\n"), markers: lines.slice(count) };
}

describe("expressions that move", () => {
  it.each([
    ["an array", "x = [a, 1]", "x = $hb0m1_5(a)", "function $hb0m1_5(a){return ([a, 1]);}"],
    ["an object", "x = { a, b: 2 }", "x = $hb0m1_5(a)", "function $hb0m1_5(a){return ({ a, b: 2 });}"],
    ["a constant literal", "x = [[1], { y: 2 }]", "x = $hb0m1_5()", "function $hb0m1_5(){return ([[1], { y: 2 }]);}"],
    ["a construction", "x = new Map(a)", "x = $hb0m1_5(Map,a)", "function $hb0m1_5(Map,a){return (new Map(a));}"],
    ["a call", "f(1)", "$hb0m1_1(f)", "function $hb0m1_1(f){return (f(1));}"],
    ["a method", "a.b.c(1)", "$hb0m1_5(a)", "function $hb0m1_5(a){return (a.b.c(1));}"],
    ["arithmetic", "x = a * 1.5", "x = $hb0m1_5(a)", "function $hb0m1_5(a){return (a * 1.5);}"],
    ["a template", "x = `<${a}>`", "x = $hb0m1_5(a)", "function $hb0m1_5(a){return (`<${a}>`);}"],
    ["a regex", "x = /a/g", "x = $hb0m1_5()", "function $hb0m1_5(){return (/a/g);}"],
    ["a tagged template", "t`a${x}`", "$hb0m1_1(t,x)", "function $hb0m1_1(t,x){return (t`a${x}`);}"],
    ["a member", "x = a.b", "x = $hb0m1_7(a)", "function $hb0m1_7(a){return (a.b);}"],
    ["a store", "a.b = c", "$hb0m1_1(a,c)", "function $hb0m1_1(a,c){return (a.b = c);}"],
    ["an update", "a.b++", "$hb0m1_1(a)", "function $hb0m1_1(a){return (a.b++);}"],
    ["a deletion", "delete a[b]", "$hb0m1_1(a,b)", "function $hb0m1_1(a,b){return (delete a[b]);}"],
    ["a compound store", "a.b += 2", "$hb0m1_1(a)", "function $hb0m1_1(a){return (a.b += 2);}"],
    ["a compound assignment", "a += 2", "a=$hb0m1_1(a)", "function $hb0m1_1(a){return a + (2);}"],
    [
      "a compound assignment to a name in parentheses",
      "(a) += b",
      "(a=$hb0m1_1(a,b))",
      "function $hb0m1_1(a,b){return a + (b);}",
    ],
    ["an optional chain", "a?.b(1)", "$hb0m1_4(a)", "function $hb0m1_4(a){return (a?.b(1));}"],
    [
      "what follows a keyword",
      "function f(a) {return[a]}",
      "function f(a) {return $hb0m1_22(a)}",
      "function $hb0m1_22(a){return ([a]);}",
    ],
    [
      "an operand read twice",
      "x = [this, a, a, this]",
      "x = $hb0m1_5(this,a)",
      "function $hb0m1_5($1,a){return ([$1, a, a, $1]);}",
    ],
    [
      "types",
      "x = (Math as any)!.max<T>(<U>NaN)",
      "x = $hb0m1_20(Math,NaN)",
      "function $hb0m1_20(Math,NaN){return ((Math as any)!.max<T>(<U>NaN));}",
    ],
  ])("%s", (_, source, text, marker) => {
    expect(mark(source)).toMatchObject({ text, markers: [marker], sites: [], notInstrumented: [] });
  });

  it("keep their lines; operands on other lines get markers of those lines", () => {
    const { text, markers } = mark("function f(a, b) {\n  return a.map([\n    b * 2,\n  ]);\n}");
    expect(text).toBe("function f(a, b) {\n  return $hb0m2_12(a,\nb)\n;\n}");
    expect(markers.join("\n")).toContain("function $hb0m3_5(b){return (b * 2);}");
    expect(markers.join("\n")).toContain("($hb0m3_5(b)),\n  ]");
  });

  it("share a marker with their operands where the order of evaluation stays", () => {
    expect(mark("function f(o, d) { o.set(d, (o.get(d) ?? 0) + 1 / d); }").markers).toEqual([
      "function $hb0m1_22(o,d){return (o.set(d, (o.get(d) ?? 0) + 1 / d));}",
    ]);
  });

  it("look up a method before arguments with effects", () => {
    const { text, markers } = mark("function f(o, x) { o.m(x = 2); g().m(x = 3); }");
    expect(text).toBe(
      "function f(o, x) { $hb0m1_22(o,o.m,x = 2); $hb0m1_36($hbKeep($hb0m1_32(g)),$hbKept().m,x = 3); }",
    );
    expect(markers[0]).toBe(
      'function $hb0m1_22($hb_o,$hb_f,$1){if(typeof $hb_f==="function")return $hbCall($hb_f,$hb_o,$1);{const $hb_e=$hb_o;{const o=$hb_e;return o.m($1);}}}',
    );
  });

  it("are strict where the code was strict", () => {
    const source = 'function f(o) { "use strict"; o.x = 1; } function g(o) { o.x = 1; }';
    const [first, second] = mark(source, { sourceType: "commonjs" }).markers;
    expect(first).toContain('{"use strict";return');
    expect(second).not.toContain("use strict");
  });
});

describe("allocations that are counted", () => {
  const kinds = (source: string) =>
    mark(source).sites.map(({ kind, line, functionLine }) => [kind, line, functionLine]);

  it.each([
    ["an arrow function", "f(() => 1)", "arrow"],
    ["a function", "f(function () {})", "function"],
    ["an async function", "f(async () => 1)", "async-function"],
    ["a generator function", "f(function* () {})", "generator-function"],
    ["a named function", "const f = () => 1;", "arrow"],
    ["an assigned function", "f = function () {}", "function"],
    ["an exported function", "export default () => 1", "arrow"],
  ])("%s", (_, source, kind) => expect(kinds(source)).toEqual([[kind, 1, 1]]));

  it("yields, awaits and declared functions are counted in the function that allocates them", () => {
    const source = "function* g() {\n  yield 1;\n}\nasync function a() {\n  await g();\n  function inner() {}\n}";
    expect(kinds(source)).toEqual([
      ["yield", 2, 1],
      ["function", 6, 4],
      ["await-promise", 5, 4],
      ["await", 5, 4],
    ]);
  });

  it("functions of an object literal share the counter of its thunk", () => {
    const { sites, text, markers } = mark("x = {\n  a,\n  f: () => 1,\n  m() {},\n}");
    expect(text).toBe("x = $hb0k1_5(($hb_0)=>({\n  a:$hb_0,\n  f: () => 1,\n  m() {},\n}),a)");
    expect(markers[0]).toContain("return thunk($hb_0);");
    const thunk = "$hb0k1_5";
    expect(sites).toMatchObject([
      { kind: "thunk", line: 1, counter: 0 },
      { kind: "arrow", line: 3, counter: 0, thunk },
      { kind: "method", line: 4, counter: 0, thunk },
    ]);
  });

  it("number their counters from the first one of the module", () => {
    const { sites, counters } = mark("f(() => 1, () => 2)", { firstCounter: 7, module: 3 });
    expect(sites.map(({ counter }) => counter)).toEqual([7, 8]);
    expect(counters).toBe(2);
  });
});

describe("code that stays in place", () => {
  it.each([
    ["yield*", "function* g() { yield* f; }", "yield*", "results pass through the generator's frame"],
    [
      "for await",
      "async function f(x) { for await (const y of x) ; }",
      "for-await",
      "its steps are awaited in the function's frame",
    ],
    ["super", "class A extends B { constructor() { super(); } }", "super-call", "only a constructor can call `super`"],
    [
      "a private method",
      "class A { #m() {} n() { this.#m(); } }",
      "call",
      "`super` and private names are valid only inside the class",
    ],
    ["import()", 'import("x")', "import", "it loads a module, so it stays as it is written"],
    ["a spread before effects", "x = [...a, (b = 1)]", "array", "an operand after one of its steps has effects"],
    [
      "a class field's function",
      "class A { f = () => 1 }",
      "arrow",
      "a function in a class field takes its name from the field",
    ],
    ["the rest of an object", "const { a, ...b } = c", "object-rest", "the rest of an object is copied in place"],
  ])("is recorded as not instrumented: %s", (_, source, kind, why) => {
    expect(mark(source).notInstrumented).toMatchObject([{ line: 1, kind, why }]);
  });

  it("is recorded as outside: direct eval, with, workers", () => {
    const source = "eval('x');\nwith (a) b();\nnew Worker('x');";
    expect(mark(source, { sourceType: "script" }).outside).toEqual([
      { line: 1, kind: "direct-eval" },
      { line: 2, kind: "with" },
      { line: 3, kind: "worker" },
    ]);
  });

  it.each(["typeof x", "'use strict'", "import x from 'y'", "enum E { A = 1 }", "declare const x: [1]"])(
    "is not recorded where it allocates nothing: %s",
    (source) => expect(mark(source)).toMatchObject({ text: source, markers: [], notInstrumented: [] }),
  );
});

describe("code that cannot be instrumented", () => {
  const errorOf = (source: string): UserError => {
    try {
      mark(source);
    } catch (error) {
      return error as UserError;
    }
    throw new Error("no error was thrown");
  };

  it("with a syntax error throws at the position of the error", () => {
    expect(errorOf("let x = 1;\nlet y = ;")).toMatchObject({
      code: "syntax-error",
      position: { file: "a.ts", line: 2, column: 9 },
    });
  });

  it("with the name of a marker throws", () => {
    expect(errorOf("x;\nlet $hb0m1_1;")).toMatchObject({ code: "reserved-name", position: { line: 2, column: 5 } });
  });
});
