import { expect, test } from "vitest";
import { sanitizeSvg } from "../../../../src/render/prose/svg.ts";

const wrap = (inside: string): string => `<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`;

test.each([
  ["a script", "<script>alert(1)</script>"],
  ["foreign content", "<foreignObject><body onload='x()'/></foreignObject>"],
  ["a style that loads", "<style>@import url(http://x/)</style>"],
  ["a style with an end tag in it", "<style>&lt;/style&gt;&lt;script&gt;x()&lt;/script&gt;</style>"],
])("%s is removed", async (_name, inside) => expect(await sanitizeSvg(wrap(inside))).toBe(wrap("")));

test.each([
  '<rect onclick="x()"></rect>',
  '<rect fill="url(http://x/)"></rect>',
  '<rect style="fill: url(http://x/)"></rect>',
  '<rect style="fill: u\\72l(http://x/)"></rect>',
])("%s loses its attribute", async (inside) => expect(await sanitizeSvg(wrap(inside))).toBe(wrap("<rect></rect>")));

test.each(['<use href="http://x/a.svg#b"></use>', '<use xlink:href="data:image/svg+xml,x"></use>'])(
  "%s loses its address",
  async (inside) => expect(await sanitizeSvg(wrap(inside))).toBe(wrap("<use></use>")),
);

test("what a plot needs stays", async () => {
  const plot = wrap(
    '<defs><clipPath id="a"><rect width="1" height="1"></rect></clipPath><style>*{stroke-linejoin: round}</style></defs><g clip-path="url(#a)"><use href="#a"></use><text>1 &lt; 2</text></g>',
  );
  expect(await sanitizeSvg(plot)).toBe(plot);
});
