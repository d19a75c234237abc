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

  test("keeps the last state of a line", () => expect(plainTerminalText("1 %\r50 %\r\n2")).toBe("50 %\n2"));
});
