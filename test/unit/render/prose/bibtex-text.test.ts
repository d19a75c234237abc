import { expect, it } from "vitest";
import { joinLists, nameThesis, plainTex } from "../../../../src/render/prose/bibtex-text.ts";
import { loadCiteproc } from "../../../../src/render/prose/citeproc.ts";
import { findUnreadCommands, withBackslashes } from "../../../../src/render/prose/tex-commands.ts";

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

it.each([
  // Accents without a letter, and over letters without their dot.
  [String.raw`a\~{}b \^{}`, "a~b ^"],
  [String.raw`a{\~}b {\^} {\'} {\=}, {\~n}`, "a~b ^ ´ ¯, ñ"],
  [String.raw`\'{\i} \'\i \v{\i} \"{ }`, "í í ǐ ¨"],
  [String.raw`Stra{\ss}e Stra\ss{}e \AA{}ngstr\"om \aa`, "Straße Straße Ångström å"],
  [String.raw`A \& B, 50\,\% of 100\,000, a\-b, c\ d`, "A & B, 50 % of 100 000, ab, c d"],
  [String.raw`\textasciitilde{}x \textbackslash n \char'176`, "~x \\n ~"],
  [String.raw`\url{https://x.org/a_b} \href{https://x.org}{text}`, "https://x.org/a_b text"],
  [
    String.raw`$\mu$s, $\alpha$-stable, $\mathcal{O}(n \log n)$, $\sqrt{n} \leq \frac{1}{2}$, H$_2$O`,
    "μs, α-stable, O(n log n), √n ≤ 1/2, H₂O",
  ],
  [String.raw`\mathbb{R} \ensuremath{\alpha} \(x\) \texttrademark \ldots`, "ℝ α x ™…"],
  [
    String.raw`\bibinfo{title}{Foo} \noopsort{1973}\mbox{UTF-8} \foreignlanguage{german}{Wort} \relax`,
    "Foo UTF-8 Wort ",
  ],
])("reads the title %s", async (written, title) => {
  const { parseBibtex } = await loadCiteproc();
  const [entry] = parseBibtex(`@book{a, title = {${written}}}`).map(withBackslashes);
  expect(String(entry?.["title"])).toBe(title);
  expect(findUnreadCommands(parseBibtex(`@book{a, title = {${written}}}`))).toEqual([]);
});

it("names the commands that it does not read", async () => {
  const { parseBibtex } = await loadCiteproc();
  const [entry] = parseBibtex(String.raw`@book{a, title = {\foo{x} \bar y}, author = {\baz Ada}, abstract = {\qux}}`);
  expect(findUnreadCommands(entry)).toEqual(expect.arrayContaining(["\\foox", "\\bar", "\\baz"]));
  expect(findUnreadCommands(entry)).not.toContain("\\qux");
});
