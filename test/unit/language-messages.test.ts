import { expect, test } from "vitest";
import { didYouMean } from "../../src/errors.ts";
import { inLanguage } from "../../src/language.ts";
import { describeUnreadImage } from "../../src/render/prose/image.ts";

test("a hint that has nothing to list is a sentence with a plural", () => {
  expect(didYouMean("n", [], "parameters")).toBe("There are no parameters in this report.");
});

test.each([
  ["en", "[Image not shown: Logo, nix.png]"],
  ["de", "[Bild nicht gezeigt: Logo, nix.png]"],
  ["ja", "[表示できない画像：Logo、nix.png]"],
])("the text in place of an image is in the language of the page: %s", (lang, expected) => {
  expect(inLanguage(lang, () => describeUnreadImage("nix.png", "Logo"))).toBe(expected);
});
