import { constants } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonChunks } from "../../../src/results/json-chunks.ts";

const textOf = (value: unknown): string => [...jsonChunks(value)].join("");

describe("the JSON of results in parts", () => {
  it("is what JSON.stringify gives, byte for byte", () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 12, depthSize: "large" },
        fc.constantFrom(null, true, "", "a\nb", "\u2028\ud800", 0, -0, 1e21, Number.NaN),
        fc.string(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.string(), fc.option(tie("value"), { nil: undefined }), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        expect(textOf(given)).toBe(JSON.stringify(given, undefined, 1));
      }),
    );
  });

  it("leaves out what is undefined, and writes null for it in lists, as JSON.stringify does", () => {
    const given = { a: undefined, b: [undefined, { c: undefined }], d: {}, e: [] };
    expect(textOf(given)).toBe(JSON.stringify(given, undefined, 1));
  });

  it("can be longer than the longest string", () => {
    const text = "x".repeat(16 * 1024 * 1024);
    const outputs = Array.from({ length: Math.ceil(constants.MAX_STRING_LENGTH / text.length) }, () => text);
    let length = 0;
    for (const chunk of jsonChunks({ cells: [{ variants: [{ outputs }] }] })) length += chunk.length;
    expect(length).toBeGreaterThan(constants.MAX_STRING_LENGTH);
  }, 30_000);
});
