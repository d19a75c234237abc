import type { Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";

/** Writing systems: name, pattern of their characters, and packages of Debian and Ubuntu with fonts for them. */
const SCRIPTS: readonly (readonly [name: string, pattern: RegExp, fonts: string])[] = [
  ["Japanese", /[\p{Script=Hiragana}\p{Script=Katakana}]/u, "fonts-noto-cjk"],
  ["Korean", /\p{Script=Hangul}/u, "fonts-noto-cjk"],
  ["Chinese characters", /\p{Script=Han}/u, "fonts-noto-cjk"],
  // Punctuation and full-width forms of Chinese, Japanese and Korean.
  ["East Asian punctuation", /[\u3000-\u303f\uff00-\uffef]/u, "fonts-noto-cjk"],
  ["Arabic", /\p{Script=Arabic}/u, "fonts-noto-core"],
  ["Hebrew", /\p{Script=Hebrew}/u, "fonts-noto-core"],
  ["Devanagari", /\p{Script=Devanagari}/u, "fonts-noto-core"],
  ["Thai", /\p{Script=Thai}/u, "fonts-noto-core"],
  ["Greek", /\p{Script=Greek}/u, "fonts-noto-core"],
  ["Cyrillic", /\p{Script=Cyrillic}/u, "fonts-noto-core"],
  ["emoji", /\p{Extended_Pictographic}/u, "fonts-noto-color-emoji"],
  ["symbols", /[\p{S}\p{P}]/u, "fonts-noto-core"],
];

/** Largest number of characters that the message shows. */
const MOST_SHOWN = 8;

/**
 * Makes the warning that the PDF shows boxes instead of characters, at the first line of the report with such a
 * character.
 * @param characters characters that no installed font has; at least one
 */
export function missingFonts(
  characters: readonly string[],
  { file, source }: Pick<Report, "file" | "source">,
): UserError {
  const line = source.split("\n").findIndex((text) => characters.some((each) => text.includes(each)));
  const found = characters.map((each) => SCRIPTS.find(([, pattern]) => pattern.test(each)));
  const scripts = [...new Set(found.map((each) => each?.[0] ?? "other scripts"))];
  const fonts = [...new Set(found.map((each) => each?.[2] ?? "fonts-noto-core"))];
  const shown = characters.slice(0, MOST_SHOWN).join(" ");
  const more = characters.length > MOST_SHOWN ? ` and ${characters.length - MOST_SHOWN} more` : "";
  const message = `report.pdf has boxes in place of ${shown}${more} (${scripts.join(", ")}), because no installed font has them.`;
  const hint = `Install a font that has them and render again: on Debian and Ubuntu \`apt install ${fonts.join(" ")}\`, elsewhere Noto, https://fonts.google.com/noto`;
  return new UserError(message, { code: "missing-font", position: { file, line: Math.max(line, 0) + 1 }, hint });
}
