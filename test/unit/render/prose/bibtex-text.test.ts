import { expect, it } from "vitest";
import { joinLists, nameThesis, plainTex } from "../../../../src/render/prose/bibtex-text.ts";
import { loadCiteproc } from "../../../../src/render/prose/citeproc.ts";

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

it.each([
  ["x{\\_}y", "x_y"],
  ["x\\_y", "x_y"],
  ["x{\\textunderscore}y", "x_y"],
  ["x\\&y", "x&y"],
  ["x\\%20y\\_z", "x%20y_z"],
  ["x\\#y", "x#y"],
  ["\\~{}y", "~y"],
  ["{\\~{}}y", "~y"],
  ["{\\textasciitilde}y", "~y"],
  ["\\textasciitilde{}y", "~y"],
  ["$\\sim$y", "~y"],
  ["x_y~z%20q", "x_y~z%20q"],
  ["%7Bid%7D", "%7Bid%7D"],
])("reads the address %s without escapes of TeX", async (written, address) => {
  const { parseBibtex } = await loadCiteproc();
  expect(parseBibtex(`@article{a, title={T}, url={https://a.org/${written}}, doi={10.1/${written}}}`)).toMatchObject([
    { URL: `https://a.org/${address}`, DOI: `10.1/${address}` },
  ]);
  expect(parseBibtex(`@misc{a, title={T}, url={\\url{https://a.org/${written}}}}`)[0]?.["URL"]).toBe(
    `https://a.org/${address}`,
  );
});
