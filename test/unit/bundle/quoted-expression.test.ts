import { describe, expect, it } from "vitest";
import { quotedCall, quotedExpression } from "../../../src/bundle/quoted-expression.ts";

/** Each with the text that Node 22.23 and 26.10 quote; `^` in the line below is V8's position of the call. */
const LINES: readonly (readonly [line: string, column: number, text: string])[] = [
  ["  assert(1 === 2); assert(true);", 2, "assert(1 === 2)"],
  ["(assert.ok(x), assert.ok(true))", 8, "assert.ok(x)"],
  ['t(() => { assert["ok"](null); });', 17, 'assert["ok"](null)'],
  ["a.b; assert?.ok(f(0), g());", 13, "assert?.ok(f(0), g())"],
  ["assert(", 0, "assert("],
  ["assert(a /* ) */ === ')' && `)` && /\\)/.test(b));", 0, "assert(a /* ) */ === ')' && `)` && /\\)/.test(b))"],
  ["assert(list.some((y) => { return y; }));", 0, ""],
  ["assert(`a", 0, "assert(`a"],
];

describe("quotedExpression", () => {
  it.each(LINES)("quotes what Node quotes of %s", (line, column, text) => {
    expect(quotedExpression(line, column)).toBe(text);
  });

  it("escapes control characters", () => {
    expect(quotedExpression("assert('\u0000\b\t\u0007')", 0)).toBe("assert('\\u0000\\b\t\\u0007')");
  });
});

describe("quotedCall", () => {
  it("gives the whole call, with the indentation that Node 20 leaves", () => {
    const code = "  assert(\n    a &&\n  b,\n  );\nassert(c);\n";
    expect(quotedCall(code, 2)).toEqual({ text: "assert(\n    a &&\n  b,\n  )", isEqual: false });
  });

  it("gives the innermost call, and knows assert.equal() with two values", () => {
    expect(quotedCall("t(() => assert(f(1) === 2));", 8)).toEqual({ text: "assert(f(1) === 2)", isEqual: false });
    expect(quotedCall("assert.equal(false, true);", 7)).toEqual({ text: "assert.equal(false, true)", isEqual: true });
    expect(quotedCall("const a = ;", 6)).toBeUndefined();
  });
});
