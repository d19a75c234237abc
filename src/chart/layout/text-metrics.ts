/**
 * Widths of Helvetica and Arial, thousandths of an em, for the characters from space to `~` (Adobe Font Metrics of the
 * 14 base fonts). Measuring by this table, not on a canvas, makes drawings the same on every machine.
 */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
] as const;

/** Factor for other sans-serif fonts, which are a little wider than Helvetica. */
const FACE_ALLOWANCE = 1.03;
/** Width of semi-bold text divided by the width of regular text, averaged over lower-case letters. */
const BOLD_ALLOWANCE = 1.06;
/**
 * Factor for fonts such as DejaVu Sans, the default on some Linux machines, 15 % wider than Helvetica: labels must not
 * collide there.
 */
const LAYOUT_ALLOWANCE = 1.12;

export const FONT_SIZE_PX = 12;
/** Height of a line of text, px. */
export const LINE_HEIGHT_PX = 14;

function isWide(codePoint: number): boolean {
  // Characters of Chinese, Japanese and Korean, full-width forms and emoji are one em wide.
  return (
    (codePoint >= 0x1100 && codePoint <= 0x11ff) || (codePoint >= 0x2e80 && codePoint <= 0xd7ff) || codePoint >= 0xf900
  );
}

/** Width of a text in px. Vega uses this function too, instead of measuring on a canvas. */
export function measureText(text: string, fontSizePx: number = FONT_SIZE_PX): number {
  let thousandths = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const fallback = codePoint === 0x2026 || isWide(codePoint) ? 1000 : 556;
    thousandths += WIDTHS[codePoint - 32] ?? fallback;
  }
  return (thousandths / 1000) * fontSizePx * FACE_ALLOWANCE;
}

/** Width in px that a layout reserves for a label, with room for wider fonts. */
export function labelWidth(text: string, bold: boolean): number {
  return measureText(text) * (bold ? BOLD_ALLOWANCE : 1) * LAYOUT_ALLOWANCE;
}

/**
 * Shortens a text to `maximumPx` by replacing its middle with `…`. The middle is dropped because names often differ at
 * their ends.
 */
export function shortenText(text: string, maximumPx: number, bold = false): string {
  if (labelWidth(text, bold) <= maximumPx) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept -= 1) {
    const head = Math.ceil(kept / 2);
    const tail = characters.slice(characters.length - (kept - head)).join("");
    const short = `${characters.slice(0, head).join("").trimEnd()}…${tail.trimStart()}`;
    if (labelWidth(short, bold) <= maximumPx) return short;
  }
  return "…";
}
