import { describe, expect, it } from "vitest";
import { addTicks } from "../../../../src/allocation/instrument/ticks.ts";
import { UserError } from "../../../../src/errors.ts";

const add = (source: string, type: "module" | "commonjs" = "module", name = "a.js"): string =>
  addTicks(source, name, type);
const T = "$hbmTick()";
/** After a statement that may leave temporary values in registers. */
const C = "$hbmTick(0,0,0,0,0,0,0,0)";
/** What stands around a value. */
const V = "$hbmTickOf(";

describe("ticks", () => {
  it.each([
    ["a statement", "a = 1;", `a = 1;;${T};`],
    ["a statement without a semicolon", "f()", `${V}f());${C};`],
    ["a declaration", "const a = [1];", `const a = [1];;${T};`],
    ["a function", "function f() { return 1; }", `function f() {;${T}; return 1; }`],
    [
      "a function with a directive",
      'function f() { "use strict"; a++; }',
      `function f() { "use strict";;${T}; a++;;${T}; }`,
    ],
    ["an arrow with an expression", "export const f = (a) => a;", `export const f = (a) => (${T},a);`],
    ["an arrow with a call", "export const f = (a) => a();", `export const f = (a) => (${T},${V}a()));`],
    ["an arrow that gives an object", "export const f = () => ({});", `export const f = () => (${T},({}));`],
    ["a loop without braces", "for (;;) a++;", `for (;;) {${T};a++;;${T};}`],
    ["a loop with braces", "while (a) { a--; }", `while (a) {${T}; a--;;${T}; };${T};`],
    ["a case", "switch (a) { case 1: a++; break; }", `switch (a) { case 1: a++;;${T}; break; };${T};`],
    [
      "memory that moves at once",
      "b = a.transfer();",
      `$hbmTickNow();b = ${V}a.transfer());;$hbmTickNow(0,0,0,0,0,0,0,0);`,
    ],
    ["a type", "declare const a: number;", "declare const a: number;"],
    ["a branch", "if (a) b++; else c++;", `if (a) b++; else c++;;${T};`],
    ["a call in a branch without braces", "if (a) b.shift();", `if (a) ${V}b.shift());;${C};`],
    ["a call in a branch with braces", "if (a) { f(); }", `if (a) { ${V}f());;${C}; };${T};`],
    ["a call in a head", "if (f()) { a++; }", `if (${V}f())) { a++;;${T}; };${C};`],
    [
      "a call in the head of a loop",
      "while (f()) { a--; }",
      `while (${V}f())) {$hbmTick(0,0,0,0,0,0,0,0); a--;;${T}; };${C};`,
    ],
    ["a call within an expression", "a = f(new G).b;", `a = ${V}f(${V}new G))).b;;${C};`],
    ["a call of a call", "f()()", `${V}${V}f())());${C};`],
    ["an optional chain, but for its arguments", "a?.b().c(f());", `a?.b().c(${V}f()));;${C};`],
    [
      "a call of super",
      "class A extends B { constructor() { super(f()); } }",
      `class A extends B { constructor() {;${T}; super(${V}f()));;${C}; } }`,
    ],
    ["a copy", "a = [...b, { ...c }];", `a = ${V}[...b, ${V}{ ...c })]);;${C};`],
    ["a pattern", "[...a] = b;", `[...a] = b;;${C};`],
  ])("stand in and after %s", (_, source, expected) => {
    expect(add(source, "module", "a.ts").replaceAll(/\s+$/g, "")).toBe(expected);
  });

  it("leave every line where it is", () => {
    const source = "function f(a) {\n  for (const x of a)\n    g(x);\n  return a\n}\nf([1])\nf([2])\n";
    expect(add(source).split("\n")).toHaveLength(source.split("\n").length);
    expect(add(source).split("\n")[6]).toContain("f([2])");
  });

  it("change no value of a program that relies on automatic semicolons", () => {
    const source =
      "let out = []\nlabel: for (const i of [1, 2, 3])\n  if (i === 2) continue label\n  else out.push(i)\ndo out.push(9)\nwhile (false)\nout";
    let ticks = 0;
    const result = new Function("$hbmTick", "$hbmTickOf", add(source.replace(/out$/, "return out"), "commonjs"))(
      () => ticks++,
      (value: unknown) => value,
    );
    expect(result).toEqual([1, 3, 9]);
    expect(ticks).toBeGreaterThan(5);
  });

  it("survive a chain of 20,000 calls", () => {
    const source = `a${".b()".repeat(20_000)};`;
    expect(add(source)).toContain(C);
  });

  it("refuse code with an error, with file, line and column", () => {
    const error = (() => {
      try {
        add("f();\nconst = 1;");
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "syntax-error", position: { file: "a.js", line: 2 } });
  });
});
