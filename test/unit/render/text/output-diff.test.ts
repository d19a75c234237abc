import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareOutputs, type MarkedText } from "../../../../src/render/text/output-diff.ts";

/** The two texts of a row, what is marked in [brackets], and how it is called. */
function rows(recorded: string, obtained: string, tolerance = 0): readonly string[] {
  const show = (marked: readonly MarkedText[] | undefined): string =>
    (marked ?? [{ text: "∅", marked: false }]).map(({ text, marked: is }) => (is ? `[${text}]` : text)).join("");
  return compareOutputs(recorded, obtained, tolerance).map(
    (line) => `${show(line.recorded)} | ${show(line.obtained)} | ${line.state}`,
  );
}

describe("compareOutputs", () => {
  it("marks the differing words of different lines", () => {
    expect(rows("2\n(612, 4, 1)\nall good here\n", "2\n(287, 4, 0)\nall bad here\n")).toEqual([
      "2 | 2 | same",
      "([612], 4, [1]) | ([287], 4, [0]) | different",
      "all [good] here | all [bad] here | different",
    ]);
  });

  it("keeps the lines around a missing or new line the same", () => {
    expect(rows("a first\nb second\nc third", "a first\nc third")).toEqual([
      "a first | a first | same",
      "b second | ∅ | missing",
      "c third | c third | same",
    ]);
    expect(rows("1\n3", "0\n1\n2\n3")).toEqual(["∅ | 0 | new", "1 | 1 | same", "∅ | 2 | new", "3 | 3 | same"]);
  });

  it("pairs removed with added lines only when a place has as many of both", () => {
    expect(rows("x\nalpha\ny", "x\nbeta\ny")).toEqual(["x | x | same", "[alpha] | [beta] | different", "y | y | same"]);
    expect(rows("x\nalpha\ny", "x\nbeta\ngamma\ny")).toEqual([
      "x | x | same",
      "alpha | ∅ | missing",
      "∅ | beta | new",
      "∅ | gamma | new",
      "y | y | same",
    ]);
  });

  it("accepts numbers within the tolerance, and other notations", () => {
    expect(rows("peak 46_826_457", "peak 46,823,248", 0.01)).toEqual(["peak 46_826_457 | peak 46,823,248 | near"]);
    expect(rows("peak 46_826_457", "peak 46,823,248")).toEqual(["peak [46_826_457] | peak [46,823,248] | different"]);
    expect(rows("peak 46_826_457", "peak 46826457")).toEqual(["peak 46_826_457 | peak 46826457 | near"]);
    // In floating point 101 is a hair more than 1 % above 100.
    expect(compareOutputs("100", "101", 0.01)).toMatchObject([{ state: "near", differences: [0.01] }]);
    expect(compareOutputs("100", "98.9", 0.01)).toMatchObject([{ state: "different" }]);
    expect(compareOutputs("0", "1", 1)).toMatchObject([{ state: "different" }]);
  });

  it("compares empty outputs", () => {
    expect(rows("", "\n\n")).toEqual([]);
    expect(rows("", "a")).toEqual(["∅ | a | new"]);
    expect(rows("a\r\nb\r\n", "")).toEqual(["a | ∅ | missing", "b | ∅ | missing"]);
  });

  const line = fc.oneof(fc.constantFrom("", "a", "b 1", "b 2", "c c", "  d"), fc.string());
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));
  const linesOf = (marked: readonly (readonly MarkedText[] | undefined)[]): string =>
    marked.flatMap((one) => (one === undefined ? [] : [one.map((part) => part.text).join("")])).join("\n");
  const tidy = (whole: string): string => whole.replace(/\r\n?/g, "\n").replace(/\s+$/, "");

  it("keeps every line of both outputs in order, and equals an output to itself", () => {
    fc.assert(
      fc.property(text, text, (recorded, obtained) => {
        const compared = compareOutputs(recorded, obtained, 0);
        expect(linesOf(compared.map((row) => row.recorded))).toBe(tidy(recorded));
        expect(linesOf(compared.map((row) => row.obtained))).toBe(tidy(obtained));
        expect(compareOutputs(recorded, recorded, 0).every(({ state }) => state === "same")).toBe(true);
      }),
    );
  });

  it("finds exactly the line that was removed", () => {
    const distinct = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(distinct, fc.nat(), (lines, seed) => {
        const gone = seed % lines.length;
        const without = lines.filter((_, index) => index !== gone);
        const states = compareOutputs(lines.join("\n"), without.join("\n"), 0).map(({ state }) => state);
        expect(states).toEqual(lines.map((_, index) => (index === gone ? "missing" : "same")));
      }),
    );
  });

  it("pairs the lines of very large outputs in order", () => {
    const many = (word: string): string => Array.from({ length: 600 }, (_, index) => `${word} ${index}`).join("\n");
    const compared = compareOutputs(many("old"), `${many("new")}\nlast`, 0);
    expect(compared).toHaveLength(601);
    expect(compared.at(-1)?.state).toBe("new");
  });
});
