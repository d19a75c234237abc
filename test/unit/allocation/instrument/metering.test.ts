import { describe, expect, it } from "vitest";
import { instrument } from "../../../../src/allocation/instrument/instrument.ts";

function meter(source: string) {
  const options = { module: 0, fileName: "a.ts", sourceType: "module", firstCounter: 2, engine: "meter" } as const;
  const { code, metered, counters } = instrument(source, options);
  return { markers: code.split("\n").filter((line) => line.startsWith("function $hb")), metered, counters };
}

describe("markers for the meter", () => {
  it("read at their start and at their end, also where the expression throws", () => {
    const { markers, metered, counters } = meter("x = a * 1.5");
    expect(markers).toEqual([
      "function $hb0m1_5(a){$hbmLarge();const $hb_b=$hbmIn(2);try{return (a * 1.5);}finally{$hbmOut($hb_b);}}",
    ]);
    expect([metered, counters]).toEqual([[{ level: "line", line: 1 }], 1]);
  });

  it.each([
    ["a call", "f(a)", true],
    ["a construction", "new Map(a)", true],
    ["a spread", "x = [...a]", true],
    ["an index, which may flatten a string", "x = a[b]", true],
    ["a length", "a.length = b", true],
    ["a literal", "x = { a, b: [a] }", false],
    ["a field", "a.b = c", false],
  ])("read large objects where one is possible: %s", (_, source, isLarge) => {
    expect(meter(source).markers.join("").includes("$hbmOutLarge(")).toBe(isLarge);
  });

  it("say where an async function begins, after its directives, and where it goes on", () => {
    const first = (source: string) => {
      const options = { module: 0, fileName: "a.ts", sourceType: "module", firstCounter: 2, engine: "meter" } as const;
      return instrument(source, options)
        .code.split("\n", 1)[0]
        ?.replaceAll(/\$hb0c\d+_\d+(?:_\d+)?/g, "C");
    };
    expect(first('async function f() { "use strict"; await g; }')).toBe(
      'async function f() { "use strict"; C();C(await C(g)); }',
    );
    expect(first("f = async (x) => await x")).toMatch(/async \(x\) => \(C\(\),C\(await C\(x\)\)\)/);
    // The calls are counted of one that does not await, too.
    expect(first("async function f() { return g; }")).toBe("async function f() { C();return g; }");
  });

  it("do not read at their start what an earlier marker has certainly read", () => {
    const begins = (source: string): (string | undefined)[] =>
      meter(source).markers.map((marker) => /\$hbm(In|Enter|InOf)\(/.exec(marker)?.[1]);
    expect(begins("x = a * 2; y = b * 2;")).toEqual(["In", "Enter"]);
    expect(begins("if (c) x = a * 2; y = b * 2;")).toEqual(["In", "In"]);
    expect(begins("while (a.b) x = a * 2; y = b * 2;")).toEqual(["In", "Enter", "Enter"]);
    expect(begins("try { x = a * 2 } catch { y = b * 2 }")).toEqual(["In", "In"]);
    expect(begins("c ? a * 2 : b(a * 2); y = b * 2;").at(-1)).toBe("In");
  });

  it("assign allocations between markers to the function", () => {
    const { markers, metered } = meter("function f(a) {\n  const g = () => a;\n  return a * 2;\n}");
    expect(metered).toContainEqual({ level: "function", line: 1 });
    expect(markers.join("")).toContain("$hbmDue(");
    expect(markers.join("")).toContain("$hbmInOf(");
  });
});
