import { describe, expect, test } from "vitest";
import { plainTerminalText } from "../../../../src/render/text/terminal-text.ts";

describe("plainTerminalText", () => {
  test("shows control characters by their pictures, and keeps tabs and line breaks", () => {
    const all = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code)).replace("\r", "");
    expect(plainTerminalText(`a${all}b`)).toBe("a␀␁␂␃␄␅␆␇␈\t\n␋␌␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟b");
    expect(plainTerminalText("esc \u001b and \u001ba")).toBe("esc ␛ and ␛a");
    expect(plainTerminalText("\u007f \u0085 \u009b1m")).toBe("␡ \\x85 \\x9b1m");
  });

  test.each([
    ["colours", "\u001b[31mred\u001b[0m"],
    ["colours with colons", "\u001b[38:5:1mred\u001b[m"],
    ["a title", "\u001b]0;title\u0007red"],
    ["a link", "\u001b]8;;https://example.org\u001b\\red\u001b]8;;\u001b\\"],
    ["a character set, as `tput sgr0` prints it", "red\u001b(B\u001b[m"],
    ["cursor and keypad", "\u001b7\u001b=red\u001b>\u001b8"],
    ["a device string", "\u001bP+q544e\u001b\\red"],
    ["a reset", "\u001bcred"],
  ])("removes escape sequences: %s", (_case, text) => expect(plainTerminalText(text)).toBe("red"));

  test.each([
    ["the last state", "1 %\r50 %\r\n2", "50 %\n2"],
    ["the end of a longer one", "a long result\rA", "A long result"],
    ["nothing of what is erased", "a long result\r\u001b[Kdone\rD", "Done"],
    ["nothing of an erased line", "a long result\u001b[2K\rdone", "done"],
    ["whole characters", "😀😀\ra", "a😀"],
    ["colours apart", "abc\r\u001b[31mX\u001b[0m", "Xbc"],
  ])("shows a line with carriage returns as a terminal does: %s", (_case, text, shown) =>
    expect(plainTerminalText(text)).toBe(shown),
  );

  test("takes linear time for a megabyte of states over a long line", () => {
    const text = `${"x".repeat(500_000)}${"\ra".repeat(250_000)}`;
    expect(plainTerminalText(text)).toHaveLength(500_000);
  });
});
