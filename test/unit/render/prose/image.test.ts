import { expect, test } from "vitest";
import { imageOfCell, imagePath, readImage } from "../../../../src/render/prose/image.ts";

test.each([
  ["a.png?x#y", "a.png"],
  ["a%20b.png", "a b.png"],
  ["%2e%2e/a.png", "../a.png"],
  ["a%zz.png", "a%zz.png"],
  ["a%ff.png", "a%ff.png"],
])("%s names the file %s", (address, path) => expect(imagePath(address)).toBe(path));

test.each(["https://example.org/a.png", "missing.png", "a%ff.png", "a.exe"])(
  "an image %s of a cell is not read, and no error",
  (address) => expect(imageOfCell(address, "/nowhere", { file: "report.md", line: 1 })).toBeUndefined(),
);

test.each(["", "#part"])("an image with the address %j has none", (address) => {
  expect(() => readImage(address, "/nowhere", { file: "report.md", line: 1 })).toThrow("The image has no address.");
});
