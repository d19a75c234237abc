import { expect, test } from "vitest";
import { capitalize, countOf, listWords } from "../../../src/chart/words.ts";

test("a count has its noun in the singular or the plural", () => {
  expect([countOf(1, "collection"), countOf(1200, "collection")]).toEqual(["1 collection", "1,200 collections"]);
});

test("a list of names has commas and a last and", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map((each) => listWords(each))).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
  expect(capitalize("wall time")).toBe("Wall time");
});

test("a list of choices has a last or", () => {
  expect(listWords(["1", "2", "6"], "or")).toBe("1, 2 or 6");
});
