import { expect, test } from "vitest";
import { escapeMarkdown } from "../../../../src/render/markdown/escape.ts";
import { oneLine } from "../../../../src/render/markdown/one-line.ts";
import { escapeTableCell, renderCodeCell } from "../../../../src/render/markdown/table.ts";

test.each(["a\nb", "a\rb", "a \r\n b", "a\n\n\nb", "a\u2028b"])("%j is one line", (text) => {
  expect(oneLine(text)).toBe("a b");
  expect(escapeMarkdown(text)).toBe("a b");
  expect(escapeTableCell(text)).toBe("a b");
  expect(renderCodeCell(text)).toBe("`a b`");
});

test("blanks without a line break stay", () => expect(oneLine("a  b\tc")).toBe("a  b\tc"));

test("NUL is no part of a text file", () => expect(oneLine("a\0b")).toBe("a\ufffdb"));

test.each(["\0", "\u001b", "\u0007", "\u009b", "\u007f"])("no terminal executes %j", (character) => {
  expect(escapeMarkdown(`a${character}b`)).toBe("a\ufffdb");
});
