import { expect, test } from "vitest";
import { inlineSvg, svgDocument, tidySvg } from "../../../../src/chart/vega/svg-tidy.ts";
import { parseSvg, serializeSvg } from "../../../../src/chart/vega/svg-tree.ts";

const SVG = [
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" class="marks" width="300.4" height="100" viewBox="0 0 300 100">',
  '<g fill="none" stroke-miterlimit="4" transform="translate(10,4)"><g class="mark-group" role="graphics-object" aria-roledescription="group">',
  '<path class="background" aria-hidden="true" d="M0,0h1v1h-1Z"/><g></g>',
  '<g clip-path="url(#clip7)"><path d="M0.123456,-0.0000001L3,4" stroke="#2a6fc4" style="mix-blend-mode: multiply" opacity="1"/></g>',
  '<text transform="translate(0,0)" font-family="sans-serif" font-size="12px" fill="#123456">a &lt; b role="x" style="y"</text>',
  '<a xlink:href="https://example.org/"><path d="M0,0" fill="red"/></a>',
  '<path class="foreground" d="" display="none"/></g></g>',
  '<defs><clipPath id="clip7"><rect x="0" y="0" width="5" height="5"/></clipPath></defs></svg>',
].join("");

const tidy = tidySvg(SVG, { prefix: "fig-a-w", minimumWidthPx: 720 });

test("a tidy drawing has only visible shapes", () => {
  expect(inlineSvg(tidy).svg).toBe(
    [
      '<svg viewBox="0 0 720 100" font-size="12px" focusable="false"><g fill="none" transform="translate(10,4)">',
      '<g clip-path="url(#fig-a-w-1)"><path d="M0.12,0L3,4" stroke="var(--chart-1)"/></g>',
      '<text fill="#123456">a &lt; b role="x" style="y"</text>',
      '<a href="https://example.org/"><path d="M0,0" fill="red"/></a></g>',
      '<defs><clipPath id="fig-a-w-1"><rect x="0" y="0" width="5" height="5"/></clipPath></defs></svg>',
    ].join(""),
  );
});

test("colours without a token are reported", () => {
  expect(inlineSvg(tidy).strayColours).toEqual(["#123456", "red"]);
});

test("a document has its size, fonts, a paper background and hex colours", () => {
  const svg = svgDocument(tidy);
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="-12 -12 744 124" width="744" height="124" font-family="[^"]+" font-size="12px"><rect [^>]*fill="#fefdfb"\/>/,
  );
  expect(svg).toContain('stroke="#2a6fc4"');
});

test("serializing a parsed SVG gives the same text", () => {
  const text = '<svg a="1 &quot; > 2"><g><text>a &amp; b &lt;c&gt;</text><path d="M0"/></g></svg>';
  expect(serializeSvg(parseSvg(text))).toBe(text);
});

test.each(["", "<svg>", "<svg></svg", "<svg a=1></svg>", "text"])("text that is not an SVG is refused: %j", (text) => {
  expect(() => parseSvg(text)).toThrow(/cannot be parsed/);
});
