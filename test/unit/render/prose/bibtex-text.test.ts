import { expect, it } from "vitest";
import { joinLists, nameThesis, plainTex } from "../../../../src/render/prose/bibtex-text.ts";

it.each([
  ["title = {A $O(n^2)$ bound}", "title = {A O(n²) bound}"],
  ["title = {$O(n \\log n)$ and $x_{12}$}", "title = {O(n log n) and x₁₂}"],
  ["title = {The {\\LaTeX} book}", "title = {The LaTeX book}"],
  ["title = {\\LaTeX{} and \\TeX}", "title = {LaTeX and TeX}"],
  ["note = {costs \\$5 or \\$6}", "note = {costs \\$5 or \\$6}"],
])("%s", (source, text) => {
  expect(plainTex(source)).toBe(text);
});

it("names kinds of theses", () => {
  expect(nameThesis({ id: "a", genre: "phdthesis" })).toEqual({ id: "a", genre: "Doctoral dissertation" });
  expect(nameThesis({ id: "a", genre: "Technical report" })).toEqual({ id: "a", genre: "Technical report" });
});

it("keeps a publisher whose name has an `and`, and people as people", () => {
  const author = [{ family: "Jones" }, { family: "Hosking" }];
  expect(joinLists({ id: "a", publisher: ["Chapman", "Hall/CRC"], author })).toEqual({
    id: "a",
    publisher: "Chapman and Hall/CRC",
    author,
  });
});
