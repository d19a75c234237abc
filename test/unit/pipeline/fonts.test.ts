import { expect, test } from "vitest";
import { missingFonts } from "../../../src/pipeline/checks/fonts.ts";

test.each([
  [["中", "文"], "中 文 (Chinese characters)", "apt install fonts-noto-cjk`", 2],
  [
    ["文", "、", "か", "한"],
    "文 、 か 한 (Chinese characters, East Asian punctuation, Japanese, Korean)",
    "apt install fonts-noto-cjk`",
    2,
  ],
  [["ا", "א"], "ا א (Arabic, Hebrew)", "apt install fonts-noto-core`", 1],
  [["🚀", "中"], "🚀 中 (emoji, Chinese characters)", "apt install fonts-noto-color-emoji fonts-noto-cjk`", 2],
  [
    [..."一二三四五六七八九十"],
    "一 二 三 四 五 六 七 八 and 2 more (Chinese characters)",
    "apt install fonts-noto-cjk`",
    1,
  ],
])("%j is told with its line and what to install", (characters, shown, install, line) => {
  const { message, hint, position } = missingFonts(characters, { file: "r.md", source: "---\n中文\n" });
  expect(message).toBe(`report.pdf has boxes in place of ${shown}, because no installed font has them.`);
  expect(hint).toContain(install);
  expect(position).toEqual({ file: "r.md", line });
});
