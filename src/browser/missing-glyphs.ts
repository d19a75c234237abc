/** Limits of one search, in distinct characters: how many are checked, and how many without a glyph are reported. */
const MOST_READ = 4000;
const MOST_REPORTED = 200;

/**
 * JavaScript that returns, as an array of texts, the characters of the page without a glyph in any installed font. A
 * browser draws all of these as the same box, which U+10FFFE shows, as Unicode keeps it unassigned.
 * (`CSS.getPlatformFontsForNode` of the DevTools protocol is no help: it names a font for such characters too.) Control
 * characters, blanks and combining marks are left out, because they draw nothing.
 */
export const FIND_MISSING_GLYPHS = `(() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.textBaseline = "alphabetic";
  const draw = (text, font) => {
    context.font = font;
    context.clearRect(0, 0, 40, 40);
    context.fillText(text, 6, 30);
    return context.getImageData(0, 0, 40, 40).data.join();
  };
  const boxes = new Map();
  const seen = new Set();
  const missing = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && seen.size < ${MOST_READ} && missing.size < ${MOST_REPORTED}) {
    const parent = walker.currentNode.parentElement;
    if (parent === null || /^(?:script|style|annotation)$/i.test(parent.localName)) continue;
    const fresh = [...walker.currentNode.data].filter((each) => each > "\\u00a0" && !seen.has(each) && /[\\p{L}\\p{N}\\p{S}\\p{P}]/u.test(each));
    if (fresh.length === 0 || parent.getClientRects().length === 0) continue;
    const font = "20px " + getComputedStyle(parent).fontFamily;
    if (!boxes.has(font)) boxes.set(font, draw("\\u{10fffe}", font));
    for (const each of fresh) {
      seen.add(each);
      if (draw(each, font) === boxes.get(font)) missing.add(each);
    }
  }
  return [...missing];
})()`;
