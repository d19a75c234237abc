/** Limits of one search, in distinct characters: how many are checked, and how many without a glyph are reported. */
const MOST_READ = 4000;
const MOST_REPORTED = 200;

/**
 * JavaScript that returns the characters of the page for which no installed font has a glyph, as an array of texts. A browser draws the
 * same box for all of them, as for a character that no font has: U+10FFFE, which Unicode keeps unassigned. `CSS.getPlatformFontsForNode` of
 * the DevTools protocol names a font for such characters too. Control characters, blanks and marks that join others draw nothing and are left out.
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
